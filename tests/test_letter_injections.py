"""Point 4 of the letter: every session with its vial, and the muscles of the latest map."""

from datetime import date, timedelta

import pandas as pd
import pytest

from analysis.charts.injections import latest_map
from analysis.findings import find
from analysis.products import is_botox
from analysis.reports.letter.injections import PLACES, SESSIONS, VIALS, injections_section
from diary.demo import demo_batch
from diary.medicines import known_medicines
from diary.model import Injection, Treatment
from diary.muscles import extra_units, fixed, with_extra
from diary.tables import ATTACKS, DOSES, EVENTS, INJECTIONS, SCORES, TREATMENTS, Tables, facts_frame
from tests.drawing import diary_of

FIRST = date(2026, 3, 2)
NONE = "not documented"


def session(day=0, product="Botox", **facts):
    return Treatment("P1", "botulinum", product, FIRST + timedelta(day), **facts)


def mapped(treatment, *extras):
    """The fixed paradigm of a session, and further rows ``muscle, side, sites`` of 5 units each."""
    more = [Injection(treatment.treatment_id, muscle, side, sites, 5.0 * sites) for muscle, side, sites in extras]
    return with_extra(fixed(treatment.treatment_id), more)


def section(*treatments, injections=(), as_of=None):
    days = diary_of("P1", "1" * 140, start=f"{FIRST - timedelta(28)}")
    attacks, doses, scores, events = (facts_frame((), table) for table in (ATTACKS, DOSES, SCORES, EVENTS))
    given, placed = facts_frame(treatments, TREATMENTS), facts_frame(injections, INJECTIONS)
    return injections_section(find(Tables(days, attacks, doses, given, placed, scores, events), as_of=as_of))


def test_without_a_session_it_says_so_and_nothing_else():
    found = section()

    assert (("No session is documented.",), (), ()) == found[1:]


def test_what_is_not_recorded_is_said_to_be_not_documented():
    found = section(session())
    sessions, vials = found.tables

    assert (SESSIONS, (("2 Mar 2026", "first session", "Botox", NONE, NONE, NONE),)) == sessions[1:3]
    assert (VIALS, (("2 Mar 2026", NONE, NONE, NONE, NONE, NONE),)) == vials[1:3]
    assert "What each muscle received is not documented." == found.paragraphs[-1]
    assert () == found.figures


def test_a_full_record_stands_in_one_row_of_each_table():
    treatment = session(
        amount=165,
        unit="U",
        sites=33,
        lot="C1234",
        expiry=date(2027, 2, 28),
        dilution=2,
        injector="Dr A. B.",
        consent=True,
    )
    found = section(treatment, injections=mapped(treatment, ("trapezius", "right", 2)))

    assert ("2 Mar 2026", "first session", "Botox", "165 U", "33", "10 U") == found.tables[0].rows[0]
    assert ("2 Mar 2026", "C1234", "28 Feb 2027", "2 mL for 100 U", "Dr A. B.", "noted") == found.tables[1].rows[0]


@pytest.mark.parametrize(("consent", "said"), [(True, "noted"), (False, "not noted"), (None, NONE)])
def test_consent_is_noted_or_not_or_nobody_wrote_of_it(consent, said):
    assert said == section(session(consent=consent)).tables[1].rows[0][-1]


def test_days_are_counted_from_the_last_session_against_migraine():
    rows = section(session(), session(40, purpose="cosmetic"), session(84)).tables[0].rows

    assert ["first session", "cosmetic: starts no cycle", "84 days"] == [row[1] for row in rows]


def test_a_cosmetic_session_alone_is_no_treatment_of_migraine():
    found = section(session(purpose="cosmetic", amount=20, unit="U", sites=5))

    assert "Documented: 1 cosmetic session, and none against migraine." == found.paragraphs[0]
    assert "does not apply" == found.tables[0].rows[0][-1]


