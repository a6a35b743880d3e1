"""The page under fifty people at a time, against a bare route of the same server; ten years of diary against one."""

from __future__ import annotations

import logging
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from http.client import HTTPConnection
from pathlib import Path
from random import Random
from statistics import median
from tempfile import TemporaryDirectory
from threading import Barrier, Thread
from time import perf_counter

from analysis.pages import PAGES
from diary.model import DayLog, Dose, Fact, Treatment
from diary.store import Store
from diary.web import create_app
from diary.web.server import server_of

CLIENTS, REQUESTS, ROUNDS = 50, 6, 9
LAST = date(2026, 3, 10)
PAGES_SEEN = {"hello": "/hello", "log": "/", "outcome": "/outcome"}


def diary(years: int) -> list[Fact]:
    """So many years of days, a session every twelve weeks after the first half year, a triptan on some days."""
    draw, facts = Random(years), list[Fact]()
    days = 365 * years
    for n in range(days):
        day = LAST - timedelta(days=days - 1 - n)
        ill = draw.random() < (0.6 if n < 182 else 0.4)
        facts.append(DayLog("me", day, headache=ill, severity=draw.randint(1, 3) if ill else 0, minutes=300 * ill))
        if ill and draw.random() < 0.4:
            facts.append(Dose("me", datetime.combine(day, datetime.min.time()), "sumatriptan", False, "triptan"))
        if n >= 182 and (n - 182) % 84 == 0:
            facts.append(Treatment("me", "botulinum", "Botox", day, amount=155, unit="U"))
    return facts


def serve(location: str) -> None:
    """The page on that diary with one bare route more; its port is printed."""
    app = create_app(location, pages=PAGES, now=datetime(2026, 3, 10, 18).timestamp)
    app.add_url_rule("/hello", "hello", lambda: "hello")
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # that clients wait is what is measured
    server = server_of(app)
    print(server.effective_port, flush=True)
    server.run()


@contextmanager
def served(folder: Path, years: int) -> Iterator[int]:
    """The port of a server, in a process of its own, on a new diary of so many years."""
    location = str(folder / f"{years}.sqlite")
    with Store.open(location) as store:
        store.record(*diary(years))
    process = subprocess.Popen([sys.executable, __file__, location], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        yield int(process.stdout.readline())
    finally:
        process.kill()
        process.wait()


def timed(connection: HTTPConnection, path: str) -> float:
    """Seconds from the request to the last byte of the answer."""
    start = perf_counter()
    connection.request("GET", path)
    answer = connection.getresponse()
    answer.read()
    assert answer.status == 200, (path, answer.status)
    return perf_counter() - start


def crowd(port: int, path: str) -> list[float]:
    """The times of all requests of many clients that begin together, each over one connection."""
    taken: list[float] = []
    together = Barrier(CLIENTS)

    def client() -> None:
        connection = HTTPConnection("127.0.0.1", port)
        timed(connection, "/hello")
        together.wait()
        taken.extend(timed(connection, path) for _ in range(REQUESTS))
        connection.close()

    clients = [Thread(target=client) for _ in range(CLIENTS)]
    for one in clients:
        one.start()
    for one in clients:
        one.join()
    return taken


def p95(times: list[float]) -> float:
    """The time that 95 of 100 requests keep."""
    return sorted(times)[int(0.95 * len(times))]


def under_load(folder: Path) -> None:
    """Print the p95 of each page under many clients, and its ratio to the bare route: medians over the rounds."""
    rounds: dict[str, list[float]] = {name: [] for name in PAGES_SEEN}
    with served(folder, 2) as port:
        for path in PAGES_SEEN.values():
            timed(HTTPConnection("127.0.0.1", port), path)
        for name, path in list(PAGES_SEEN.items()) * ROUNDS:
            rounds[name].append(p95(crowd(port, path)))
    for name, taken in rounds.items():
        ratio = median(mine / bare for mine, bare in zip(taken, rounds["hello"], strict=True))
        print(f"{name}: p95 {1000 * median(taken):.0f} ms with {CLIENTS} clients, ratio {ratio:.1f}")


def by_length(folder: Path) -> None:
    """Print how long the first view of the outcome page takes after a change of the diary, and the next ones."""
    first, again = {}, {}
    for years in (1, 10):
        with served(folder, years) as port, Store.open(str(folder / f"{years}.sqlite")) as store:
            connection = HTTPConnection("127.0.0.1", port)
            timed(connection, "/outcome")
            times = []
            for severity in (1, 2, 3, 1, 2):
                store.record(DayLog("me", LAST, headache=True, severity=severity))
                times.append(timed(connection, "/outcome"))
            first[years], again[years] = min(times), p95([timed(connection, "/outcome") for _ in range(40)])
    for name, found in (("first view after a change", first), ("next views, p95", again)):
        print(
            f"outcome, {name}: {1000 * found[1]:.0f} ms for 1 year, {1000 * found[10]:.0f} ms for 10 years, "
            f"ratio {found[10] / found[1]:.1f}"
        )


def main() -> None:
    """Serve, or measure."""
    if sys.argv[1:]:
        serve(sys.argv[1])
        return
    with TemporaryDirectory() as folder:
        under_load(Path(folder))
        by_length(Path(folder))


if __name__ == "__main__":
    main()
