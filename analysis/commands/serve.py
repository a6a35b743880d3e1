"""``migraine serve``: the page, on this machine."""

from __future__ import annotations

import signal
import sys
import webbrowser
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from diary.cli.options import DIARY, example
from diary.cli.say import say
from diary.model import DiaryError

if TYPE_CHECKING:
    from flask import Flask

_, STORE = DIARY
LOOPBACK = "127.0.0.1"
EVERYWHERE = ("0.0.0.0", "::")
"""Addresses to listen on that are no name to call the page by."""


@click.command(
    epilog=example(
        "migraine serve",
        "migraine serve --port 9000 --no-open",
        "migraine serve --clinic --name diary.clinic.example --https",
    )
)
@click.option("--port", type=click.IntRange(1, 65535), default=8321, show_default=True, help="The port to listen on.")
@click.option("--open/--no-open", "show", default=None, help="Open the page in the browser; with --clinic it is not.")
@click.option("--clinic", is_flag=True, help="With accounts: patients, clinicians, and what each may see.")
@click.option("--host", metavar="ADDRESS", help="With --clinic: another address of this machine to listen on.")
@click.option("--name", "names", multiple=True, metavar="HOST", help="With --clinic: a name under which it is called.")
@click.option("--https", is_flag=True, help="With --clinic: it is reached by TLS alone, through a reverse proxy.")
@STORE
def serve(
    port: int, show: bool | None, clinic: bool, host: str | None, names: Sequence[str], https: bool, store: str | None
) -> None:
    """The page: log today, see the month and what changed, on this machine alone. Stop it with Ctrl-C.

    Without --clinic there is no login: whoever uses this machine under your name sees your diary.
    """
    if not clinic and (host or names or https):
        raise click.UsageError("--host, --name and --https go with --clinic. Your own diary stays on this machine.")
    called = [*names, *([host] if host and host not in EVERYWHERE else [])]
    app = application(store, clinic=clinic, names=called, tls=https)
    server = listening(app, host or LOOPBACK, port)
    if host and host != LOOPBACK:
        say(OPEN_TO_THE_NETWORK)
    address = f"http://{LOOPBACK if host is None or host in EVERYWHERE else host}:{port}"
    say(f"The page is at {address} and stops with Ctrl-C.")
    if not clinic if show is None else show:
        webbrowser.open(address)
    run(server)
    say("Stopped.")


OPEN_TO_THE_NETWORK = (
    "Warning: whoever reaches this address can try to log in, and nothing is encrypted on the way. "
    "Put a reverse proxy with TLS in front of it, let it alone be reached, and add --https."
)


def application(store: str | None, *, clinic: bool, names: Sequence[str], tls: bool) -> Flask:
    """The page of the record together with that of the outcome.

    Raises DiaryError: the diary cannot be opened, or a clinic's secret cannot be kept.
    """
    from analysis.pages import PAGES
    from diary.web import create_app
    from diary.web.safety import LOOPBACK as OWN_NAMES
    from diary.web.secret import kept_secret

    secret = kept_secret() if clinic else None
    return create_app(store, pages=PAGES, clinic=clinic, hosts=(*OWN_NAMES, *names), secret=secret, tls=tls)


def listening(app: Flask, host: str, port: int) -> Any:
    """A server that is bound to the address.

    Raises DiaryError: it cannot be.
    """
    from diary.web.server import server_of

    try:
        return server_of(app, host, port)
    except OSError as error:
        raise DiaryError(
            f"The page cannot listen on {host}:{port}: {error.strerror}. If it runs there already, open it in the "
            f"browser; else take another port with --port {port + 1 if port < 65535 else 8321}."
        ) from error


def run(server: Any) -> None:
    """Answer until Ctrl-C, or until the system asks the program to end."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    server.run()
    server.close()
