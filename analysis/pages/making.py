"""Reports are made in the background, in a private folder that is gone before anybody is given the file.

The file itself waits in memory until it is fetched, for a quarter of an hour at most. Of each person one is kept.
"""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Callable
from contextlib import nullcontext
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import BoundedSemaphore, Event, Lock, Thread
from typing import TYPE_CHECKING, NamedTuple
from zipfile import ZIP_DEFLATED, ZipFile

from analysis.pages.choice import Choice
from diary.model import DiaryError
from diary.store import Store

if TYPE_CHECKING:
    from analysis.commands.gather import Answer

AT_ONCE = 2
"""So many reports are made at the same time; the others wait."""

KEPT = 15 * 60
"""Seconds for which a report waits to be fetched."""

EVERYTHING = "everything.zip"
FHIR = "bundle.json"

FAULT = "The program has a fault, and the report was not made. Nothing was changed. Try the command: migraine report"

Owner = tuple[str, str]
"""The name of the user, and the code of the patient whom the report is about."""


class Order(NamedTuple):
    """Which file is asked for, by which rules; *code* stands for the patient in a report without the person."""

    name: str
    choice: Choice
    code: str | None = None


class CancelledError(Exception):
    """Nobody wants the report any more."""


class Making:
    """One report on its way. *doing* is what is being done; *file* is there when it is done, *trouble* if it failed."""

    def __init__(self, owner: Owner, order: Order) -> None:
        self.number = secrets.token_urlsafe(12)
        self.owner, self.order = owner, order
        self.begun = time.monotonic()
        self.doing = ""
        self.done_steps = 0
        self.file: bytes | None = None
        self.trouble = ""
        self._cancelled = Event()

    @property
    def is_running(self) -> bool:
        """Whether there is something to wait for."""
        return self.file is None and not self.trouble and not self.is_cancelled

    @property
    def is_cancelled(self) -> bool:
        """Whether nobody wants it any more."""
        return self._cancelled.is_set()

    def cancel(self) -> None:
        """Let go of the file, or stop before the next step."""
        self._cancelled.set()
        self.file = None

    def step(self, doing: str) -> None:
        """Say what is being done next.

        Raises CancelledError: nobody wants it any more.
        """
        if self.is_cancelled:
            raise CancelledError
        self.doing = doing
        self.done_steps += 1


class Makings:
    """The reports of one application: one of each person, and those that nobody fetched forgotten."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._all: dict[str, Making] = {}
        self._turns = BoundedSemaphore(AT_ONCE)

    def begin(self, store: Store, owner: Owner, order: Order) -> Making:
        """Start a report; the one that the same person asked for before is let go."""
        making = Making(owner, order)
        with self._lock:
            self._forget(lambda other: other.owner == owner or time.monotonic() - other.begun > KEPT)
            self._all[making.number] = making
        Thread(target=self._make, args=(store, making), daemon=True).start()
        return making

    def find(self, number: str, owner: Owner) -> Making | None:
        """That report, if it is the person's own and still there."""
        with self._lock:
            self._forget(lambda other: time.monotonic() - other.begun > KEPT)
            found = self._all.get(number)
        return found if found is not None and found.owner == owner else None

    def _forget(self, which: Callable[[Making], bool]) -> None:
        for making in [making for making in self._all.values() if which(making)]:
            making.cancel()
            del self._all[making.number]

    def _make(self, store: Store, making: Making) -> None:
        try:
            with self._turns:
                made = made_file(store, making.owner[1], making.order, making.step)
            if not making.is_cancelled:
                making.file = made
        except CancelledError:
            pass
        except DiaryError as error:
            making.trouble = str(error)
        except Exception as error:  # whatever it is, the page shall not wait forever, and the log tells nothing of it
            logging.getLogger(__name__).error("A report was not made: %s", type(error).__name__)
            making.trouble = FAULT


def steps_of(order: Order) -> int:
    """How many steps a report takes."""
    from analysis.reports.bundle import FILES

    return 3 + (len(FILES) + 1 if order.name == EVERYTHING else 1)


def made_file(store: Store, patient: str, order: Order, step: Callable[[str], None]) -> bytes:
    """The file that was ordered; what it was made of is removed again, whatever happens.

    Raises DiaryError: the report cannot be made of this diary.
    """
    from analysis.commands.gather import answer_of, gather_open
    from analysis.definitions import day_rules
    from analysis.reports.words import relative_days

    with relative_days() if order.code is not None else nullcontext():
        step("Reading the diary")
        found = gather_open(store, patient)
        if order.code is None:
            found = found._replace(facts=store.batch(patient))
        rules_of_day = day_rules(*order.choice.definition)
        answer = answer_of(found, rules=order.choice.rules, rules_of_day=rules_of_day, deidentify=order.code)
        with TemporaryDirectory(prefix="migraine-") as folder:
            return _written(answer, order, Path(folder), step)


def _written(answer: Answer, order: Order, folder: Path, step: Callable[[str], None]) -> bytes:
    """The file, or all files as an archive, by way of the folder."""
    from analysis.reports.bundle import FILES, write_report

    only = [name for name in FILES if order.name in (name, EVERYTHING)]
    if only:
        write_report(answer.findings, answer.content, folder, answer.inputs, step, only)
    if order.name == FHIR or (order.name == EVERYTHING and order.code is None):
        step("Validating the FHIR bundle")
        _write_bundle(answer, folder / FHIR)
    step("Putting it together")
    return _archive(folder) if order.name == EVERYTHING else (folder / order.name).read_bytes()


def _write_bundle(answer: Answer, path: Path) -> None:
    from analysis.interchange import bundle, to_json

    path.write_text(to_json(bundle(answer.findings, answer.facts, answer.inputs)), encoding="utf-8")


def _archive(folder: Path) -> bytes:
    """Every file below the folder in one archive."""
    made = BytesIO()
    with ZipFile(made, "w", ZIP_DEFLATED) as archive:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            archive.write(path, path.relative_to(folder))
    return made.getvalue()
