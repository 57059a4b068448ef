"""Vectors of the sentence-transformers model in a folder over HTTP, as OpenAI's service gives them.

haiku.rag needs it: it can open such a model itself, but not on Linux without gigabytes of CUDA, because PyPI
has no other build of PyTorch for the Pythons that it runs on. It prints its address once it can answer, and
stops when its standard input ends.
"""

from __future__ import annotations

import base64
import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from sentence_transformers import SentenceTransformer


class Handler(BaseHTTPRequestHandler):
    """Answers a POST with vectors."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # or a reply would wait for the network
    model: SentenceTransformer

    def do_POST(self) -> None:
        """Vectors of the texts that are sent."""
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        texts = [asked["input"]] if isinstance(asked["input"], str) else asked["input"]
        vectors = self.model.encode(texts, normalize_embeddings=True, show_progress_bar=False)
        as_bytes = asked.get("encoding_format") == "base64"
        data = [
            {
                "object": "embedding",
                "index": index,
                "embedding": base64.b64encode(vector).decode() if as_bytes else vector.tolist(),
            }
            for index, vector in enumerate(vectors)
        ]
        usage = {"prompt_tokens": 0, "total_tokens": 0}
        body = json.dumps({"object": "list", "model": asked["model"], "data": data, "usage": usage}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: writing a line for each question would be measured too."""


def main() -> None:
    """Serve until the input ends."""
    Handler.model = SentenceTransformer(sys.argv[1], device="cpu")
    Handler.model.encode(["What the first text loads is not measured."], show_progress_bar=False)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    print(f"http://127.0.0.1:{server.server_port}/v1", flush=True)
    Thread(target=server.serve_forever, daemon=True).start()
    sys.stdin.read()


if __name__ == "__main__":
    main()
