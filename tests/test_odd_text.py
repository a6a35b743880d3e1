"""Text that could do harm, or that looks like other text: it stays text, as it was written, and does nothing."""

import json
from datetime import date, datetime

import pytest

from diary.model import DayLog, Dose
from tests.terminal import Terminal
from tests.web import Visitor

MARCH = date(2026, 3, 1)
SQL = "Robert'); DROP TABLE patients; --"
OUTSIDE = "../../../tmp/outside"
HTML = "<script>alert(1)</script><img src=x onerror=alert(2)>"

ODD = {
    "SQL": SQL,
    "quotes": "\"'`´%_\\",
    "a path": OUTSIDE,
    "HTML": HTML,
    "a template": "{{ 7 * 7 }}{% raw %}",
    "Typst": '#read("/etc/passwd") $x$ @ref',
    "a formula": '=HYPERLINK("http://x")',
    "turned around": "abc\u202edef\u202c",
    "unseen letters": "a\u200bb\u2060c\ufeff",
    "an accent of its own": "Mu\u0308ller",
    "outside of the first plane": "\U0001f915 \U0001d573",
    "long": "x" * 10_000,
}


def test_odd_text_comes_out_as_it_was_written_wherever_it_stands(store):
    days = {text: DayLog(f"P {text}", MARCH, headache=True, note=text) for text in ODD.values()}
    doses = {text: Dose(f"P {text}", datetime(2026, 3, 1, 8), text) for text in ODD.values()}

    store.record(*days.values(), *doses.values())

    assert sorted(f"P {text}" for text in ODD.values()) == store.patients()
    assert list(days.values()) == [store.day(day.patient, MARCH) for day in days.values()]
    assert list(doses.values()) == [store.doses(dose.patient)[0] for dose in doses.values()]
    assert dict.fromkeys(ODD.values(), 1) == store.unknown_medicines()


ALIKE = ("Müller", "Mu\u0308ller", "P1", "\u0420\u0031", "P1\u200b", "P\uff11", "p1")
"""Composed and not, Latin and Cyrillic, with a space of no width, a wide digit, another case."""


def test_codes_that_only_look_alike_are_different_patients(store):
    store.record(*(DayLog(code, MARCH, headache=True, note=str(number)) for number, code in enumerate(ALIKE)))

    assert [str(number) for number, _ in enumerate(ALIKE)] == [store.day(code, MARCH).note for code in ALIKE]


def test_a_code_that_only_looks_like_another_is_said_to_be_new_and_shows_what_is_unseen(tmp_path):
    terminal = Terminal(tmp_path)
    terminal("log 2026-03-01 --none --patient P1")

    assert "Note: 'P1\\u200b' is a new patient in this diary, beside P1." in terminal(
        "log 2026-03-01 --none --patient P1\u200b"
    )


@pytest.mark.parametrize("code", ["half a letter \udcff", "a\x00b"], ids=["surrogate", "NUL"])
def test_what_is_no_text_is_not_recorded_and_said(tmp_path, code):
    terminal = Terminal(tmp_path)
    terminal("log 2026-03-01 --none")
    said = terminal(f"log 2026-03-02 --severity mild --patient '{code}'")

    assert "not plain text" in said or terminal.code == 1
    with terminal.diary() as diary:
        assert (["me"], 1) == (diary.patients(), len(diary.batch().days))


def test_html_in_a_note_is_text_on_the_page(tmp_path):
    page = Visitor(tmp_path)
    page.send("/log/2026-03-10/headache", headache="severe")
    page.send("/log/2026-03-10/details", headache="yes", note=HTML)

    for path in ("/", "/month", "/log/2026-03-10/details"):
        assert HTML not in page.get(path).html
    assert "&lt;script&gt;alert(1)" in page.get("/").html


# --- files


@pytest.fixture
def terminal(tmp_path):
    """In a folder deep inside one that is watched, on the diary of a patient whose code is a path."""
    inner = tmp_path / "a" / "b" / "c"
    inner.mkdir(parents=True)
    started = Terminal(inner)
    started(f"log 2026-03-01 --severity mild --took nothing --patient {OUTSIDE}")
    return started


def test_a_code_that_is_a_path_leads_nowhere_else(terminal, tmp_path):
    before = set(tmp_path.rglob("*"))
    for form in ("json", "csv", "xlsx"):
        terminal(f"export --format {form} --patient {OUTSIDE}")
        terminal(f"export --format {form} --patient {OUTSIDE} --out chosen.{form}")
        assert 0 == terminal.code

    assert all(path.is_relative_to(terminal.folder) for path in set(tmp_path.rglob("*")) - before)


@pytest.mark.parametrize("there", [True, False])
def test_nothing_is_written_through_a_link_unasked(terminal, there):
    target, link = terminal.folder / "target", terminal.folder / "diary.json"
    if there:
        target.write_text("another file")
    link.symlink_to(target)

    said = terminal("export --format json --out diary.json")

    assert (1, True) == (terminal.code, "Name another place" in said)
    assert link.is_symlink()
    assert target.read_text() == "another file" if there else not target.exists()


def test_what_a_link_leads_to_is_read_like_any_file(terminal):
    terminal("export --format json --out diary.json")
    (terminal.folder / "link.json").symlink_to("diary.json")

    terminal("import link.json")

    assert 0 == terminal.code
    assert [OUTSIDE] == [json.loads((terminal.folder / "link.json").read_text())["patient"]["patient"]]
