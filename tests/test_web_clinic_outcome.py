"""What changed, and its reports, in a clinic: to a patient their own, to a clinician the chosen one, and noted."""

import time
from datetime import date

import pytest
from argon2 import PasswordHasher

from diary import passwords
from diary.model import Treatment
from tests.drawing import logs
from tests.test_web_clinic import GOOD, PEOPLE, Clinic

BEFORE = "1101110 1101100 1110110 1011010"
AFTER = "0100100 0010000 0100010 0010010 " * 3
FIRST = date(2025, 11, 3)
FEWER = "Headache days were fewer in cycle 1: 7.0 per 28 days, against 18.0 at baseline."
PDF = {"file": "patient.pdf"}


@pytest.fixture(scope="module")
def clinic(tmp_path_factory):
    """The first patient's headache days became fewer; of the second there is nothing to be said."""
    with pytest.MonkeyPatch.context() as patched:  # Argon2id with parameters that do not slow the tests down
        patched.setattr(passwords, "HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        passwords._nobody.cache_clear()
        made = Clinic(str(tmp_path_factory.mktemp("clinic") / "diary.sqlite"))
        for name, role, patient in PEOPLE:
            made.accounts.add(name, role, GOOD, patient=patient)
        session = Treatment("P-001", "botulinum", "Botox", FIRST, amount=155, unit="U")
        days = (*logs("P-001", BEFORE, "2025-10-06"), *logs("P-001", AFTER, "2025-11-03"))
        made.app.extensions["access"].store.record(session, *days, *logs("P-002", "1", "2025-11-03"))
        yield made
        made.app.extensions["access"].database.close()
    passwords._nobody.cache_clear()


def paths(clinic, *endpoints):
    """The addresses of these pages, with any name that they ask for."""
    with clinic.app.test_request_context():
        rules = [rule for rule in clinic.app.url_map.iter_rules() if rule.endpoint in endpoints]
        return [clinic.app.url_for(rule.endpoint, **dict.fromkeys(rule.arguments, "blocks")) for rule in rules]


def outcome_pages(clinic):
    """Every page of the answer and of its reports that can be opened."""
    rules = clinic.app.url_map.iter_rules()
    names = {rule.endpoint for rule in rules if rule.endpoint.startswith(("outcome.", "reports."))}
    return paths(clinic, *(names - {"outcome.static", "reports.make", "reports.cancel"}))


def made(person):
    """The address of a report that the person asks for, when it is there."""
    wait = person.get("/reports").send("/reports", PDF).path
    for _ in range(600):
        if "The report is ready." in person.get(wait).text:
            return wait
        time.sleep(0.1)
    raise AssertionError(person.text)


def test_a_patient_reads_their_own_answer(clinic):
    assert FEWER in clinic.person("p1").get("/outcome").text


def test_another_patient_does_not_read_it_whatever_they_ask_for(clinic):
    person = clinic.person("p2")

    assert FEWER not in person.get("/outcome").text
    assert FEWER not in person.get("/outcome?patient=P-001&code=P-001").text
    with person.client.session_transaction() as session:
        session["patient"] = "P-001"
    assert FEWER not in person.get("/outcome").text


def test_a_page_that_is_kept_for_one_is_not_shown_to_another(clinic):
    first, second = clinic.person("p1"), clinic.person("p2")

    assert [True, False, True] == [FEWER in person.get("/outcome").text for person in (first, second, first)]


def test_a_clinician_reads_the_answer_of_the_chosen_patient(clinic):
    anna = clinic.person("anna")
    assert "/patients" == anna.get("/outcome").path

    assert FEWER in anna.choose("P-001").get("/outcome").text
    assert FEWER not in anna.choose("P-002").get("/outcome").text


def test_an_admin_and_nobody_read_no_answer(clinic):
    root, nobody = clinic.person("root"), clinic.nobody()

    pages = outcome_pages(clinic)
    assert len(pages) > 4
    assert [403] * len(pages) == [root.get(path).code for path in pages]
    assert ["/login"] * len(pages) == [nobody.get(path).path for path in pages]


def test_a_report_is_its_owners_alone_and_it_is_noted_that_it_was_taken(clinic):
    first, second, anna = clinic.person("p1"), clinic.person("p2"), clinic.person("anna").choose("P-001")
    wait = made(first)

    for other in (second, anna):
        assert "/reports" == other.get(wait).path
        assert "/reports" == other.get(f"{wait}/file").path
        other.send(f"{wait}/cancel")
    file = first.client.get(f"{wait}/file")
    assert (200, b"%PDF") == (file.status_code, file.data[:4])
    noted = clinic.noted(patient="P-001")
    assert ("p1", "read", "P-001", "reports.make") in noted
    assert ("p1", "read", "P-001", "reports.fetch") in noted


def test_a_clinicians_report_stays_with_the_patient_it_is_about(clinic):
    anna = clinic.person("anna").choose("P-001")
    wait = anna.get("/reports").send("/reports", PDF).path
    assert wait.startswith("/reports/")

    assert "/reports" == anna.choose("P-002").get(wait).path
    assert wait == anna.choose("P-001").get(wait).path
    anna.send(f"{wait}/cancel")


def test_who_read_an_answer_is_noted(clinic):
    clinic.person("p1").get("/outcome")
    clinic.person("anna").choose("P-001").get("/outcome")

    noted = clinic.noted(patient="P-001")
    assert ("p1", "read", "P-001", "outcome.index") in noted
    assert ("anna", "read", "P-001", "outcome.index") in noted


def test_an_answer_that_is_shown_again_from_memory_is_noted_again(clinic):
    person, line = clinic.person("p1"), ("p1", "read", "P-001", "outcome.index")
    before = clinic.noted().count(line)
    person.get("/outcome").get("/outcome")

    assert before + 2 == clinic.noted().count(line)
