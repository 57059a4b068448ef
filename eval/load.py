"""Measures the service under load and writes docs/performance.md: run it with `make load` on a quiet machine.

The load generator runs on the same two cores: a few lines over asyncio's streams, so that what is measured is
the service rather than an HTTP library.
"""

from __future__ import annotations

import asyncio
import json
import os
import platform
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from machine import megabytes_of
from performance_page import write_part

from a4a_qa import Assistant

ROOT = Path(__file__).parent.parent
INDEX = ROOT / "indexes" / "cambodia-2011"
CONNECTIONS, SECONDS = 50, 30
START_SECONDS = 60


@dataclass
class Measured:
    """Latencies in milliseconds, in order of size, replies that were not 200, and the time it all took."""

    times: list[float]
    errors: int
    seconds: float

    def at(self, share: float) -> float:
        """The latency that this share of the replies kept within."""
        return self.times[min(len(self.times) - 1, int(share * len(self.times)))]


def questions() -> list[str]:
    """200 different questions."""
    lines = (ROOT / "eval/probes/probes.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line)["question"] for line in lines]


async def paired(host: str, port: int) -> tuple[Measured, Measured]:
    """Each question in process and over one connection by turns, so that both meet the same machine."""
    assistant = Assistant.open(INDEX)
    reader, writer = await asyncio.open_connection(host, port)
    here: list[float] = []
    there: list[float] = []
    for question in ["Who heads the HLWG?", *questions()]:
        started = time.perf_counter()
        assistant.ask(question)
        asked = time.perf_counter()
        await _ask(reader, writer, question)
        here.append(1000 * (asked - started))
        there.append(1000 * (time.perf_counter() - asked))
    writer.close()
    return tuple(Measured(sorted(times[1:]), 0, sum(times[1:]) / 1000) for times in (here, there))


@contextmanager
def service(workers: int) -> Iterator[tuple[str, int, int]]:
    """A running service: host, port and process id."""
    command = [sys.executable, "-m", "a4a_qa", "serve", "--port", "0", "--index", str(INDEX)]
    environment = {**os.environ, "A4A_QA_RATE_LIMIT": "0"}
    with tempfile.NamedTemporaryFile("w+") as out:
        process = subprocess.Popen([*command, "--workers", str(workers)], stdout=out, env=environment)
        try:
            yield "127.0.0.1", _port(Path(out.name)), process.pid
        finally:
            process.terminate()
            process.wait(30)


def _port(log: Path) -> int:
    for _ in range(10 * START_SECONDS):
        if found := re.search(r"http://127\.0\.0\.1:(\d+), process", log.read_text()):
            time.sleep(3)  # the address is shown once the first worker answers
            return int(found[1])
        time.sleep(0.1)
    raise SystemExit("The service did not start.")


async def load(host: str, port: int, connections: int, seconds: float) -> Measured:
    """Questions over keep-alive connections, each sending its next as soon as it has a reply."""
    asked = questions()
    times: list[float] = []
    errors = 0

    async def one(offset: int) -> None:
        nonlocal errors
        reader, writer = await asyncio.open_connection(host, port)
        number = offset
        while time.perf_counter() < end:
            started = time.perf_counter()
            ok = await _ask(reader, writer, asked[number % len(asked)])
            times.append(1000 * (time.perf_counter() - started))
            errors += not ok
            number += 1
        writer.close()

    started = time.perf_counter()
    end = started + seconds
    await asyncio.gather(*(one(7 * n) for n in range(connections)))
    return Measured(sorted(times), errors, time.perf_counter() - started)


async def _ask(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, question: str) -> bool:
    """Send one question and read the whole reply; whether it is an answer."""
    body = json.dumps({"question": question}).encode()
    head = (
        "POST /v1/ask HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n"
        f"content-length: {len(body)}\r\n\r\n"
    )
    writer.write(head.encode() + body)
    headers = (await reader.readuntil(b"\r\n\r\n")).lower()
    length = int(re.search(rb"content-length: (\d+)", headers)[1])
    reply = await reader.readexactly(length)
    return headers.startswith(b"http/1.1 200") and "answer_id" in json.loads(reply)


def memory(pid: int) -> tuple[float, float]:
    """Megabytes of a process and its children: the largest peak, and the sum of what each has for itself."""
    pids = [pid, *map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())]
    peaks, own = [], 0.0
    for one in pids:
        peaks.append(megabytes_of(Path(f"/proc/{one}/status"), "VmHWM"))
        own += megabytes_of(Path(f"/proc/{one}/smaps_rollup"), "Pss")
    return max(peaks), own


def row(name: str, measured: Measured, megabytes: tuple[float, float] | None) -> str:
    """A line of the table."""
    rate = f"{len(measured.times) / measured.seconds:.0f}"
    peak, together = (f"{value:.0f} MB" for value in megabytes) if megabytes else ("–", "–")
    latencies = " | ".join(f"{measured.at(share):.1f}" for share in (0.5, 0.95, 0.99))
    return f"| {name} | {rate} | {latencies} | {measured.errors} | {peak} | {together} |"


def measure() -> tuple[list[str], float, int]:
    """The table's lines, HTTP's latency over that in process, and how many replies were no answers."""
    rows, errors = [], 0
    for workers in (1, 2):
        with service(workers) as (host, port, pid):
            asyncio.run(load(host, port, 2, 2))  # what the first questions load is not measured
            if workers == 1:
                here, there = asyncio.run(paired(host, port))
                rows.append(row("in process, one after the other", here, None))
                rows.append(row("HTTP, one connection, by turns with it", there, memory(pid)))
            many = asyncio.run(load(host, port, CONNECTIONS, SECONDS))
            errors += many.errors
            name = f"HTTP, {CONNECTIONS} connections, {workers} worker{'s' if workers > 1 else ''}"
            rows.append(row(name, many, memory(pid)))
    return rows, there.at(0.5) / here.at(0.5), errors


def main() -> None:
    busy = os.getloadavg()[0]
    rows, ratio, errors = measure()
    python, cores = platform.python_version(), os.cpu_count()
    text = f"""\
Written by `make load`: Python {python}, {platform.machine()}, {cores} cores, load generator included.
{CONNECTIONS} keep-alive connections for {SECONDS} s, each sending its next of 200 questions as soon as it has
a reply; latencies in milliseconds. "Peak" is the largest process's resident memory, "together" what all
processes have, shared pages counted once; with workers, the process that started them is one.

| | replies a second | p50 | p95 | p99 | errors | peak | together |
| --- | --- | --- | --- | --- | --- | --- | --- |
{chr(10).join(rows)}

One connection takes {ratio:.2f} times as long as in process (limit 1.5, aim 1.3). The machine's load before
it began, from other work, was {busy:.1f}; on a quiet machine it is 0.
"""
    write_part("load", text)
    print(text)
    if errors:
        raise SystemExit(f"{errors} replies were no answers.")


if __name__ == "__main__":
    main()
