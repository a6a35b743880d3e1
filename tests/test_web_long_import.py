"""Files that take long: how far they are is seen, they can be cancelled, and that leaves nothing behind."""

import io
import sqlite3
import threading
import time
import zipfile
from contextlib import closing, contextmanager
from datetime import date

import pytest

from diary.model import Source
from diary.web import work
from diary.web.access import PATIENT
from diary.web.uploads import KEPT_FOR
from diary.web.work import AT_ONCE, StoppedError, Work, Workers
from tests.browser import faults, opened, turning
from tests.test_apple_health import EVENING, HEAD, MORNING
from tests.web import Visitor

STEP = (
    '<Record type="HKQuantityTypeIdentifierStepCount" sourceName="Phone" unit="count" '
    'creationDate="2024-03-01 08:00:00 +0000" startDate="2024-03-01 08:00:00 +0000" '
    'endDate="2024-03-01 08:10:00 +0000" value="{}"/>\n'
)
DAYS = "Date,Headache\n2026-03-01,yes\n2026-03-02,no\n"
GOOD = "correct horse battery"


def health_export(megabytes):
    """An export of Apple Health of that size, as the phone packs it: two headaches among very many steps."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("export.xml", "w") as file:
        file.write((HEAD + MORNING).encode())
        million = "".join(STEP.format(number) for number in range(10**6 // len(STEP))).encode()
        for _ in range(megabytes):
            file.write(million)
        file.write(f"{EVENING}</HealthData>".encode())
    return packed.getvalue()


@pytest.fixture(scope="module")
def long_file():
    return health_export(25)


@pytest.fixture
def visitor(tmp_path):
    """A visitor of a page that waits for nothing."""
    made = Visitor(tmp_path)
    made.app.extensions["workers"].patience = 0
    return made


def send(visitor, content, name="export.zip"):
    return visitor.send("/import", {"files": (io.BytesIO(content), name)})


def waiting(visitor):
    return list(visitor.app.extensions["uploads"]._kept.values())


def cancel(visitor):
    return visitor.send("/import/cancel", file=waiting(visitor)[0].name)


def ended(visitor):
    """The page when what is being done has ended."""
    for upload in waiting(visitor):
        assert upload.work is None or upload.work.wait(30)
    return visitor.get("/import")


def days(visitor):
    with visitor.diary() as diary:
        return diary.batch().days


@contextmanager
def busy(visitor):
    """Everybody who reads files is at something else."""
    over = threading.Event()
    others = [visitor.app.extensions["workers"].begin("reading", lambda _: over.wait(30)) for _ in range(AT_ONCE)]
    yield
    over.set()
    assert all(other.wait(10) for other in others)


@contextmanager
def writing(visitor):
    """Another program is writing into the diary."""
    with closing(sqlite3.connect(visitor.location, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


# --- reading


def test_a_long_file_shows_how_far_it_is_and_is_then_there_to_look_at(visitor, long_file):
    page = send(visitor, long_file)
    assert "The file is being read." in page.text
    assert '<meta http-equiv="refresh"' in page.html

    page = ended(visitor)

    assert "Attacks 2" in page.text
    assert "Add to the diary" in page.text


def test_the_part_that_was_read_grows(visitor, long_file):
    send(visitor, long_file)
    reading, seen = waiting(visitor)[0].work, set()
    while reading.is_running:
        seen.add(reading.part)
        time.sleep(0.01)

    parts = sorted(part for part in seen if part is not None)
    assert len(parts) > 3
    assert 0 < parts[0] < parts[-1] <= 1


def test_a_page_that_is_loaded_again_reads_nothing_anew(visitor, long_file):
    send(visitor, long_file)
    before = waiting(visitor)[0].work
    visitor.get("/import")

    assert before is waiting(visitor)[0].work
    assert "The file is being read." in visitor.text


def test_reading_that_is_cancelled_ends_soon_and_leaves_no_file(visitor, long_file):
    send(visitor, long_file)
    upload = waiting(visitor)[0]
    page = cancel(visitor)

    assert "Stopped. Nothing was added, and the file is no longer here." in page.text
    assert ([], False) == (waiting(visitor), upload.path.exists())
    assert upload.work.wait(5)
    with pytest.raises(StoppedError):
        upload.work.result()


def test_the_part_for_scripts_says_when_the_page_is_to_be_loaded_again(visitor):
    with busy(visitor):
        send(visitor, DAYS.encode(), "days.csv")
        part = visitor.get("/import/progress")
        assert ("HX-Refresh" in part.headers, "<html" in part.html) == (False, False)
        assert "This one waits for its turn." in part.text
    ended(visitor)

    assert "true" == visitor.get("/import/progress").headers["HX-Refresh"]


def test_only_so_many_files_are_read_at_once_and_what_waits_can_be_cancelled(visitor):
    with busy(visitor):
        send(visitor, DAYS.encode(), "days.csv")
        upload = waiting(visitor)[0]
        assert not upload.work.wait(0.3)
        cancel(visitor)
        assert upload.work.wait(5)


def test_a_file_that_is_read_goes_after_an_hour_as_well(visitor):
    with busy(visitor):
        send(visitor, DAYS.encode(), "days.csv")
        upload = waiting(visitor)[0]
        upload.at -= KEPT_FOR
        assert "Choose files" in visitor.get("/import").text
        assert upload.work.wait(5)


# --- adding


def test_adding_that_takes_long_is_said_and_happens(visitor):
    send(visitor, DAYS.encode(), "days.csv")
    ended(visitor)
    with writing(visitor):
        page = visitor.send("/import/add", file=waiting(visitor)[0].name)
        assert "It is being added to the diary." in page.text
        assert "All of it is added, or nothing." in page.text

    assert "Added: days.csv" in ended(visitor).text
    assert [date(2026, 3, 1), date(2026, 3, 2)] == [day.date for day in days(visitor)]


def test_adding_that_is_cancelled_leaves_the_diary_as_it_was(visitor):
    send(visitor, DAYS.encode(), "days.csv")
    ended(visitor)
    upload = waiting(visitor)[0]
    with writing(visitor):
        visitor.send("/import/add", file=upload.name)
        adding = upload.work
        page = cancel(visitor)
    assert adding.wait(15)

    assert "Stopped. Nothing was added" in page.text
    assert () == days(visitor)
    with visitor.diary() as diary:
        assert ([], []) == (diary.imports(), diary.patients())
    assert ([], False) == (waiting(visitor), upload.path.exists())


def test_what_is_added_already_is_not_cancelled_any_more(visitor):
    send(visitor, DAYS.encode(), "days.csv")
    ended(visitor)
    upload = waiting(visitor)[0]
    visitor.send("/import/add", file=upload.name)
    upload.work.wait(10)

    page = cancel(visitor)

    assert "Added: days.csv" in page.text
    assert 2 == len(days(visitor))


def test_a_diary_that_cannot_be_written_is_said_and_the_file_stays(visitor):
    send(visitor, DAYS.encode(), "days.csv")
    ended(visitor)
    visitor.app.extensions["workers"].patience = 60
    with closing(sqlite3.connect(visitor.location, isolation_level=None)) as other:
        other.execute("ALTER TABLE imports RENAME TO elsewhere")
        assert 400 == visitor.send("/import/add", file=waiting(visitor)[0].name).code
        other.execute("ALTER TABLE elsewhere RENAME TO imports")

    assert "Added: days.csv" in visitor.send("/import/add", file=waiting(visitor)[0].name).text


def test_what_is_settled_cannot_be_stopped_and_what_is_stopped_cannot_be_settled():
    happening, unwanted = Work("adding"), Work("adding")
    happening.settle()
    unwanted.stop()

    assert not happening.stop()
    with pytest.raises(StoppedError):
        unwanted.settle()


def test_what_ends_a_job_is_raised_where_its_result_is_asked_for(monkeypatch):
    monkeypatch.setattr(work, "AT_ONCE", 1)
    workers = Workers()
    failed = workers.begin("reading", lambda _: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        failed.result()
    assert 7 == workers.begin("reading", lambda _: 7).result()


@pytest.mark.parametrize("ends", [FileNotFoundError, None], ids=["the file is gone", "it was done just then"])
def test_what_is_stopped_is_stopped_however_it_ends(ends):
    unwanted = Work("reading")

    def read(work):
        work.stop()
        if ends:
            raise ends

    unwanted.run(read)

    with pytest.raises(StoppedError):
        unwanted.result()


# --- in a clinic


@pytest.fixture
def clinic(tmp_path):
    visitor = Visitor(tmp_path, clinic=True)
    visitor.app.extensions["workers"].patience = 0
    with visitor.diary() as diary:
        diary.record(Source("P1", "log"), Source("P2", "log"))
    for patient in ("P1", "P2"):
        visitor.app.extensions["access"].accounts.add(patient.lower(), PATIENT, GOOD, patient=patient)
    return visitor


def log_in(clinic, name):
    clinic.client = clinic.app.test_client()
    return clinic.get("/login").send("/login", name=name, password=GOOD)


def test_in_a_clinic_nobody_sees_or_cancels_what_is_read_for_another(clinic):
    log_in(clinic, "p1")
    with busy(clinic):
        send(clinic, DAYS.encode(), "days.csv")
        mine, upload = clinic.client, waiting(clinic)[0]

        log_in(clinic, "p2")
        assert "days.csv" not in clinic.get("/import").text
        assert "" == clinic.get("/import/progress").text
        clinic.send("/import/cancel", file=upload.name)
        assert ([upload], True) == (waiting(clinic), upload.path.exists())

        clinic.client = mine
        assert "days.csv" in clinic.get("/import").text
    assert "Add to the diary" in ended(clinic).text


def test_in_a_clinic_asking_how_far_it_is_is_not_noted_over_and_over(clinic):
    log_in(clinic, "p1")
    accounts = clinic.app.extensions["access"].accounts
    with busy(clinic):
        send(clinic, DAYS.encode(), "days.csv")
        before = len(accounts.accesses())
        for _ in range(3):
            clinic.get("/import/progress")
            clinic.get("/import")
        assert before == len(accounts.accesses())


def test_in_a_clinic_what_is_added_beside_the_page_is_noted_with_it(clinic):
    log_in(clinic, "p1")
    send(clinic, DAYS.encode(), "days.csv")
    ended(clinic)
    clinic.send("/import/add", file=waiting(clinic)[0].name)
    assert "Added: days.csv" in ended(clinic).text

    noted = [
        (one.user, one.patient) for one in clinic.app.extensions["access"].accounts.accesses() if one.action == "write"
    ]
    assert [("p1", "P1")] == noted


# --- in a real browser


@pytest.mark.browser
@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_long_file_is_seen_to_be_read_and_then_there_it_is(chromium, serving, tmp_path, long_file, scripts):
    (tmp_path / "export.zip").write_bytes(long_file)
    serving.app.extensions["workers"].patience = 0
    with (
        busy(serving),
        opened(chromium, f"{serving.url}/import", java_script_enabled=scripts) as page,
    ):
        page.get_by_label("Choose files").set_input_files(str(tmp_path / "export.zip"))
        page.get_by_role("button", name="Read it").click()
        page.get_by_text("This one waits for its turn.").wait_for()
        if scripts:
            assert [] == faults(page)
        page.reload()
        with turning(page):
            page.get_by_role("button", name="Cancel").click()
        page.get_by_text("Stopped. Nothing was added").wait_for()
    with opened(chromium, f"{serving.url}/import", java_script_enabled=scripts) as page:
        page.get_by_label("Choose files").set_input_files(str(tmp_path / "export.zip"))
        page.get_by_role("button", name="Read it").click()
        page.get_by_role("button", name="Add to the diary").click()
        page.get_by_role("heading", name="Added: export.zip").wait_for()
    with serving.diary() as diary:
        assert 2 == len(diary.batch().attacks)
