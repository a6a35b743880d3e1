"""A person at the page, for tests: pages are opened, and forms sent with their token."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache

from diary.store import Store
from diary.web import create_app
from tests.begun import begin_blank

TOKEN = re.compile(r'name="token" value="([^"]+)"')
NOW = datetime(2026, 3, 10, 18, 0)
"""The moment of the tests, so that "today" is 10 March 2026, a Tuesday."""


class Compiled(BytecodeCache):
    """Templates that an application has compiled, for all the others: every test has one of its own."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Take what is kept, if the template is still the same."""
        if bucket.key in self._kept:
            bucket.bytecode_from_string(self._kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep it."""
        self._kept[bucket.key] = bucket.bytecode_to_string()


COMPILED = Compiled()


def app_of(location: str, **options: Any) -> Flask:
    """The application on that diary, which compiles no template that another one has compiled."""
    app = create_app(location, **options)
    app.jinja_env.bytecode_cache = COMPILED
    return app


class Reader(HTMLParser):
    """What stands between the tags."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []

    def handle_data(self, data: str) -> None:
        """Keep the text."""
        self.parts.append(data)


class Visitor:
    """A browser without scripts, on the diary ``diary.sqlite`` in a folder; *code* and *html* are the last page's.

    >>> Visitor(folder).get("/").send("/day/2026-03-10", headache="mild").text  # doctest: +SKIP
    """

    form = "/"
    """A page with a form, whoever looks at it."""

    def __init__(self, folder: Path, *, moment: datetime | None = NOW, **options: Any) -> None:
        self.location = str(folder / "diary.sqlite")
        begin_blank(folder / "diary.sqlite")
        if moment is not None:
            options.setdefault("now", moment.timestamp)
        self.app = app_of(self.location, **options)
        self.app.extensions["workers"].patience = 60  # a test has time, and a machine can be slow
        self.client = self.app.test_client()
        self.code = 0
        self.html = ""
        self.headers: Any = {}
        self.path = ""

    def get(self, path: str, **options: Any) -> Visitor:
        """Open a page."""
        return self._took(self.client.get(path, follow_redirects=True, **options))

    def send(
        self, path: str, values: dict[str, Any] | None = None, follow_redirects: bool = True, **fields: Any
    ) -> Visitor:
        """Send a form with the token of this visitor's session, and go where that leads.

        *values* are for names that are no Python names; a list sends a name several times.
        """
        data = {"token": self.token(), **(values or {}), **fields}
        return self._took(self.client.post(path, data=data, follow_redirects=follow_redirects))

    def token(self) -> str:
        """The token that the forms of this session hold."""
        found = TOKEN.search(self.html) or TOKEN.search(self.client.get(self.form).get_data(as_text=True))
        assert found, "no page has a form with a token"
        return found[1]

    @property
    def text(self) -> str:
        """What a person reads of the page, in single spaces."""
        reader = Reader()
        reader.feed(self.html)
        return " ".join(" ".join(reader.parts).split())

    @contextmanager
    def diary(self) -> Iterator[Store]:
        """The diary itself, to look at what is in it."""
        with Store.open(self.location) as store:
            yield store

    def _took(self, response: Any) -> Visitor:
        self.code, self.headers, self.path = response.status_code, response.headers, response.request.path
        self.html = response.get_data(as_text=True)
        assert "The program has a fault" not in self.html, f"{self.path}: {self.text}"
        return self
