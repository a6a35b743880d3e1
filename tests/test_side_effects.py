"""Side effects: their names, their sessions, how often they are recorded, and what is said where one may be serious."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binomtest

import analysis.side_effects as answer
import diary.side_effects as record
from analysis.findings import find
from analysis.reports.deidentify import first_day
from analysis.reports.letter.injections import injections_section
from analysis.reports.letter.side_effects import (
    published_table,
    side_effects_section,
)
from analysis.reports.record_tables import treatment_table
from analysis.reports.urgent import serious_warning, serious_warning_plain
from analysis.side_effects import (
    PUBLISHED,
    RATE_COLUMNS,
    asked_sessions,
    rate_table,
    red_flags,
    serious_events,
    side_effect_table,
)
from diary.model import AdverseEvent, Consultation, Treatment
from diary.side_effects import (
    find_side_effect,
    is_red_flag,
    known_side_effects,
    standard_name,
    suggest_side_effect,
)
from diary.tables import ATTACKS, CONSULTATIONS, DOSES, EVENTS, INJECTIONS, SCORES, Tables, facts_frame
from tests.drawing import day, diary_of, shown, treatments
from tests.readability import AGE_12, grade
from tests.test_wording import causal_words

FIRST, SECOND, THIRD = "2026-03-01", "2026-05-24", "2026-08-16"


def session(text, purpose="therapeutic", patient="P1"):
    return Treatment(patient, "botulinum", "Botox", day(text), purpose=purpose)


SESSIONS = [session(text) for text in (FIRST, SECOND, THIRD)]
COSMETIC = session("2026-04-01", purpose="cosmetic")


def event(text, name, to=None, patient="P1", **rest):
    """A side effect that began on a day, put down to a session."""
    return AdverseEvent(patient, day(text), name, treatment_id=to.treatment_id if to else None, **rest)


def events(*given):
    return facts_frame(given, EVENTS)


def asked(text, said="none", patient="P1", topic="side_effects_asked"):
    return Consultation(patient, day(text), topic, said)


def consultations(*given):
    return facts_frame(given, CONSULTATIONS)


def findings(*given, sessions=SESSIONS, asked=()):
    """What a report has of a diary with these side effects."""
    days = diary_of("P1", "10" * 14 + "100" * 28, start="2026-02-01")
    empty = [facts_frame((), table) for table in (ATTACKS, DOSES, INJECTIONS, SCORES)]
    return find(
        Tables(
            days,
            *empty[:2],
            treatments(*sessions),
            *empty[2:],
            events(*given),
            consultations=consultations(*asked),
        )
    )


# --- names

NAMES = [(known, name) for known in known_side_effects() for name in (known.name, *known.synonyms)]


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("Spock brow", "brow asymmetry"),
        ("PTOSIS", "eyelid ptosis"),
        ("stiff-neck", "neck stiffness"),
        ("can't frown", "cannot frown"),
        ("cervicalgia", "neck pain"),
        ("hæmatoma", "hæmatoma"),
        ("Dyspnœa", "Dyspnœa"),
        ("dyspnoea", "breathing difficulty"),
        (" Green   hair ", "Green hair"),
        ("", ""),
    ],
)
def test_a_name_is_the_standard_one_where_it_is_known_and_else_as_written(written, name):
    assert name == standard_name(written)


@pytest.mark.parametrize(
    "name",
    [
        *("neck pain", "neck stiffness", "eyelid ptosis", "brow asymmetry", "muscle weakness", "injection-site pain"),
        *("bruising", "swelling", "worse headache", "swallowing difficulty", "voice change", "slurred speech"),
        *("breathing difficulty", "double vision", "generalised weakness", "incontinence", "fainting", "cannot frown"),
        *("dry eye", "flu-like symptoms", "allergic reaction"),
    ],
)
def test_what_a_clinic_asks_for_has_a_standard_name(name):
    assert name == find_side_effect(name).name


def test_no_name_means_two_things():
    named = [record._fold(name) for _, name in NAMES]

    assert sorted(set(named)) == sorted(named)


def test_every_side_effect_has_plain_words():
    assert [] == [known.name for known in known_side_effects() if not known.plain]


def test_a_misspelt_name_is_suggested_and_never_used():
    assert find_side_effect("nek pain") is None
    assert "neck pain" == suggest_side_effect("nek pain").name
    assert suggest_side_effect("green hair") is None


def test_the_boxed_warning_is_urgent_by_the_label_and_an_allergic_reaction_by_convention():
    urgent = {known.name: known.urgent for known in known_side_effects() if known.red_flag}

    assert "convention" == urgent.pop("allergic reaction")
    assert {"label"} == set(urgent.values())
    assert {
        *("swallowing difficulty", "voice change", "slurred speech", "breathing difficulty", "double vision"),
        *("blurred vision", "generalised weakness", "incontinence"),
    } == set(urgent)


@pytest.mark.parametrize(("known", "name"), NAMES, ids=[name for _, name in NAMES])
def test_a_name_is_urgent_exactly_where_its_side_effect_is(known, name):
    assert known.red_flag == is_red_flag(name)


def test_the_analysis_knows_the_same_urgent_side_effects_by_the_same_words():
    urgent = {known.name: (known.plain, known.signs) for known in known_side_effects() if known.red_flag}

    assert urgent == answer.RED_FLAG_WORDS
    assert tuple(urgent) == answer.RED_FLAGS


def test_the_analysis_gives_every_name_of_an_urgent_side_effect_its_standard_name():
    found = red_flags(pd.Series([name for _, name in NAMES], dtype="string"))

    assert [known.name if known.red_flag else None for known, _ in NAMES] == found.astype(object).where(
        found.notna(), None
    ).tolist()


def test_record_and_analysis_give_the_same_advice():
    assert record.ADVICE == answer.ADVICE


def test_an_unknown_name_is_urgent_by_a_sign_in_it():
    assert is_red_flag("pills are hard to swallow")
    assert ["swallowing difficulty"] == red_flags(pd.Series(["Pills are hard to SWALLOW"], dtype="string")).tolist()


# --- one row for each


def test_a_side_effect_stands_beside_the_session_that_it_is_put_down_to():
    given = event("2026-03-06", "neck pain", SESSIONS[0], severity="mild", resolved=day("2026-03-14"), action="rest")
    table = side_effect_table(events(given), treatments(*SESSIONS))

    columns = "event", "session", "purpose", "days_after", "near", "severity", "duration", "action", "red_flag"
    assert [("neck pain", FIRST, "therapeutic", 5, FIRST, "mild", 8, "rest", False)] == shown(table, *columns)


def test_a_side_effect_that_nobody_put_down_to_a_session_is_put_down_to_none():
    table = side_effect_table(events(event("2026-03-06", "neck pain")), treatments(*SESSIONS))

    assert [(None, None, None, FIRST)] == shown(table, "session", "purpose", "days_after", "near")


@pytest.mark.parametrize(("days", "near"), [(0, FIRST), (84, FIRST), (85, None), (-1, None)])
def test_a_session_is_near_from_its_day_to_84_days_after(days, near):
    began = f"{day(FIRST) + timedelta(days)}"
    table = side_effect_table(events(event(began, "neck pain")), treatments(SESSIONS[0]))

    assert [(near,)] == shown(table, "near")


def test_a_cosmetic_session_is_near_to_none_and_can_be_what_it_is_put_down_to():
    table = side_effect_table(events(event("2026-04-02", "bruising", COSMETIC)), treatments(COSMETIC))

    assert [("cosmetic", 1, None)] == shown(table, "purpose", "days_after", "near")


def test_a_session_is_near_only_to_its_own_patient():
    table = side_effect_table(events(event("2026-03-02", "bruising", patient="P2")), treatments(*SESSIONS))

    assert [(None,)] == shown(table, "near")


def test_an_end_before_the_beginning_gives_no_duration():
    given = event("2026-03-06", "neck pain", resolved=day("2026-03-01"))

    assert [(None,)] == shown(side_effect_table(events(given), treatments()), "duration")


def test_side_effects_stand_by_patient_and_date():
    given = event("2026-03-09", "b", patient="P2"), event("2026-03-09", "a"), event("2026-03-02", "c")

    assert [("c",), ("a",), ("b",)] == shown(side_effect_table(events(*given), treatments(*SESSIONS)), "event")


# --- how often


def rate(table, name):
    return table.loc[table["name"] == name].iloc[0]


def test_a_rate_is_sessions_with_it_of_therapeutic_sessions():
    given = [
        event("2026-03-06", "neck pain", SESSIONS[0], severity="mild"),
        event("2026-03-20", "Neck  Pain", SESSIONS[0], severity="severe"),
        event("2026-05-25", "neck pain", SESSIONS[1]),
    ]
    found = rate(rate_table(events(*given), treatments(*SESSIONS, COSMETIC)), "neck pain")

    assert (2, 3, 2 / 3) == (found["sessions_with"], found["sessions"], found["rate"])
    assert (3, 1, 0, 1, 1) == tuple(found[["events", "mild", "moderate", "severe", "not_graded"]])


@pytest.mark.parametrize("with_it", [0, 1, 2, 3])
def test_the_limits_of_a_rate_are_wilsons(with_it):
    given = [event(f"{one.start}", "neck pain", one) for one in SESSIONS[:with_it]] or [event(FIRST, "neck pain")]
    found = rate(rate_table(events(*given), treatments(*SESSIONS)), "neck pain")

    theirs = binomtest(with_it, 3).proportion_ci(method="wilson")
    assert pytest.approx((theirs.low, theirs.high)) == (found["low"], found["high"])


def test_what_is_put_down_to_no_session_counts_apart():
    given = [
        event("2026-03-06", "neck pain"),
        event("2026-12-24", "neck pain"),
        event("2026-04-02", "neck pain", COSMETIC),
    ]
    found = rate(rate_table(events(*given), treatments(*SESSIONS, COSMETIC)), "neck pain")

    assert (0, 2, 1, 1) == tuple(found[["sessions_with", "unlinked", "unlinked_near", "elsewhere"]])


def test_patients_are_pooled_and_counted():
    others = [session(FIRST, patient=who) for who in ("P2", "P3")]
    given = [
        event("2026-03-06", "neck pain", SESSIONS[0]),
        event("2026-05-26", "neck pain", SESSIONS[1]),
        event("2026-03-06", "neck pain", others[0], patient="P2"),
        event("2026-03-06", "neck pain", patient="P9"),
    ]
    found = rate(rate_table(events(*given), treatments(*SESSIONS, *others)), "neck pain")

    assert (3, 5, 2, 3) == tuple(found[["sessions_with", "sessions", "patients_with", "patients"]])


def test_other_words_for_an_urgent_side_effect_count_as_one():
    given = event("2026-03-06", "Dysphagia", SESSIONS[0]), event("2026-05-25", "trouble swallowing", SESSIONS[1])
    table = rate_table(events(*given), treatments(*SESSIONS))

    assert [("swallowing difficulty", 2, True)] == shown(table, "name", "sessions_with", "red_flag")


def test_the_commonest_stands_first():
    given = [
        event("2026-03-06", "bruising", SESSIONS[0]),
        event("2026-03-06", "swelling"),
        event("2026-05-26", "bruising", SESSIONS[1]),
        event("2026-03-06", "neck pain", SESSIONS[0], serious=True),
    ]
    table = rate_table(events(*given), treatments(*SESSIONS))

    assert [("bruising", 0), ("neck pain", 1), ("swelling", 0)] == shown(table, "name", "serious")


def test_a_session_whose_purpose_is_not_stated_is_a_therapeutic_one_for_every_count():
    given = findings(event("2026-06-01", "neck pain", SESSIONS[1]))
    unstated = given.tables.treatments.assign(purpose=pd.array([None] * 3, dtype="string"))
    tables = replace(given.tables, treatments=unstated)
    counted = rate(rate_table(tables.events, unstated), "neck pain")
    read = given._replace(tables=tables)

    assert (1, 3, 0) == (counted["sessions_with"], counted["sessions"], counted["elsewhere"])
    assert "Documented: 1 session against migraine" in injections_section(read).paragraphs[0]
    assert ("Botox session", day(FIRST)) == (treatment_table(read).rows[0][1], first_day(tables))


def test_without_a_session_there_is_no_rate():
    found = rate(rate_table(events(event("2026-03-06", "neck pain")), treatments()), "neck pain")

    assert [0, 1] == [found["sessions"], found["unlinked"]]
    assert np.isnan([found["rate"], found["low"], found["high"]]).all()


def test_without_a_side_effect_the_table_is_empty_and_has_its_columns():
    table = rate_table(events(), treatments(*SESSIONS))

    assert (0, list(RATE_COLUMNS)) == (len(table), list(table.columns))


@pytest.mark.parametrize(
    ("noted", "after"),
    [
        ([], [False, False, False]),
        ([FIRST], [False, False, False]),
        (["2026-03-02"], [True, False, False]),
        ([SECOND], [True, False, False]),
        ([SECOND, "2026-12-01"], [True, False, True]),
        (["2026-01-01"], [False, False, False]),
    ],
)
def test_an_answer_is_about_the_session_before_the_day_on_which_it_was_asked_for(noted, after):
    table = asked_sessions(treatments(*SESSIONS), consultations(*map(asked, noted)))

    assert after == table["asked"].tolist()


def test_only_the_question_after_side_effects_counts_and_only_for_its_patient():
    others = asked(SECOND, topic="goal"), asked(SECOND, patient="P2")

    assert not asked_sessions(treatments(*SESSIONS), consultations(*others))["asked"].any()


def test_a_rate_over_the_sessions_that_were_asked_about_leaves_the_others_out():
    known = asked_sessions(treatments(*SESSIONS), consultations(asked(SECOND)))
    given = event("2026-03-06", "neck pain", SESSIONS[0]), event("2026-05-26", "neck pain", SESSIONS[1])
    found = rate(rate_table(events(*given), known.loc[known["asked"]]), "neck pain")

    assert (1, 1, 1) == tuple(found[["sessions_with", "sessions", "elsewhere"]])


# --- serious ones


def test_serious_are_those_with_an_urgent_name_and_those_that_a_clinician_called_so():
    given = [
        event("2026-03-06", "neck pain"),
        event("2026-03-07", "neck pain", serious=True),
        event("2026-03-08", "hoarseness"),
        event("2026-03-09", "diplopia", serious=False),
    ]

    assert [("neck pain", None), ("hoarseness", "voice change"), ("diplopia", "double vision")] == shown(
        serious_events(events(*given)), "event", "red_flag"
    )


def test_none_of_none_is_serious():
    assert serious_events(events()).empty


# --- the letter


def said(section):
    return " ".join(section.paragraphs)


def test_without_a_side_effect_the_letter_says_whether_they_were_asked_for():
    silent = side_effects_section(findings())
    heard = side_effects_section(findings(asked=[asked(SECOND, "no complaints"), asked(THIRD, "well")]))

    assert "None recorded, and no record that side effects were asked for." == said(silent)
    assert "None recorded. Asked for on: 24 May 2026 (“no complaints”); 16 Aug 2026 (“well”)." == said(heard)
    assert () == silent.tables


def test_the_letter_lists_what_was_recorded_with_date_severity_action_and_session():
    given = event("2026-03-06", "neck pain", SESSIONS[0], severity="mild", resolved=day("2026-03-14"), action="rest")
    section = side_effects_section(findings(given))

    assert (
        ("6 Mar 2026", "neck pain", "mild", "session of 1 Mar 2026 (5 days after)")
        + ("14 Mar 2026 (8 days)", "rest", "not documented"),
    ) == section.tables[0].rows
    assert "1 side effect recorded." == section.paragraphs[0]


@pytest.mark.parametrize(
    ("given", "cells"),
    [
        (event("2026-03-02", "bruising"), ("not graded", "no session; 1 day after that of 1 Mar 2026")),
        (event("2026-02-02", "bruising"), ("not graded", "no session; none in the 84 days before")),
        (event("2026-04-01", "bruising", COSMETIC), ("not graded", "cosmetic session of 1 Apr 2026 (0 days after)")),
        (
            event("2026-04-01", "bruising", session("2020-01-01")),
            ("not graded", "a treatment not in this record"),
        ),
    ],
)
def test_the_letter_says_what_a_side_effect_is_put_down_to(given, cells):
    section = side_effects_section(findings(given, sessions=[*SESSIONS, COSMETIC]))

    assert (*cells, "not recorded as over", "not documented") == section.tables[0].rows[0][2:6]


@pytest.mark.parametrize(
    ("name", "serious", "cell"),
    [
        ("bruising", None, "not documented"),
        ("bruising", True, "yes, says a clinician"),
        ("bruising", False, "no, says a clinician"),
        ("dysphagia", None, "can be, by its name"),
        ("dysphagia", True, "yes, says a clinician"),
        ("dysphagia", False, "no, says a clinician; can be, by its name"),
    ],
)
def test_the_letter_says_who_calls_a_side_effect_serious(name, serious, cell):
    assert cell == side_effects_section(findings(event(FIRST, name, serious=serious))).tables[0].rows[0][-1]


def test_an_end_before_the_beginning_stands_in_the_letter_without_a_length():
    given = event("2026-03-06", "bruising", resolved=day("2026-03-01"))

    assert "1 Mar 2026" == side_effects_section(findings(given)).tables[0].rows[0][4]


def test_the_letter_gives_a_rate_for_each_session_and_what_other_patients_had():
    given = [
        event("2026-03-06", "neck pain", SESSIONS[0], severity="mild"),
        event("2026-05-26", "neck pain", SESSIONS[1]),
        event("2026-03-06", "bruising"),
        event("2026-12-24", "bruising", severity="moderate"),
    ]
    section = side_effects_section(findings(*given))

    assert (
        ("Neck pain", "2 of 3", "67 % (21 to 94 %)", "1 mild, 1 not graded", "0"),
        ("Bruising", "0 of 3", "0 % (0 to 56 %)", "1 moderate, 1 not graded", "2, of them 1 within 84 days after one"),
    ) == section.tables[1].rows
    assert "4 side effects recorded; 2 not put down to a session, of them 1 within 84 days after one." in said(section)
    assert ["2.8 % of 633", "4.1 % of 716"] == [row[1] for row in section.tables[2].rows]


def test_without_a_session_the_letter_gives_no_rate():
    section = side_effects_section(findings(event(FIRST, "bruising"), sessions=[]))

    assert ["Side effects in order of time"] == [table.title for table in section.tables]
    assert "sessions" not in said(section)


def test_the_letter_says_that_what_nobody_asked_for_may_be_missing():
    given = event(FIRST, "bruising", SESSIONS[0])
    some = side_effects_section(findings(given, asked=[asked(SECOND)]))
    all_ = side_effects_section(findings(given, asked=[asked(text) for text in (SECOND, THIRD, "2026-12-01")]))
    none = side_effects_section(findings(given))

    assert "after 1 of 3 therapeutic sessions. After the others, what nobody asked for may be missing" in said(some)
    assert "They were asked for after 3 of 3 therapeutic sessions." in said(all_)
    assert "may be missing" not in said(all_)
    assert "There is no record that side effects were asked for." in said(none)


def test_figures_of_other_patients_are_called_so_and_name_their_source():
    assert all(str(one).startswith("Other patients: ") and "doi:10." in str(one) for one in PUBLISHED)
    every = published_table(one.name for one in PUBLISHED)
    assert "say nothing about the patient of this report" in every.note
    assert len(PUBLISHED) == len(every.rows)


# --- the warning at the top

SWALLOWING = event("2026-03-06", "swallowing difficulty")
SEEN = event("2026-03-07", "double vision", resolved=day("2026-03-12"))
CALLED = event("2026-03-08", "neck pain", serious=True)


def test_without_a_serious_side_effect_nothing_stands_at_the_top():
    found = findings(event(FIRST, "bruising"))

    assert ((), ()) == (serious_warning(found), serious_warning_plain(found))


def test_a_serious_side_effect_that_is_not_over_stands_at_the_top_with_what_to_do():
    assert (
        "Recorded, can be serious, and not recorded as over: swallowing difficulty (since 6 Mar 2026).",
        "This can be serious. Seek medical advice now; with trouble breathing or swallowing call emergency services.",
    ) == serious_warning(findings(SWALLOWING))


def test_a_serious_side_effect_that_is_over_stands_at_the_top_with_its_days():
    assert (
        "Recorded, can be serious, and recorded as over: double vision (7 Mar 2026, over on 12 Mar 2026).",
    ) == serious_warning(findings(SEEN))


def test_all_serious_side_effects_stand_at_the_top():
    warning = serious_warning(findings(SWALLOWING, SEEN, CALLED))

    assert 3 == len(warning)
    assert "and neck pain (since 8 Mar 2026, called serious by a clinician)" in warning[0]


def test_a_warning_is_not_lost_to_a_date_after_the_last_day_of_the_diary():
    assert serious_warning(findings(event("2027-01-01", "dysphagia")))


def test_the_patient_reads_what_is_listed_and_what_to_do():
    assert (
        "Your diary lists trouble swallowing from 6 Mar 2026. It does not say that it is over.",
        "Your diary lists neck pain from 8 Mar 2026. It does not say that it is over.",
        "This can be serious. Ask a doctor about it now. "
        "If it is hard to breathe or to swallow, call emergency services.",
        "Your diary lists seeing double from 7 Mar 2026. It was over on 12 Mar 2026.",
        "Things like this can be serious, even when over. Tell your clinic before you are injected again.",
    ) == serious_warning_plain(findings(SWALLOWING, SEEN, CALLED))


@pytest.mark.parametrize("over", [None, day("2026-03-12")])
@pytest.mark.parametrize("name", answer.RED_FLAGS)
def test_the_warning_to_a_patient_is_plain_and_names_no_cause(name, over):
    warning = serious_warning_plain(findings(event("2026-03-06", name, resolved=over)))

    assert grade(" ".join(warning)) <= AGE_12
    assert {} == {text: grade(text) for text in warning if grade(text) > AGE_12 + 2}
    assert [] == causal_words(" ".join(warning))


def test_the_section_names_no_cause():
    section = side_effects_section(findings(SWALLOWING, SEEN, CALLED, asked=[asked(SECOND)]))
    cells = [cell for table in section.tables for row in (table.header, *table.rows) for cell in row]

    assert [] == causal_words(" ".join([*section.paragraphs, *cells, *(table.note for table in section.tables)]))
