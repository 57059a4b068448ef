"""How often one address may ask: the only module that knows limits. Counts are kept in memory."""

from __future__ import annotations

import ipaddress
import math
import time

from limits import RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import SlidingWindowCounterRateLimiter
from starlette.types import ASGIApp, Receive, Scope, Send

from a4a_qa.service.problems import Problem

# Health checks and figures come from machines that must not be turned away. What is sent from a page counts,
# the pages themselves cost nothing.
LIMITED = "/v1/"
# Checking a text takes as long as answering many questions; every other request counts once.
COSTS = {"/v1/verify": 10}


class RateLimit:
    """Lets each address send `per_minute` requests a minute under /v1/ and from the pages."""

    def __init__(self, app: ASGIApp, per_minute: int) -> None:
        self._app = app
        self._item = RateLimitItemPerMinute(per_minute)
        self._limiter = SlidingWindowCounterRateLimiter(MemoryStorage())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and (scope["path"].startswith(LIMITED) or scope["method"] == "POST"):
            client = subscriber(scope["client"][0] if scope.get("client") else "")
            cost = min(COSTS.get(scope["path"], 1), self._item.amount)
            if not await self._limiter.hit(self._item, client, cost=cost):
                stats = await self._limiter.get_window_stats(self._item, client)
                wait = max(1, math.ceil(stats.reset_time - time.time()))
                detail = f"More than {self._item.amount} requests a minute came from your address."
                problem = Problem(429, "rate_limited", detail, headers={"Retry-After": str(wait)})
                await problem(scope, receive, send)
                return
        await self._app(scope, receive, send)


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
