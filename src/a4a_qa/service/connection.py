"""A client's connection: uvicorn's HTTP/1.1 protocol, with the limits that uvicorn leaves to a proxy.

uvicorn waits without end for the head of a request and takes any number of connections, so that a thousand
silent ones use up the process's files, and nobody else is served. When it stops, it closes connections on
which the next request may be on its way.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from ipaddress import IPv4Network, IPv6Network, ip_address
from typing import Any

import h11
from uvicorn.protocols.http.flow_control import CLOSE_HEADER
from uvicorn.protocols.http.h11_impl import H11Protocol

from a4a_qa.service.layers import SECURITY_HEADERS
from a4a_qa.service.problems import ProblemResponse
from a4a_qa.service.rate import subscriber

# The head of a request has to arrive within this many seconds of the connection, or of the last reply.
_HEAD_SECONDS = 10
# Seconds for which an idle connection is still answered once the service stops.
_LAST_SECONDS = 1
_NOT_HTTP = "This is not a request in HTTP/1.1."


class Connection(H11Protocol):
    """One of at most `limit_concurrency` (of uvicorn's configuration) connections, of which at most
    `per_address` (0 for any number) come from one address, unless it is one of `proxies`.

    Where there are more, the one that has waited longest for the head or the body of a request makes place
    for the new one: who asks at once is served, however many connections are held open.
    """

    def __init__(
        self,
        *given: Any,
        per_address: int = 0,
        proxies: Sequence[IPv4Network | IPv6Network] = (),
        **named: Any,
    ) -> None:
        super().__init__(*given, **named)
        self._per_address = per_address
        self._proxies = proxies
        self._address: str | None = None
        self._deadline: asyncio.TimerHandle | None = None
        self.limit_concurrency = None  # uvicorn would refuse requests itself, without our headers

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take a new connection, in the place of one that waits for its client if need be."""
        super().connection_made(transport)  # type: ignore[arg-type]
        self._watch()
        if self.client and not any(ip_address(self.client[0]) in proxy for proxy in self._proxies):
            self._address = subscriber(self.client[0])
            self._make_place(self._per_address, self._address)
        self._make_place(self.config.limit_concurrency)

    def _make_place(self, most: int | None, address: str | None = None) -> None:
        """Drop the connection that has waited longest, where there are more than `most` from an address."""
        held = [
            one for one in self.connections if isinstance(one, Connection) and address in (None, one._address)
        ]
        if most and len(held) > most:
            oldest = min((one for one in held if one._deadline), key=_waiting_until)
            self.connections.discard(oldest)  # at once, since others may come before it is lost
            oldest.transport.abort()

    def data_received(self, data: bytes) -> None:
        """Read on."""
        super().data_received(data)
        self._watch()

    def on_response_complete(self) -> None:
        """Await the next request."""
        super().on_response_complete()
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        super().connection_lost(exc)
        self._unset_deadline()

    def _watch(self) -> None:
        """Set the deadline while a request is awaited; drop it once the whole of one is there."""
        if self.conn.their_state not in (h11.IDLE, h11.SEND_BODY):
            self._unset_deadline()
        elif not self._deadline:
            self._deadline = self.loop.call_later(_HEAD_SECONDS, self._end_waiting)

    def _end_waiting(self) -> None:
        """Close, unless the application awaits the body: it has a limit of its own for that, and says so."""
        if self.conn.their_state is h11.IDLE or self.cycle.response_complete:
            self.transport.abort()

    def _unset_deadline(self) -> None:
        if self._deadline:
            self._deadline.cancel()
            self._deadline = None

    def shutdown(self) -> None:
        """Close after the reply under way, or after one more that is asked for at once; either says so."""
        headers = self.server_state.default_headers
        if CLOSE_HEADER not in headers:
            self.server_state.default_headers = headers = [*headers, CLOSE_HEADER]
        if self.cycle is None:
            super().shutdown()
        elif self.cycle.response_complete:
            self._unset_keepalive_if_required()
            self.timeout_keep_alive_task = self.loop.call_later(
                _LAST_SECONDS, self.timeout_keep_alive_handler
            )
        else:
            self.cycle.default_headers = headers

    def send_400_response(self, msg: str) -> None:
        """Refuse what is not HTTP as the application refuses things: as a problem, with its headers."""
        if self.conn.our_state not in (h11.IDLE, h11.SEND_RESPONSE):  # a reply is under way
            self.transport.abort()
            return
        problem = ProblemResponse(400, "unreadable", _NOT_HTTP, headers=SECURITY_HEADERS)
        headers: list[Any] = [*self.server_state.default_headers, *problem.raw_headers, CLOSE_HEADER]
        for event in (
            h11.Response(status_code=400, headers=headers, reason=b"Bad Request"),
            h11.Data(data=bytes(problem.body)),
            h11.EndOfMessage(),
        ):
            self.transport.write(self.conn.send(event) or b"")
        self.transport.close()


def _waiting_until(connection: Connection) -> float:
    assert connection._deadline
    return connection._deadline.when()
