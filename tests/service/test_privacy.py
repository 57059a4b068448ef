"""Nothing that was asked, and no address, is written anywhere: canaries are sent in every way there is."""

from service.conftest import connected, running

CANARY = "xylocarpuszebrafinch"
ADDRESS = "203.0.113.77"
REACHED = (
    "/", "/feedback", "/help", "/report", "/embed", "/v1/ask", "/v1/search", "/v1/verify", "/v1/feedback",
    "/v1/passages/{id}", "/v1/endnotes/{number}",
)  # fmt: skip


def send_everything(service) -> None:
    headers = {"X-Forwarded-For": ADDRESS, "User-Agent": CANARY, "Cookie": f"a={CANARY}"}
    with service.client() as client:
        client.headers.update(headers)
        for body in (
            {"question": f"Who heads the {CANARY}?", "history": [f"What is {CANARY}?"]},
            {"question": "Who?", "section": CANARY},
            {"question": f"My uncle touches me. {CANARY}", "history": [f"Where can I buy a child? {CANARY}"]},
            {"question": f"Where can I buy a child? {CANARY}", "about_report": True},
            {"question": f"I am attracted to children. {CANARY}", "about_report": True},
            {"question": {CANARY: 1}, CANARY: 2},
        ):
            client.post("/v1/ask", json=body)
        client.post("/v1/search", json={"text": CANARY})
        client.post("/", data={"question": f"Who heads the {CANARY}?", "history": CANARY, "section": CANARY})
        client.post("/", data={"question": f"Who heads the {CANARY}?", "history": CANARY})
        client.post("/", data={"question": f"My uncle touches me. {CANARY}", "about_report": CANARY})
        client.get(f"/help?{CANARY}")
        client.post("/feedback", data={"helpful": CANARY, CANARY: CANARY})
        client.get(f"/report?to={CANARY}", headers={"accept": "text/html"})
        client.post("/v1/verify", json={"text": f"The {CANARY} has 12 wings. “A {CANARY} of four words.”"})
        client.post("/v1/feedback", json={"answer_id": CANARY, "value": "yes"})
        client.post(
            "/v1/ask", content=f'{{"question": "{CANARY}', headers={"content-type": "application/json"}
        )
        client.post("/v1/ask", content=CANARY * 20_000, headers={"content-type": "application/json"})
        client.get(f"/{CANARY}?{CANARY}={CANARY}")
        client.get(f"/v1/passages/{CANARY}")
        client.get(f"/v1/endnotes/{CANARY}?format={CANARY}")
        client.request(CANARY.upper(), f"/{CANARY}")
        client.get(f"/embed?lang={CANARY}")
        client.get(f"/widget/{CANARY}/{CANARY}")
        figures = client.get("/metrics").text
        for endpoint in REACHED:
            assert f'endpoint="{endpoint}"' in figures, "the canary came as far as the route"
        assert CANARY not in client.get("/metrics").text
        assert ADDRESS not in client.get("/metrics").text
    for raw in (
        f"{CANARY}\r\n\r\n",
        f"GET / HTTP/1.1\r\n{CANARY}\r\n\r\n",
        f"GET /{CANARY} HTTP/9.9\r\n\r\n",
    ):
        with connected(service) as connection:
            connection.sendall(raw.encode())
            connection.recv(1000)


def test_canaries_are_written_nowhere(small_index, tmp_path):
    before = {path: path.read_bytes() for path in small_index.rglob("*") if path.is_file()}
    with running(small_index, tmp_path, rate_limit=100_000, trusted_proxies="127.0.0.1") as service:
        send_everything(service)
    written = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert {path.name for path in written} == {"out.log", "err.log"}
    for path, content in written.items():
        assert CANARY.encode() not in content.lower(), path
        assert ADDRESS.encode() not in content, path
        assert not any(word in content for word in (b"support", b"declined", b"touches")), path
        assert b"127.0.0.1:" not in content.replace(service.url.encode(), b""), path
    assert {path: path.read_bytes() for path in small_index.rglob("*") if path.is_file()} == before
