"""The socket that the service listens on, taken before anything heavy is loaded."""

from __future__ import annotations

import socket
from ipaddress import ip_address

from a4a_qa.errors import SettingsError
from a4a_qa.settings import Settings

# Connections that the kernel keeps until the service takes them.
BACKLOG = 512
# Milliseconds after which the kernel drops a client that takes nothing of what is sent to it.
_UNREAD_MILLISECONDS = 20_000


def bind(settings: Settings) -> socket.socket:
    """A socket that listens as the settings say.

    Raises SettingsError when the port is taken, or the address is not of this machine.
    """
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        listener = socket.create_server((settings.host, settings.port), family=family, backlog=BACKLOG)
    except OSError as error:
        raise SettingsError(
            f"Cannot listen on {settings.host}, port {settings.port}: {error.strerror or error}. "
            "Choose another with --host and --port."
        ) from error
    # Connections inherit the options of their listener. Without this one the body of a reply waits 40 ms for
    # its headers to be acknowledged: asyncio sets it only on sockets that it has made itself.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    if hasattr(socket, "TCP_USER_TIMEOUT"):  # on Linux
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, _UNREAD_MILLISECONDS)
    return listener


def address_of(listener: socket.socket) -> str:
    """The address of a listening socket, as a browser takes it."""
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def is_public(host: str) -> bool:
    """Whether other machines can reach a host name or address."""
    try:
        return not ip_address(host).is_loopback
    except ValueError:
        return host != "localhost"
