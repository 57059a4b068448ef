"""The examples of deploy/ in real web servers: what is asked through them reaches the service and no log."""

import re
import shutil
import socket
import ssl
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx
import pytest

from a4a_qa.settings import Settings
from conftest import ROOT
from service.conftest import running, wait_until

pytestmark = pytest.mark.deploy

CANARY = "xylocarpuszebrafinch"
NGINX = """\
daemon off; pid {folder}/pid; events {{}} http {{
client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/f;
scgi_temp_path {folder}/s; uwsgi_temp_path {folder}/u;
access_log {folder}/access.log; include {folder}/site.conf; }}
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def nginx(folder: Path, port: int, service: str) -> list[str]:
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    subprocess.run(
        (
            f"openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=localhost -keyout {key} -out {certificate}"
        ).split(),
        check=True,
        capture_output=True,
    )
    site = (ROOT / "deploy/nginx.conf").read_text(encoding="utf-8")
    for example, real in {
        "listen 443 ssl": f"listen 127.0.0.1:{port} ssl",
        "/etc/ssl/ask.example.org.pem": str(certificate),
        "/etc/ssl/ask.example.org.key": str(key),
        "http://127.0.0.1:8000": service,
    }.items():
        assert example in site
        site = site.replace(example, real)
    (folder / "site.conf").write_text(site, encoding="utf-8")
    (folder / "nginx.conf").write_text(NGINX.format(folder=folder), encoding="utf-8")
    return ["nginx", "-p", str(folder), "-c", str(folder / "nginx.conf")]


def caddy(folder: Path, port: int, service: str) -> list[str]:
    site = (ROOT / "deploy/Caddyfile").read_text(encoding="utf-8")
    for example, real in {
        "{\n": "{\n\tadmin off\n\tauto_https disable_redirects\n\tskip_install_trust\n",
        "\nask.example.org {": f"\nhttps://localhost:{port} {{\n\ttls internal",
        "127.0.0.1:8000": service.removeprefix("http://"),
    }.items():
        assert example in site
        site = site.replace(example, real, 1)
    (folder / "Caddyfile").write_text(site, encoding="utf-8")
    return ["caddy", "run", "--config", str(folder / "Caddyfile"), "--adapter", "caddyfile"]


@contextmanager
def in_front(command: list[str], folder: Path, port: int) -> Iterator[httpx.Client]:
    unchecked = ssl._create_unverified_context()
    with (folder / "output.log").open("wb") as log:
        environment = {"HOME": str(folder), "PATH": "/usr/sbin:/usr/bin:/bin"}
        process = subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=log)
    try:
        with httpx.Client(
            base_url=f"https://localhost:{port}", verify=unchecked, timeout=20, trust_env=False
        ) as client:
            wait_until(lambda: answers(client))
            yield client
    finally:
        process.terminate()
        process.wait(20)


def installed(server: Callable[..., object]) -> None:
    if not shutil.which(server.__name__, path="/usr/sbin:/usr/bin"):
        pytest.skip(f"there is no {server.__name__} here")


def answers(client: httpx.Client) -> bool:
    try:
        return client.get("/readyz").status_code == 200
    except httpx.TransportError:
        return False


@pytest.mark.parametrize("server", [nginx, caddy], ids=lambda server: server.__name__)
def test_no_question_is_logged_on_the_way(server, small_index, tmp_path):
    installed(server)
    folder, home, port = tmp_path / "proxy", tmp_path / "service", free_port()
    folder.mkdir()
    home.mkdir()
    asked = {"question": f"Who heads the {CANARY}?"}
    with (
        running(small_index, home, trusted_proxies="127.0.0.1", rate_limit=0) as service,
        in_front(server(folder, port, service.url), folder, port) as client,
    ):
        reply = client.post("/v1/ask", json=asked)
        assert reply.json()["question"] == asked["question"]
        assert "max-age" in reply.headers["strict-transport-security"]
        assert client.get("/", params=asked).status_code == 200
        assert client.post("/", data=asked).status_code == 200
        assert client.get(f"/{CANARY}", params=asked).status_code == 404
        assert client.post("/v1/verify", json={"text": f"{CANARY} flies. " * 700}).status_code == 200
        assert client.post("/v1/ask", content=CANARY * 20_000).status_code == 413
        assert client.get("/metrics").status_code == 403
        service.process.terminate()
        service.process.wait(30)
        assert client.post("/v1/ask", json=asked).status_code == 502
        assert client.get("/", params=asked).status_code == 502
    written = [path for path in folder.rglob("*") if path.is_file()]
    assert folder / "output.log" in written
    for path in written:
        assert CANARY not in path.read_text(encoding="utf-8", errors="replace"), path
        assert not re.search(r'"remote_(ip|addr)"|"?GET ', path.read_text(errors="replace")), path


def test_nginx_holds_a_few_connections_from_an_address(small_index, tmp_path):
    installed(nginx)
    folder, home, port = tmp_path / "proxy", tmp_path / "service", free_port()
    folder.mkdir()
    home.mkdir()
    most = Settings().connection_limit
    slow = b"POST /v1/ask HTTP/1.1\r\nhost: localhost\r\ncontent-length: 100\r\n\r\n{"
    unchecked = ssl._create_unverified_context()
    with (
        running(small_index, home, trusted_proxies="127.0.0.1") as service,
        in_front(nginx(folder, port, service.url), folder, port) as client,
        ExitStack() as stack,
    ):
        held = []
        for _ in range(most + 1):
            plain = socket.create_connection(("127.0.0.1", port), source_address=("127.0.0.2", 0), timeout=20)
            held.append(stack.enter_context(unchecked.wrap_socket(plain, server_hostname="localhost")))
            held[-1].sendall(slow)
        assert held[-1].recv(100).startswith(b"HTTP/1.1 429")
        assert client.get("/healthz").status_code == 200
