"""Questions over HTTP: the only module that knows httpx."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any, Self

from a4a_qa.errors import EvaluationError, MissingExtra

# An answer takes milliseconds; one that takes this long will not come.
_TIMEOUT_SECONDS = 30.0
# A service that has too much to do says when to ask again, and is waited for so long in all: as long as the
# rate limit of an address can last.
_PATIENCE_SECONDS = 120.0
_WAIT = (429, 503)


class RemoteAssistant:
    """Asks a running service, as `Assistant.ask` does in process; leaving `with` closes the connection."""

    def __init__(self, url: str, *, timeout: float = _TIMEOUT_SECONDS) -> None:
        try:
            import httpx
        except ImportError as error:
            raise MissingExtra("Evaluating a service", "eval") from error
        if not url.startswith(("http://", "https://")):
            raise EvaluationError(f"{url!r} is no address of a service, expected http://… or https://….")
        self._httpx = httpx
        self._timeout = timeout
        self._url = f"{url.rstrip('/')}/v1/ask"
        # A proxy from the environment would answer for a service on this machine.
        self._client = httpx.Client(timeout=timeout, trust_env=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def ask(self, question: str, history: Sequence[str] = ()) -> Mapping[str, Any]:
        """The answer as JSON values; raises EvaluationError when the service gives none."""
        try:
            response = self._post({"question": question, "history": list(history)})
        except self._httpx.TimeoutException as error:
            raise EvaluationError(f"{self._url} gave no answer within {self._timeout:g} s") from error
        except self._httpx.HTTPError as error:
            raise EvaluationError(f"{self._url} cannot be reached: {error}") from error
        if response.status_code != 200:
            raise EvaluationError(f"{self._url} answered with status {response.status_code}, expected 200")
        try:
            values = response.json()
        except ValueError as error:
            raise EvaluationError(f"{self._url} answered with something that is not JSON") from error
        if not isinstance(values, dict):
            raise EvaluationError(f"{self._url} answered with a {type(values).__name__}, expected an object")
        return values

    def _post(self, body: Mapping[str, Any]) -> Any:
        """The reply, of a service that is busy the one after it has been waited for."""
        patience = _PATIENCE_SECONDS
        while True:
            response = self._client.post(self._url, json=body)
            told = response.headers.get("retry-after", "")
            if response.status_code not in _WAIT or not told.isdecimal():
                return response
            wait = max(1.0, float(told))
            if wait > patience:
                return response
            patience -= wait
            time.sleep(wait)
