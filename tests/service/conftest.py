"""A service in a process of its own, over real sockets; started as people start it."""

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

# Where the code under test lies, when it is not the one that is installed.
SAME_CODE = {name: os.environ[name] for name in ("PYTHONPATH",) if name in os.environ}


@dataclass
class Service:
    """A running service: its process, its address, and the folder that it may write into."""

    process: subprocess.Popen
    url: str
    folder: Path

    def client(self) -> httpx.Client:
        return httpx.Client(base_url=self.url, timeout=30, trust_env=False)

    def output(self) -> str:
        return "".join(file.read_text(encoding="utf-8") for file in sorted(self.folder.glob("*.log")))


@contextmanager
def running(
    index: Path,
    folder: Path,
    *options: str,
    program: Sequence[str] = ("-m", "a4a_qa"),
    sign: str = "/readyz",
    **settings: object,
) -> Iterator[Service]:
    """A service that answers from an index; it starts in `folder`, its home, and writes its output there.

    It is there when what stands at the path `sign` is.
    """
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "TMPDIR": str(folder)} | SAME_CODE
    environment |= {f"A4A_QA_{name.upper()}": str(value) for name, value in settings.items()}
    command = [sys.executable, *program, "serve", "--port", "0", "--index", str(index), *options]
    with (folder / "out.log").open("wb") as out, (folder / "err.log").open("wb") as err:
        process = subprocess.Popen(command, cwd=folder, env=environment, stdout=out, stderr=err)
    try:
        yield Service(process, _address(process, folder, sign), folder)
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            raise


@contextmanager
def connected(service: Service, whence: str = "127.0.0.1") -> Iterator[socket.socket]:
    """A connection to a service from an address of this machine: on Linux any that begins with 127."""
    address = urlsplit(service.url)
    to, from_ = (address.hostname, address.port), (whence, 0)
    with socket.create_connection(to, timeout=20, source_address=from_) as opened:
        yield opened


def wait_until(holds: Callable[[], bool], *, every: float = 0.1) -> None:
    """Waits for something that is bound to come, however busy the machine is; looks `every` so many
    seconds."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        if holds():
            return
        time.sleep(every)
    raise AssertionError("it did not come within a minute")


def _address(process: subprocess.Popen, folder: Path, sign: str) -> str:
    """Waits until the service has said where it is and gives a sign there."""
    for _ in range(600):
        found = re.search(r"http://\S+:\d+", (folder / "out.log").read_text(encoding="utf-8"))
        try:
            if found and httpx.get(f"{found[0]}{sign}", trust_env=False).status_code == 200:
                return found[0]
        except httpx.TransportError:
            pass
        if process.poll() is not None:
            break
        time.sleep(0.1)
    raise AssertionError(f"the service did not start: {(folder / 'err.log').read_text(encoding='utf-8')}")


@pytest.fixture(scope="session")
def service(index_folder, tmp_path_factory) -> Iterator[Service]:
    """The service for the real report; without a rate limit and in no hurry, for the tests that send much."""
    with running(index_folder, tmp_path_factory.mktemp("service"), rate_limit=0, timeout=60) as started:
        yield started


@pytest.fixture(scope="session")
def client(service) -> Iterator[httpx.Client]:
    with service.client() as opened:
        yield opened
