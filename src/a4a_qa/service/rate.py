"""How often one address may ask. The only module that knows limits; counts are kept in memory."""

from __future__ import annotations

import ipaddress
import math
import re
from functools import partial
from typing import Annotated, Protocol

from fastapi import Depends
from limits import RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import SlidingWindowCounterRateLimiter
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from a4a_qa.service.problems import TooOften, too_often

# Health checks and figures come from machines that must not be turned away. Of the pages, only what their
# forms send counts, since drawing them costs nothing.
_LIMITED = "/v1/"
# The form of the page. A refusal is passed on to its route, since only the page itself can show it and keep
# the question in its box.
_FORM = "/"
# The bytes of a body that count as one more request: about one statement, or a question of two lines.
_BYTES = {"/v1/verify": 150, "/v1/ask": 200, "/v1/search": 200, _FORM: 200}
# Where most of a body is protocol or what was said before: a request counts as one, and what is asked in it
# once more by its own length.
_COUNTED_INSIDE = ("/mcp", "/v1/chat/completions", "/v1/responses")
# Tells keys from addresses, which have no space.
_KEY = "key "
# Seconds to add to a wait: at the very moment a request would still be refused.
_MARGIN = 0.01


class Charge(Protocol):
    """Counts a text, of `length` bytes, as its endpoint would; raises TooOften when it is one too many."""

    async def __call__(self, endpoint: str, length: int) -> None: ...


class RateLimit:
    """Lets each address, or each key, send `per_minute` requests a minute under /v1/, to /mcp and from the
    pages' forms."""

    def __init__(self, app: ASGIApp, per_minute: int) -> None:
        self._app = app
        self._item = RateLimitItemPerMinute(per_minute)
        self._counts = MemoryStorage()
        self._limiter = SlidingWindowCounterRateLimiter(self._counts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and (scope["path"].startswith(_LIMITED) or scope["method"] == "POST"):
            asker = _who(scope)
            path = _path(scope)
            refusal = await self._refusal(asker, _cost(scope, self._item.amount))
            if refusal and path != _FORM:
                await too_often(refusal)(scope, receive, send)
                return
            scope.setdefault("state", {}).update(asker=asker, refusal=refusal)
            if path in _COUNTED_INSIDE:
                scope["state"]["charge"] = partial(self._charge, asker)
        await self._app(scope, receive, send)

    async def _charge(self, asker: str, endpoint: str, length: int) -> None:
        cost = min(self._item.amount - 1, length // _BYTES[endpoint])
        if cost and (refusal := await self._refusal(asker, cost)):
            raise refusal

    async def _refusal(self, asker: str, cost: int) -> TooOften | None:
        """Count a request; returns why it is one too many, if it is."""
        if await self._limiter.hit(self._item, asker, cost=cost):
            return None
        whence = "with your key" if asker.startswith(_KEY) else "from your address"
        detail = f"More than {self._item.amount} requests a minute came {whence}."
        return TooOften(detail, await self._wait(asker, cost))

    async def _wait(self, asker: str, cost: int) -> int:
        """Whole seconds until a request of this cost is let through.

        The limiter lets what was counted in one minute of the clock fade evenly in the next. A request is let
        through once what is left, rounded down, and its own cost are within the limit.
        """
        minute = self._item.get_expiry()
        key = self._item.key_for(asker)
        before, before_left, now, now_left = await self._counts.get_sliding_window(key, minute)
        room = self._item.amount - cost + 1
        if now < room:
            wait = before_left - minute * (room - now) / before if before else 0.0
        else:
            wait = now_left - minute + max(0.0, minute - minute * room / now)
        return max(1, math.ceil(wait + _MARGIN))


def _path(scope: Scope) -> str:
    """The path as its route knows it: Starlette's routes also match one with a line feed at its end."""
    path: str = scope["path"]
    return path.removesuffix("\n")


def _who(scope: Scope) -> str:
    """Who a request counts for: the key that it came with, or else its address."""
    if key := scope.get("state", {}).get("key"):
        return f"{_KEY}{key}"
    return subscriber(scope["client"][0] if scope.get("client") else "")


def _cost(scope: Scope, most: int) -> int:
    """How many requests a request counts as, by its length; `most` at most, so that any can be sent.

    A body in pieces counts as the longest: its length is not known yet.
    """
    path = _path(scope)
    if path not in _BYTES:
        return 1
    headers = Headers(scope=scope)
    if "transfer-encoding" in headers:
        return most
    length = re.fullmatch("[0-9]{1,9}", headers.get("content-length", "0"))
    return min(most, 1 + int(length[0]) // _BYTES[path]) if length else most


def check_rate(request: Request) -> None:
    """Raises TooOften when a request was passed on although its address has sent too many."""
    refusal: TooOften | None = getattr(request.state, "refusal", None)
    if refusal:
        raise refusal


def _asker(request: Request) -> str | None:
    return getattr(request.state, "asker", None)


# The address or key that a request counts for, None when none are counted.
Asker = Annotated[str | None, Depends(_asker)]


def subscriber(address: str) -> str:
    """What counts as one address: an IPv6 subscriber has a whole /64 to ask from."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped:  # an IPv4 address, as a proxy that listens to both writes it
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)
