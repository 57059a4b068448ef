"""How often one address may ask: the only module that knows limits. Counts are kept in memory."""

from __future__ import annotations

import ipaddress
import math
import re

from limits import RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import SlidingWindowCounterRateLimiter
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from a4a_qa.service.problems import ProblemResponse, TooOften

# Health checks and figures come from machines that must not be turned away. What is sent from a page counts,
# the pages themselves cost nothing.
LIMITED = "/v1/"
# Checking a text takes about a question's time for each of its statements, so it counts by its length; every
# other request counts once.
CHECKING = "/v1/verify"
STATEMENT_BYTES = 150
# Where the form of the page goes. What is sent too often is handed on with the refusal, since only the page
# itself can say so and keep the question in its box.
FORM = "/"
_REFUSAL = "refusal"
# Of a wait, in seconds: at the very moment a request would be refused.
_MARGIN = 0.01


class RateLimit:
    """Lets each address send `per_minute` requests a minute under /v1/ and from the pages."""

    def __init__(self, app: ASGIApp, per_minute: int) -> None:
        self._app = app
        self._item = RateLimitItemPerMinute(per_minute)
        self._counts = MemoryStorage()
        self._limiter = SlidingWindowCounterRateLimiter(self._counts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and (scope["path"].startswith(LIMITED) or scope["method"] == "POST"):
            refusal = await self._refusal(scope)
            if refusal and scope["path"] != FORM:
                problem = ProblemResponse(429, "rate_limited", str(refusal), headers=refusal.headers)
                await problem(scope, receive, send)
                return
            scope.setdefault("state", {})[_REFUSAL] = refusal
        await self._app(scope, receive, send)

    async def _refusal(self, scope: Scope) -> TooOften | None:
        """Counts a request; why it is one too many, if it is. What costs more than all may be sent once."""
        client = subscriber(scope["client"][0] if scope.get("client") else "")
        cost = _cost(scope, self._item.amount)
        if await self._limiter.hit(self._item, client, cost=cost):
            return None
        return TooOften(self._item.amount, await self._wait(client, cost))

    async def _wait(self, client: str, cost: int) -> int:
        """Whole seconds until a request of this cost is let through.

        What was counted in one minute of the clock fades evenly in the next; a request is let through once
        what is left of it, rounded down, and its own cost are within the limit.
        """
        minute = self._item.get_expiry()
        key = self._item.key_for(client)
        before, before_left, now, now_left = await self._counts.get_sliding_window(key, minute)
        room = self._item.amount - cost + 1
        if now < room:
            wait = before_left - minute * (room - now) / before if before else 0.0
        else:
            wait = now_left - minute + max(0.0, minute - minute * room / now)
        return max(1, math.ceil(wait + _MARGIN))


def _cost(scope: Scope, most: int) -> int:
    """How many requests a request counts as, at most `most`: so many are a text that is sent in pieces, whose
    length is not told, or need not be what is told beside."""
    if scope["path"] != CHECKING:
        return 1
    headers = Headers(scope=scope)
    if "transfer-encoding" in headers:
        return most
    length = re.fullmatch("[0-9]{1,9}", headers.get("content-length", ""))
    return min(most, 1 + math.ceil(int(length[0]) / STATEMENT_BYTES)) if length else most


def check_rate(scope: Scope) -> None:
    """Raises TooOften when a request was handed on although its address has sent too many."""
    refusal: TooOften | None = scope.get("state", {}).get(_REFUSAL)
    if refusal:
        raise refusal


def subscriber(address: str) -> str:
    """The address that counts as one: an IPv6 subscriber has a whole /64 to ask from."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped:  # an IPv4 address, as a proxy that listens to both kinds writes it
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)
