"""What a clinic wrote down about the invented patient: sessions, side effects, scores, and what was settled at visits.

Nobody was ever treated so. The injections follow the PREEMPT paradigm, with more sites from the third session on.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from diary.model import AdverseEvent, Consultation, Injection, Score, Treatment
from diary.muscles import PREEMPT, Totals, fixed, totals, with_extra

PATIENT = "DEMO"
SOURCE = "log"

Extra = tuple[str, str, int]

TRAPEZIUS_RIGHT: tuple[Extra, ...] = (("trapezius", "right", 2),)
BOTH_TRAPEZII: tuple[Extra, ...] = (*TRAPEZIUS_RIGHT, ("trapezius", "left", 2))
EVERYWHERE: tuple[Extra, ...] = (
    *BOTH_TRAPEZII,
    ("temporalis", "left", 1),
    ("temporalis", "right", 1),
    ("occipitalis", "left", 1),
    ("occipitalis", "right", 1),
)

SESSIONS: tuple[tuple[date, str, date, tuple[Extra, ...]], ...] = (  # the fourth is late: 101 days after the third
    (date(2024, 9, 9), "DEMO-0412", date(2026, 2, 28), ()),
    (date(2024, 12, 2), "DEMO-0437", date(2026, 5, 31), ()),
    (date(2025, 2, 25), "DEMO-0451", date(2026, 8, 31), TRAPEZIUS_RIGHT),
    (date(2025, 6, 6), "DEMO-0498", date(2026, 11, 30), BOTH_TRAPEZII),
    (date(2025, 9, 1), "DEMO-0513", date(2027, 1, 31), EVERYWHERE),
)
"""Day, lot and expiry of each session, and the sites of 5 units beyond the fixed paradigm."""

COSMETIC = Treatment(
    PATIENT,
    "botulinum",
    "Botox",
    date(2025, 4, 15),
    purpose="cosmetic",
    amount=20,
    unit="U",
    sites=5,
    source=SOURCE,
)

SCORES = (  # each MIDAS asks about three months, so none comes earlier than that after the last
    (date(2024, 9, 6), 66, 92),
    (date(2024, 12, 1), 63, 68),
    (date(2025, 2, 24), 61, 57),
    (date(2025, 6, 5), 60, 46),
    (date(2025, 9, 1), 58, 36),
    (date(2025, 12, 1), 57, 31),
)

PREVENTIVES = (
    ("Amitriptyline", date(2021, 5, 3), date(2021, 10, 29), 50, "no effect"),
    ("Propranolol", date(2022, 1, 10), date(2022, 7, 31), 160, "no effect"),
    ("Topiramate", date(2023, 11, 6), date(2024, 6, 10), 100, "side effects"),
)
"""Name, first and last day, highest dose in mg a day, and why it was stopped."""

VISITS = (
    (
        date(2024, 9, 9),
        {
            "diagnosis": "chronic migraine without aura",
            "chronic_since": "2021",
            "overuse_managed": "managed",
            "contraindications": "none found",
            "expectations": "a fall in headache days may take two or three sessions",
            "goal": "to work four days a week again",
        },
    ),
    (date(2024, 12, 2), {"side_effects_asked": "neck pain for a week", "decision": "continue"}),
    (
        date(2025, 2, 25),
        {
            "side_effects_asked": "none",
            "response_check": "headache days compared with the months before the first session",
            "decision": "continue",
        },
    ),
    (date(2025, 6, 6), {"side_effects_asked": "a drooping eyelid for three weeks", "decision": "continue"}),
    (
        date(2025, 9, 1),
        {
            "side_effects_asked": "none",
            "decision": "raise",
            "view": "fewer lost days; the last weeks before a session are still hard",
            "next_review": "2025-12-01",
        },
    ),
)
"""What was asked and settled on which day, by topic."""

NOTES = {
    (date(2024, 9, 9), "overuse_managed"): "Triptans held to two days a week since May 2024.",
    (date(2025, 9, 1), "decision"): "To 195 units, with sites on both sides of the neck and temples.",
}


def sessions() -> list[Treatment]:
    """The five therapeutic sessions."""
    return [_session(*session) for session in SESSIONS]


def _session(day: date, lot: str, expiry: date, extras: tuple[Extra, ...]) -> Treatment:
    units, sites = _given(extras)
    return Treatment(
        PATIENT,
        "botulinum",
        "Botox",
        day,
        amount=units,
        unit="U",
        sites=sites,
        protocol="PREEMPT",
        lot=lot,
        expiry=expiry,
        dilution=2.0,
        injector="Dr A. B.",
        consent=True,
        source=SOURCE,
    )


def _given(extras: tuple[Extra, ...]) -> Totals:
    return totals(_injected("", extras))


def _injected(treatment_id: str, extras: tuple[Extra, ...]) -> list[Injection]:
    more = [Injection(treatment_id, muscle, side, sites, 5.0 * sites) for muscle, side, sites in extras]
    return with_extra(fixed(treatment_id, PREEMPT), more)


def injections() -> list[Injection]:
    """What each muscle received in each of the sessions."""
    extras = (session[3] for session in SESSIONS)
    return [
        injection
        for session, more in zip(sessions(), extras, strict=True)
        for injection in _injected(session.treatment_id, more)
    ]


def preventives() -> Iterator[Treatment]:
    """Three that were stopped before the baseline ended, and one that was started in the third cycle."""
    for name, start, end, amount, reason in PREVENTIVES:
        yield Treatment(
            PATIENT, "preventive", name, start, end=end, amount=amount, unit="mg", reason=reason, source=SOURCE
        )
    yield Treatment(PATIENT, "preventive", "Candesartan", date(2025, 4, 1), amount=16, unit="mg", source=SOURCE)


def scores() -> Iterator[Score]:
    """HIT-6 and MIDAS before each session."""
    for day, hit6, midas in SCORES:
        yield Score(PATIENT, day, "hit6", hit6, source=SOURCE)
        yield Score(PATIENT, day, "midas", midas, source=SOURCE)


def side_effects() -> Iterator[AdverseEvent]:
    """Two that went by, each put down to a session."""
    first, third = (sessions()[number].treatment_id for number in (0, 2))
    yield AdverseEvent(
        PATIENT,
        date(2024, 9, 12),
        "neck pain",
        "mild",
        resolved=date(2024, 9, 20),
        treatment_id=first,
        action="warmth",
        source=SOURCE,
    )
    yield AdverseEvent(
        PATIENT,
        date(2025, 3, 4),
        "eyelid ptosis",
        "mild",
        resolved=date(2025, 3, 26),
        treatment_id=third,
        action="none",
        source=SOURCE,
    )


def consultations() -> Iterator[Consultation]:
    """What was asked and settled at the visits."""
    for day, answers in VISITS:
        for topic, answer in answers.items():
            yield Consultation(PATIENT, day, topic, answer, note=NOTES.get((day, topic)), source=SOURCE)
