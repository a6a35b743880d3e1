"""The server that answers for the page: waitress, with limits that fit a diary."""

from __future__ import annotations

import logging
import socket
from typing import Any

from flask import Flask
from waitress.server import create_server

from diary.web.app import MOST_UPLOAD
from diary.web.safety import without_content

THREADS = 8
"""Requests that are answered at the same time; the others wait for their turn."""

PATIENCE = 20
"""Seconds after which a connection is closed on which nothing is heard: idle, or a request that was sent by half."""

LOOK_ROUND = 5
"""Seconds between two looks for such connections."""


def server_of(app: Flask, host: str = "127.0.0.1", port: int = 0, *, sockets: dict[Any, Any] | None = None) -> Any:
    """A server of *app* that is bound, and answers once it is ``run()``; port 0 takes a free one.

    *sockets* is waitress's map of open connections, for who has to close them from outside.

    Raises OSError: the port is taken, or the host is not one of this machine.
    """
    logging.getLogger("waitress").addFilter(without_content)
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # that requests wait for each other is no news
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return create_server(
        app,
        map=sockets,
        sockets=[socket.create_server((host, port), family=family)],
        threads=THREADS,
        ident=None,
        channel_timeout=PATIENCE,
        cleanup_interval=LOOK_ROUND,
        max_request_body_size=MOST_UPLOAD,
    )
