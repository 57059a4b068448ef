"""How often one address may ask: the only module that knows limits. Counts are kept in memory."""

from __future__ import annotations

import ipaddress
import math
import time

from limits import RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import SlidingWindowCounterRateLimiter
from starlette.types import ASGIApp, Receive, Scope, Send

from a4a_qa.service.problems import Problem, TooOften

# Health checks and figures come from machines that must not be turned away. What is sent from a page counts,
# the pages themselves cost nothing.
LIMITED = "/v1/"
# Checking a text takes as long as answering many questions; every other request counts once.
COSTS = {"/v1/verify": 10}
# Where the form of the page goes. What is sent too often is handed on with the refusal, since only the page
# itself can say so and keep the question in its box.
FORM = "/"
_REFUSAL = "refusal"


class RateLimit:
    """Lets each address send `per_minute` requests a minute under /v1/ and from the pages."""

    def __init__(self, app: ASGIApp, per_minute: int) -> None:
        self._app = app
        self._item = RateLimitItemPerMinute(per_minute)
        self._limiter = SlidingWindowCounterRateLimiter(MemoryStorage())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and (scope["path"].startswith(LIMITED) or scope["method"] == "POST"):
            refusal = await self._refusal(scope)
            if refusal and scope["path"] != FORM:
                problem = Problem(429, "rate_limited", str(refusal), headers=refusal.headers)
                await problem(scope, receive, send)
                return
            scope.setdefault("state", {})[_REFUSAL] = refusal
        await self._app(scope, receive, send)

    async def _refusal(self, scope: Scope) -> TooOften | None:
        """Counts a request; why it is one too many, if it is."""
        client = subscriber(scope["client"][0] if scope.get("client") else "")
        cost = min(COSTS.get(scope["path"], 1), self._item.amount)
        if await self._limiter.hit(self._item, client, cost=cost):
            return None
        stats = await self._limiter.get_window_stats(self._item, client)
        return TooOften(self._item.amount, max(1, math.ceil(stats.reset_time - time.time())))


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
