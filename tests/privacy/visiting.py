"""A person at the page as it is served, over a real connection; whatever is answered is kept, to be looked through."""

from __future__ import annotations

import re
import time
from base64 import urlsafe_b64decode
from collections.abc import Iterator, Mapping
from html.parser import HTMLParser
from http.client import HTTPConnection
from typing import Any, NamedTuple
from urllib.parse import urlencode, urljoin
from zlib import decompress

ADDRESSES = ("href", "action", "src", "hx-get", "hx-post")
"""The attributes that hold where something leads."""

BOUNDARY = "of-a-test"


class Form(NamedTuple):
    """Where a form is sent, what is hidden in it, and its buttons, each with a name and a value, or with none."""

    action: str
    hidden: dict[str, str]
    buttons: list[dict[str, str]]

    @property
    def sent(self) -> dict[str, str]:
        """What is sent where nothing is filled in, and the first button is pressed."""
        return self.hidden | (self.buttons[0] if self.buttons else {})


class Reader(HTMLParser):
    """The addresses and the forms of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.forms: list[Form] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep what leads somewhere, and what belongs to the form that was opened last."""
        said = {name: value or "" for name, value in attrs}
        named = {said["name"]: said.get("value", "")} if "name" in said else {}
        self.addresses += [said[name] for name in ADDRESSES if name in said]
        if tag == "form":
            self.forms.append(Form(said.get("action", ""), {}, []))
        elif said.get("type") == "hidden" and self.forms:
            self.forms[-1].hidden.update(named)
        elif tag == "button" and self.forms:
            self.forms[-1].buttons.append(named)


class Answer(NamedTuple):
    """What was asked for, and what came."""

    method: str
    path: str
    code: int
    headers: list[tuple[str, str]]
    text: str

    def header(self, name: str) -> str:
        """The header of that name; empty where there is none."""
        return next((value for key, value in self.headers if key.casefold() == name.casefold()), "")

    @property
    def is_page(self) -> bool:
        """Whether it has links and forms."""
        return self.header("Content-Type").startswith("text/html")

    def outside(self) -> Iterator[str]:
        """What others than the reader of the page may get to see: headers, what cookies hold, and every address."""
        yield self.path
        for name, value in self.headers:
            yield f"{name}: {value}"
            if (name, value.partition("=")[0]) == ("Set-Cookie", "migraine"):
                yield unsigned(value)
        yield from Reader(self.text).addresses if self.is_page else ()


def unsigned(cookie: str) -> str:
    """What a signed cookie holds, which anybody can read who has it."""
    held = cookie.partition("=")[2].partition(";")[0]
    payload = held.removeprefix(".").partition(".")[0]
    data = urlsafe_b64decode(payload + "=" * (-len(payload) % 4))
    return (decompress(data) if held.startswith(".") else data).decode(errors="replace")


class Visitor:
    """A browser without scripts; *page* is what it shows, *answers* is everything that it was answered."""

    def __init__(self, port: int) -> None:
        self._connection = HTTPConnection("127.0.0.1", port, timeout=30)
        self._cookies: dict[str, str] = {}
        self.answers: list[Answer] = []

    def close(self) -> None:
        """Hang up."""
        self._connection.close()

    @property
    def page(self) -> Answer:
        """The last answer."""
        return self.answers[-1]

    def get(self, path: str) -> Visitor:
        """Open a page, and go where it leads."""
        return self._follow(self._ask("GET", path.partition("#")[0]))

    def link(self, pattern: str) -> Visitor:
        """Open what the first address of this page leads to that matches the pattern."""
        found = [address for address in Reader(self.page.text).addresses if re.fullmatch(pattern, address)]
        assert found, f"{self.page.path} has no link to {pattern}"
        return self.get(found[0])

    def send(self, ending: str, values: Mapping[str, Any] | None = None, /, **fields: Any) -> Visitor:
        """Send the first form of this page whose address ends so, with these values, and go where that leads."""
        form = self.form(ending)
        return self.post(urljoin(self.page.path, form.action), form.sent | (values or {}) | fields)

    def form(self, ending: str) -> Form:
        """The first form of this page whose address ends so; with no ending that which is sent to the page itself."""
        forms = Reader(self.page.text).forms
        found = [form for form in forms if (form.action.endswith(ending) if ending else not form.action)]
        assert found, f"{self.page.path} has no form that is sent to …{ending}"
        return found[0]

    def post(self, path: str, values: Mapping[str, Any]) -> Visitor:
        """Send these values, and go where that leads."""
        body, kind = urlencode(values, doseq=True), "application/x-www-form-urlencoded"
        return self._follow(self._ask("POST", path, body.encode(), kind))

    def upload(self, name: str, content: bytes) -> Visitor:
        """Send a file to the import, without looking at what comes of it."""
        token = self.get("/import").form("/import").hidden["token"]
        part = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{{}}"{{}}\r\n\r\n'
        file = part.format("files", f'; filename="{name}"').encode() + content
        body = part.format("token", "").encode() + f"{token}\r\n".encode() + file + f"\r\n--{BOUNDARY}--\r\n".encode()
        self._ask("POST", "/import", body, f"multipart/form-data; boundary={BOUNDARY}")
        return self

    def ready(self) -> Visitor:
        """Ask for this page again for as long as it shows how far something is."""
        while "<progress" in self.page.text:
            time.sleep(0.2)
            self.get(self.page.path)
        return self

    def _follow(self, answer: Answer) -> Visitor:
        if answer.code in (302, 303):
            return self.get(answer.header("Location"))
        return self

    def _ask(self, method: str, path: str, body: bytes | None = None, kind: str = "") -> Answer:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())}
        self._connection.request(method, path, body, headers | ({"Content-Type": kind} if kind else {}))
        came = self._connection.getresponse()
        text = came.read().decode("utf-8", "replace")
        self.answers.append(Answer(method, path, came.status, came.getheaders(), text))
        for cookie in came.headers.get_all("Set-Cookie", []):
            name, _, value = cookie.partition(";")[0].partition("=")
            self._cookies[name] = value
        return self.page
