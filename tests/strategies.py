"""Hypothesis strategies for facts: what a diary can hold, of a few patients and sources, each key once."""

from datetime import date, datetime

from hypothesis import strategies as st

from diary.facts import CLASSES, key_of
from diary.model import (
    ACUTE_CLASSES,
    FEATURES,
    KINDS,
    PURPOSES,
    TOPICS,
    TREATMENT_KINDS,
    AdverseEvent,
    Attack,
    Batch,
    Consultation,
    DayLog,
    Dose,
    Factor,
    FactorChoice,
    Injection,
    Patient,
    Score,
    Source,
    Treatment,
)

codes = st.sampled_from(["P1", "P2", "münchen-7", "=cmd"])
sources = st.sampled_from(["log", "sheet", "bearable"])
dates = st.dates(date(2024, 2, 1), date(2024, 6, 30))
times = st.datetimes(datetime(2024, 2, 1), datetime(2024, 6, 30))
texts = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=20)
risky = st.builds("{}{}".format, st.sampled_from(["=", "+", "-", "@", "\t", "'", "'=", "a,b\r", '"\n']), texts)
words = texts | risky
notes = st.none() | st.just("") | words
truths = st.none() | st.booleans()
amounts = st.none() | st.floats(0, 1000) | st.integers(0, 1000)
entered = st.none() | times
features = dict.fromkeys(FEATURES, truths)
peaks = {
    "kind": st.none() | st.sampled_from(KINDS),
    "severity": st.none() | st.integers(0, 3),
    "intensity": st.none() | st.floats(0, 10) | st.integers(0, 10),
    **features,
}


def whole(low, high):
    """A whole number that may be unknown."""
    return st.none() | st.integers(low, high)


patients = st.builds(Patient, codes, whole(1900, 2020), notes, notes)
patient_sources = st.builds(Source, codes, sources, st.booleans(), st.booleans())
day_logs = st.builds(
    DayLog,
    codes,
    dates,
    truths,
    minutes=whole(0, 1440),
    starts=whole(0, 5),
    acute=truths,
    disability=whole(0, 3),
    menses=truths,
    note=notes,
    source=sources,
    entered=entered,
    **peaks,
)
attacks = st.builds(
    Attack,
    codes,
    times,
    end=st.none() | times,
    utc_offset=whole(-720, 840),
    ongoing=st.booleans(),
    note=notes,
    source=sources,
    entered=entered,
    **peaks,
)
doses = st.builds(
    Dose,
    codes,
    times,
    words,
    timed=st.booleans(),
    medicine_class=st.none() | st.sampled_from(ACUTE_CLASSES),
    amount=amounts,
    unit=notes,
    relief=whole(0, 3),
    attack_id=st.none() | texts,
    source=sources,
)
treatments = st.builds(
    Treatment,
    codes,
    st.sampled_from(TREATMENT_KINDS),
    words,
    dates,
    st.none() | dates,
    st.sampled_from(PURPOSES),
    amounts,
    notes,
    whole(0, 50),
    notes,
    lot=notes,
    expiry=st.none() | dates,
    dilution=amounts,
    injector=notes,
    consent=truths,
    reason=notes,
    note=notes,
    source=sources,
)
scores = st.builds(Score, codes, dates, st.sampled_from(["hit6", "midas"]), st.floats(0, 300), notes, sources)
events = st.builds(
    AdverseEvent,
    codes,
    dates,
    words,
    st.none() | st.sampled_from(["mild", "moderate", "severe"]),
    st.none() | dates,
    st.none() | texts,
    action=notes,
    serious=truths,
    note=notes,
    source=sources,
)
consultations = st.builds(Consultation, codes, dates, st.sampled_from(sorted(TOPICS)), words, notes, sources)
named = st.sampled_from(["sleep", "screen time"])
factors = st.builds(Factor, codes, dates, named, st.floats(0, 1000), sources)
choices = st.builds(FactorChoice, codes, named, dates, sources)


def injections_of(sessions):
    """Injections of some of the sessions."""
    if not sessions:
        return st.just([])
    ids = st.sampled_from([session.treatment_id for session in sessions])
    sides = st.sampled_from(["left", "right", "midline"])
    muscles = st.sampled_from(["procerus", "frontalis", "trapezius"])
    return unique(st.builds(Injection, ids, muscles, sides, st.integers(1, 9), st.floats(1, 200)))


def unique(facts, size=6):
    """Some facts of one kind, each key once: a diary cannot hold two."""
    return st.lists(facts, max_size=size, unique_by=key_in_diary)


def key_in_diary(fact):
    """The key as a diary sees it: an empty item is the total."""
    return tuple(part or None for part in key_of(fact))


@st.composite
def batches(draw):
    """A batch of facts of every kind."""
    kinds = {
        "patients": patients,
        "sources": patient_sources,
        "days": day_logs,
        "attacks": attacks,
        "doses": doses,
        "treatments": treatments,
        "scores": scores,
        "events": events,
        "factors": factors,
        "choices": choices,
        "consultations": consultations,
    }
    facts = {name: draw(unique(kind)) for name, kind in kinds.items()}
    facts["injections"] = draw(injections_of(facts["treatments"]))
    return Batch(**{name: tuple(facts[name]) for name in CLASSES})


@st.composite
def halves(draw, batch):
    """The batch in two, each fact in one of them; injections stay with their session."""
    first, second = {}, {}
    for name in CLASSES:
        if name != "injections":
            goes = [draw(st.booleans()) for _ in getattr(batch, name)]
            facts = list(zip(getattr(batch, name), goes, strict=True))
            first[name] = tuple(fact for fact, early in facts if early)
            second[name] = tuple(fact for fact, early in facts if not early)
    sessions = {treatment.treatment_id for treatment in first["treatments"]}
    first["injections"] = tuple(i for i in batch.injections if i.treatment_id in sessions)
    second["injections"] = tuple(i for i in batch.injections if i.treatment_id not in sessions)
    return Batch(**first), Batch(**second)


def one_patient(batch, patient):
    """The facts about one patient."""
    sessions = {treatment.treatment_id for treatment in batch.treatments if treatment.patient == patient}
    facts = {
        name: tuple(fact for fact in getattr(batch, name) if getattr(fact, "patient", None) == patient)
        for name in CLASSES
    }
    facts["injections"] = tuple(i for i in batch.injections if i.treatment_id in sessions)
    return Batch(**facts)
