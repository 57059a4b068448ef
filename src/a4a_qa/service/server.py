"""Runs the application over HTTP: the only module that starts uvicorn.

Each worker process opens the index itself. The index is read-only and its arrays are mapped, so that the
workers share their pages. No request is logged: uvicorn's access log, which has addresses, is off.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
import resource
import socket
import tempfile
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from functools import partial
from ipaddress import ip_network
from multiprocessing.synchronize import Event
from pathlib import Path
from threading import Thread
from typing import Any

import uvicorn
from fastapi import FastAPI
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.supervisors import Multiprocess

from a4a_qa.assistant import Assistant
from a4a_qa.errors import A4aError
from a4a_qa.index.contacts import Contact
from a4a_qa.index.library import is_library
from a4a_qa.library import Library, open_library
from a4a_qa.service.app import create_app
from a4a_qa.service.connection import Connection
from a4a_qa.service.help_only import contacts_without, create_help_app
from a4a_qa.service.layers import where
from a4a_qa.service.library.library_app import create_library_app
from a4a_qa.service.listener import BACKLOG
from a4a_qa.service.metrics import SHARED_FOLDER
from a4a_qa.service.telemetry import telemetry_of_environment
from a4a_qa.settings import Settings

_log = logging.getLogger("a4a_qa.service")
# Connections that a process holds at a time.
_MOST_CONNECTIONS = 1_000
# Files that a process opens besides: those of the index, and connections that are taken only to be closed.
_OTHER_FILES = BACKLOG + 128
# What is left of an answer after its own timeout: sending it.
_SENDING_SECONDS = 5


def serve(
    listener: socket.socket,
    opened: Assistant | Library,
    settings: Settings,
    started: Callable[[], None],
) -> None:
    """Answer over HTTP in this process until told to stop; then requests in flight are finished.

    `started` is called once questions are answered.
    """
    _run(listener, _app_of(opened, settings), settings, started)


def serve_help(
    listener: socket.socket, contacts: Sequence[Contact], settings: Settings, started: Callable[[], None]
) -> None:
    """Show the contacts, and nothing else, until told to stop."""
    _run(listener, create_help_app(contacts, settings), settings, started)


def serve_with_workers(
    listener: socket.socket, folder: Path, settings: Settings, started: Callable[[], None]
) -> None:
    """The same in several processes, each of which opens the index or library in `folder` for itself.

    `started` is called, in a thread of this process, once the first of them answers.
    """
    with ExitStack() as stack:
        if SHARED_FOLDER not in os.environ:
            os.environ[SHARED_FOLDER] = stack.enter_context(tempfile.TemporaryDirectory(prefix="a4a-qa-"))
        first = multiprocessing.get_context("spawn").Event()
        Thread(target=_when, args=(first, started), daemon=True).start()
        make = partial(_open_app, folder, settings, first.set)
        config = uvicorn.Config(make, factory=True, workers=settings.workers, **_options(settings))
        Multiprocess(config, sockets=[listener]).run()


def _when(event: Event, then: Callable[[], None]) -> None:
    event.wait()
    then()


def _run(listener: socket.socket, app: ASGIApp, settings: Settings, started: Callable[[], None]) -> None:
    config = uvicorn.Config(_telling(app, started), **_options(settings))
    uvicorn.Server(config).run([listener])


def _options(settings: Settings) -> dict[str, Any]:
    return {
        "http": partial(
            Connection,
            per_address=settings.connection_limit,
            proxies=[ip_network(proxy) for proxy in settings.trusted_proxies],
        ),
        "limit_concurrency": _connections(),
        "backlog": BACKLOG,
        "access_log": False,
        "log_level": "error",  # a warning a request is what anyone can make it write
        "server_header": False,
        "proxy_headers": False,  # the application believes those proxies that the settings name
        "ws": "none",
        # On a busy machine a worker imports for longer than the 5 s after which uvicorn takes it for dead.
        "timeout_worker_healthcheck": 60,
        "timeout_graceful_shutdown": int(settings.timeout) + _SENDING_SECONDS,
    }


def prepare_process() -> None:
    """Allow this process and its workers the files that they need, and forbid core dumps, which would hold
    what was asked."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    files, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    if files != resource.RLIM_INFINITY and files < _MOST_CONNECTIONS + _OTHER_FILES:
        wanted = _MOST_CONNECTIONS + _OTHER_FILES
        files = wanted if most == resource.RLIM_INFINITY else min(wanted, most)
        resource.setrlimit(resource.RLIMIT_NOFILE, (files, most))


def _connections() -> int:
    """How many connections this process has files for."""
    files = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    return (
        _MOST_CONNECTIONS if files == resource.RLIM_INFINITY else min(_MOST_CONNECTIONS, files - _OTHER_FILES)
    )


def _telling(app: ASGIApp, started: Callable[[], None]) -> ASGIApp:
    """The application, which calls `started` when it is."""

    async def telling(scope: Scope, receive: Receive, send: Send) -> None:
        async def send_and_tell(message: Message) -> None:
            await send(message)
            if message["type"] == "lifespan.startup.complete":
                started()

        await app(scope, receive, send_and_tell if scope["type"] == "lifespan" else send)

    return telling


def _open_app(folder: Path, settings: Settings, started: Callable[[], None]) -> ASGIApp:
    """The application of a worker; that of help alone if the index cannot be opened, for example since it was
    replaced after the service had started."""
    prepare_process()
    try:
        app = _app_of(
            open_library(folder, settings) if is_library(folder) else Assistant.open(folder), settings
        )
    except (A4aError, OSError) as error:
        _log.error("The index cannot be opened, and only /help is served: %s", error)
        app = create_help_app(contacts_without(folder, settings), settings)
    return _telling(app, started)


def _app_of(opened: Assistant | Library, settings: Settings) -> FastAPI:
    """The application; that of help alone when the report of an index that opened cannot be shown."""
    try:
        telemetry = telemetry_of_environment()
        if isinstance(opened, Library):
            return create_library_app(opened, settings, telemetry=telemetry)
        return create_app(opened, settings, telemetry=telemetry)
    except Exception as error:
        _log.error(
            "The report cannot be shown (%s). Only /help is served: build the index again.", where(error)
        )
        return create_help_app(opened.contacts, settings)
