"""Runs the application over HTTP: the only module that starts uvicorn.

Each worker process opens the index itself. The index is read-only and its arrays are mapped, so that the
workers share their pages. No request is logged: uvicorn's access log, which has addresses, is off.
"""

from __future__ import annotations

import logging
import os
import socket
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from functools import partial
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI
from uvicorn.supervisors import Multiprocess

from a4a_qa.assistant import Assistant
from a4a_qa.errors import A4aError, SettingsError
from a4a_qa.index.contacts import Contact
from a4a_qa.service.app import create_app
from a4a_qa.service.help_only import contacts_without, create_help_app
from a4a_qa.service.layers import where
from a4a_qa.service.metrics import SHARED_FOLDER
from a4a_qa.settings import Settings

_log = logging.getLogger("a4a_qa.service")
# Connections that the kernel keeps until a worker takes them.
_BACKLOG = 512
# What is left of an answer after its own timeout: sending it.
_SENDING_SECONDS = 5


def bind(settings: Settings) -> socket.socket:
    """The socket that the settings ask for. Raises SettingsError when it is taken or not of this machine."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        listener = socket.create_server((settings.host, settings.port), family=family, backlog=_BACKLOG)
    except OSError as error:
        raise SettingsError(
            f"Cannot listen on {settings.host}, port {settings.port}: {error.strerror or error}. "
            "Choose another with --host and --port."
        ) from error
    # Connections inherit it. Without it a reply's body waits 40 ms until its headers have been acknowledged:
    # asyncio sets it by itself only on sockets that it has made.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def is_public(host: str) -> bool:
    """Whether others than this machine can reach a host name or address."""
    try:
        return not ip_address(host).is_loopback
    except ValueError:
        return host != "localhost"


def serve(listener: socket.socket, assistant: Assistant, settings: Settings) -> None:
    """Answer over HTTP in this process until told to stop; then requests in flight are finished."""
    uvicorn.Server(uvicorn.Config(_app(assistant, settings), **_options(settings))).run([listener])


def serve_help(listener: socket.socket, contacts: Sequence[Contact], settings: Settings) -> None:
    """Show the contacts, and nothing else, until told to stop."""
    uvicorn.Server(uvicorn.Config(create_help_app(contacts, settings), **_options(settings))).run([listener])


def serve_with_workers(listener: socket.socket, folder: Path, settings: Settings) -> None:
    """The same in several processes, each of which opens the index in `folder` for itself."""
    with ExitStack() as stack:
        if SHARED_FOLDER not in os.environ:
            os.environ[SHARED_FOLDER] = stack.enter_context(tempfile.TemporaryDirectory(prefix="a4a-qa-"))
        make = partial(_open_app, folder, settings)
        config = uvicorn.Config(make, factory=True, workers=settings.workers, **_options(settings))
        Multiprocess(config, sockets=[listener]).run()


def _options(settings: Settings) -> dict[str, Any]:
    return {
        "access_log": False,
        "log_level": "warning",
        "server_header": False,
        "proxy_headers": False,  # the application believes those proxies that the settings name
        "ws": "none",
        "timeout_graceful_shutdown": int(settings.timeout) + _SENDING_SECONDS,
    }


def _open_app(folder: Path, settings: Settings) -> FastAPI:
    """The application; that of help alone when the index cannot be opened, as one that was replaced since the
    service began may be."""
    try:
        assistant = Assistant.open(folder)
    except (A4aError, OSError) as error:
        _log.error("The index cannot be opened, and only /help is served: %s", error)
        return create_help_app(contacts_without(folder, settings), settings)
    return _app(assistant, settings)


def _app(assistant: Assistant, settings: Settings) -> FastAPI:
    """The application; that of help alone when the report of an index that opened cannot be shown."""
    try:
        return create_app(assistant, settings)
    except Exception as error:
        _log.error(
            "The report cannot be shown (%s). Only /help is served: build the index again.", where(error)
        )
        return create_help_app(assistant.contacts, settings)
