"""A real browser before the real server, for tests: Chromium through Playwright, waitress on a free port.

``tests/conftest.py`` offers the fixtures ``chromium`` and ``serving`` to every test.
"""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any

from waitress.wasyncore import close_all

from diary.store import Store
from diary.web.server import server_of
from tests.begun import begin_blank
from tests.web import app_of

PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 900}
SIZES = {"phone": PHONE, "desk": DESK}
WIDTHS = (320, 390, 1280, 1920)
"""From a small phone to a large screen."""

TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
"""What axe-core checks: WCAG 2.2 AA, and what its makers advise beyond that."""

COLOURS = ("color-contrast", "link-in-text-block")
"""The rules of axe-core that depend on colours."""

ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update")
AXE = ("node_modules/axe-core/axe.min.js",)


def chromium_path() -> str | None:
    """Where Chromium is; None where it is not."""
    return shutil.which("chromium") or shutil.which("chromium-browser")


@contextmanager
def started_chromium(path: str) -> Iterator[Any]:
    """A browser without a window."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


class Serving:
    """The page as it is served on *url*, on the diary ``diary.sqlite`` in a folder."""

    def __init__(self, folder: Path, **options: Any) -> None:
        self.location = str(folder / "diary.sqlite")
        begin_blank(folder / "diary.sqlite")
        self.app = app_of(self.location, **options)
        self.app.extensions["workers"].patience = 20  # what takes longer only on a slow machine is waited for
        self._sockets: dict[Any, Any] = {}
        self._server = server_of(self.app, sockets=self._sockets)
        self.url = f"http://127.0.0.1:{self._server.effective_port}"
        self._thread = threading.Thread(target=self._server.run, daemon=True)
        self._thread.start()

    @contextmanager
    def diary(self) -> Iterator[Store]:
        """The diary itself, to look at what is in it."""
        with Store.open(self.location) as store:
            yield store

    def stop(self) -> None:
        """Close every connection, from within the thread that owns them, and wait until it has ended."""
        with suppress(OSError):  # the thread was awake, and has closed the trigger before it was pulled to the end
            self._server.trigger.pull_trigger(lambda: close_all(self._sockets))
        self._thread.join(10)
        self._server.task_dispatcher.shutdown()


@contextmanager
def opened(
    browser: Any, url: str, size: dict[str, int] = PHONE, *, may_complain: bool = False, **options: Any
) -> Iterator[Any]:
    """A page at *url*. It fails where anything is asked of another host, or where the browser complains unless it may.

    *options* are Playwright's for a context: ``java_script_enabled=False``, ``color_scheme="light"``, …
    """
    context = browser.new_context(viewport=size, locale="en-GB", reduced_motion="reduce", **options)
    complaints: list[str] = []
    asked: list[str] = []
    page = context.new_page()
    page.set_default_timeout(30_000)
    page.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(url)
    yield page
    context.close()
    assert [] == [address for address in asked if not address.startswith(("http://127.0.0.1:", "data:"))]
    assert may_complain or [] == complaints


@contextmanager
def turning(page: Any) -> Iterator[None]:
    """What is done within leads to another page; afterwards that page is there, whole.

    A click is over before the browser has left the page: what is looked for then may be found on the old one, or in
    the empty document between the two. Whatever looks at once, without waiting for what only the new page has,
    belongs behind this.
    """
    with page.expect_navigation():
        yield


def faults(page: Any, widths: Sequence[int] = WIDTHS) -> list[str]:
    """What cannot be read, reached or tapped in either theme and at each width, a line each; needs scripts.

    A theme has colours of its own and nothing else, so that of the other one only these are looked at.
    """
    before, found = page.viewport_size, []
    for width in widths:
        page.set_viewport_size({"width": width, "height": before["height"]})
        found += [f"{width} px: {fault}" for fault in (*violations(page), *_overflow(page), *small_targets(page))]
        with other_theme(page) as theme:
            found += [f"{width} px, {theme}: {fault}" for fault in violations(page, rules=COLOURS)]
    page.set_viewport_size(before)
    return found


@contextmanager
def other_theme(page: Any) -> Iterator[str]:
    """The page in the theme that it is not in, and then as it was."""
    turn = """() => {
        const root = document.documentElement;
        return root.dataset.theme = root.dataset.theme === "dark" ? "light" : "dark";
    }"""
    yield page.evaluate(turn)
    page.evaluate(turn)


def violations(page: Any, rules: Sequence[str] = ()) -> list[str]:
    """What axe-core finds on the page against :data:`TAGS`, or against the *rules* alone, a line each."""
    if page.evaluate("typeof axe === 'undefined'"):
        page.evaluate(_axe())  # as the test, not as a script of the page, which the page's policy would refuse
    only = {"type": "rule", "values": rules} if rules else {"type": "tag", "values": TAGS}
    look = "only => axe.run(document, {runOnly: only, resultTypes: ['violations']}).then(found => found.violations)"
    found = page.evaluate(look, only)
    return [f"{one['id']}: {one['help']} {[node['html'] for node in one['nodes']][:3]}" for one in found]


@cache
def _axe() -> str:
    script = next((Path(place) for place in AXE if Path(place).is_file()), None)
    assert script is not None, "axe-core is not there. Install it with: npm install axe-core"
    return script.read_text()


def too_wide(page: Any) -> int:
    """By how many pixels the page is wider than its window; 0 where nothing has to be scrolled sideways."""
    width: int = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return width


def _overflow(page: Any) -> list[str]:
    wider = too_wide(page)
    return [f"it is {wider} px wider than the window"] if wider else []


def small_targets(page: Any, least: int = 44) -> list[str]:
    """What can be tapped and is lower than *least* pixels: buttons, links that stand alone, fields."""
    script = """least => [...document.querySelectorAll("button, .button, summary, select, input, textarea")]
        .concat([...document.querySelectorAll("nav a, .choice")])
        .filter(one => one.checkVisibility() && one.type !== "hidden" && !one.matches(".choice input"))
        .filter(one => one.getBoundingClientRect().height < least - 0.5)
        .map(one => one.outerHTML.slice(0, 120))"""
    found: list[str] = page.evaluate(script, least)
    return found
