"""A site that holds the widget, and a stand-in for the service, over real sockets: two origins of one server.

`localhost` and `127.0.0.1` are different origins to a browser. Pages are shown from the first; under
/stub/CASE/v1/ of the second, each case answers in its own way.
"""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from widget.answers import ANSWERS

PROBLEMS = {"429": 429, "413": 413, "500": 500, "503": 503, "422": 422, "not_ready": 503}


class Host:
    """A running site: what it shows by path, and what its stand-in was asked."""

    def __init__(self) -> None:
        self.pages: dict[str, tuple[str, dict[str, str]]] = {}
        self.asked: list[dict] = []
        self.referrers: list[str | None] = []
        self.released = threading.Event()
        handler = type("Handler", (_Handler,), {"host": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        self.url = f"http://localhost:{self.port}"
        self.other_url = f"http://127.0.0.1:{self.port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def show(self, path: str, html: str, **headers: str) -> str:
        """The address of a page, from now on."""
        self.pages[path] = (html, {name.replace("_", "-"): value for name, value in headers.items()})
        return self.url + path

    def stub(self, case: str) -> str:
        """The api of a stand-in that answers in one way."""
        return f"{self.other_url}/stub/{case}/v1"

    def close(self) -> None:
        self.released.set()
        self._server.shutdown()
        self._server.server_close()


class _Handler(BaseHTTPRequestHandler):
    host: Host

    def log_message(self, *_: object) -> None:
        pass

    def do_OPTIONS(self) -> None:
        self._send(204, b"", {"access-control-allow-headers": "content-type"})

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        html, headers = self.host.pages.get(path, ("", {}))
        headers = {"content-type": "text/html; charset=utf-8", **headers}
        self._send(200 if path in self.host.pages else 404, html.encode(), headers)

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.host.asked.append(body)
        self.host.referrers.append(self.headers.get("referer"))
        _, _, case, _, endpoint = self.path.split("/")
        if endpoint == "feedback":
            self._send(204, b"", {})
        elif case in PROBLEMS:
            sent = json.dumps({"code": case}).encode()
            self._send(PROBLEMS[case], sent, {"content-type": "application/problem+json"})
        elif case == "slow":
            self.host.released.wait(60)
        else:
            sent = json.dumps(ANSWERS.get(case, {}) | {"question": body["question"]}).encode()
            self._send(200, sent, {"content-type": "application/json"}, cut=case == "cut")

    def _send(self, status: int, body: bytes, headers: dict[str, str], *, cut: bool = False) -> None:
        self.send_response(status)
        for name, value in {"access-control-allow-origin": "*", **headers}.items():
            self.send_header(name, value)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[: len(body) // 2] if cut else body)