def test_the_map_shows_each_muscle_by_side_and_what_lies_above_the_paradigm():
    treatment = session()
    found = section(treatment, injections=mapped(treatment, ("trapezius", "right", 2), ("temporalis", "left", 1)))

    table = found.tables[2]
    assert ("Injection map of 2 Mar 2026, Botox", PLACES) == table[:2]
    assert (
        ("corrugator", "5 / 1", "", "5 / 1", "10", "2"),
        ("procerus", "", "5 / 1", "", "5", "1"),
        ("frontalis", "10 / 2", "", "10 / 2", "20", "4"),
        ("temporalis", "25 / 5", "", "20 / 4", "45", "9"),
        ("occipitalis", "15 / 3", "", "15 / 3", "30", "6"),
        ("cervical paraspinal", "10 / 2", "", "10 / 2", "20", "4"),
        ("trapezius", "15 / 3", "", "25 / 5", "40", "8"),
        ("all", "", "", "", "170", "34"),
    ) == table.rows
    assert table.note.endswith("Above the fixed paradigm: left temporalis 5 U and right trapezius 10 U.")
    assert ("injections",) == found.figures


def test_nothing_is_above_the_paradigm_itself():
    treatment = session()
    found = section(treatment, injections=mapped(treatment))

    assert "none" == found.tables[0].rows[0][-1]
    assert found.tables[2].note.endswith("Above the fixed paradigm: nothing.")


def test_the_map_is_that_of_the_latest_session_which_has_one():
    first, second, third = session(), session(84), session(100)
    found = section(first, second, third, injections=[*mapped(first), *mapped(second)])

    assert "Injection map of 25 May 2026, Botox" == found.tables[2].title
    assert ["none", "none", NONE] == [row[-1] for row in found.tables[0].rows]


def test_units_of_another_product_are_neither_compared_with_the_paradigm_nor_with_each_other():
    other = session(84, "Dysport", amount=500, unit="U")
    found = section(session(), other, injections=mapped(other))

    assert "The units of Botox and Dysport are not the same and cannot be compared." in found.paragraphs
    assert "does not apply" == found.tables[0].rows[1][-1]
    assert "Of each side: units / sites." == found.tables[2].note


def test_two_names_of_one_product_are_compared():
    assert 2 == len(section(session(), session(84, "Vistabel")).paragraphs)


def test_a_session_after_the_last_day_is_counted_and_left_out():
    treatment = session(84)
    found = section(session(), treatment, injections=mapped(treatment), as_of=FIRST + timedelta(83))

    assert 1 == len(found.tables[0].rows)
    assert "1 session after 24 May 2026 is not in this letter." in found.paragraphs


def test_the_names_of_botox_are_those_that_the_record_knows():
    named = pd.Series([medicine.name for medicine in known_medicines() if medicine.medicine_class == "botulinum"])
    botox = [m.generic == "onabotulinumtoxinA" for m in known_medicines() if m.medicine_class == "botulinum"]

    assert botox == is_botox(named).tolist()


def test_follow_the_pain_of_the_invented_patient_is_what_the_record_counts():
    batch = demo_batch()
    days = diary_of("P1", "1" * 700, start="2024-08-01")
    patient = batch.treatments[0].patient
    days["patient"] = pd.array([patient] * len(days), dtype="string")
    attacks, doses, scores, events = (facts_frame((), table) for table in (ATTACKS, DOSES, SCORES, EVENTS))
    given, placed = facts_frame(batch.treatments, TREATMENTS), facts_frame(batch.injections, INJECTIONS)
    findings = find(Tables(days, attacks, doses, given, placed, scores, events))
    found = injections_section(findings)

    sums = {
        f"{sum(extra_units([i for i in batch.injections if i.treatment_id == t.treatment_id]).values()):g} U"
        for t in batch.treatments
        if t.purpose == "therapeutic" and t.kind == "botulinum"
    }
    assert sums == {row[-1].replace("none", "0 U") for row in found.tables[0].rows} - {"does not apply"}
    assert latest_map(findings.windows, given, placed)[1] in found.tables[2].title
