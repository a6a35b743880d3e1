"""The words of the diary: what happened, as frozen facts. Standard library only.

Days are the patient's local calendar days. Times are local wall-clock times without a
zone; where the offset from UTC is known it stands beside them, in minutes east of UTC.
``None`` always means "not known", never "no" and never zero.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from datetime import date, datetime, timedelta
from hashlib import blake2b
from typing import NamedTuple

Day = date

SEVERITIES = ("none", "mild", "moderate", "severe")
"""The 4-point scale of headache medicine, 0 to 3."""

KINDS = ("migraine", "probable", "tension", "cluster", "other")
"""What the patient or the app calls the headache; a label, not a diagnosis."""

FEATURES = ("unilateral", "pulsating", "worse_moving", "nausea", "vomiting", "light", "sound", "aura")
"""The features that ICHD-3 asks for: ``light`` and ``sound`` are photophobia and phonophobia."""

ACUTE_CLASSES = (
    "triptan",
    "ergotamine",
    "non_opioid",
    "opioid",
    "combination",
    "ditan",
    "gepant",
    "other_acute",
)
"""Classes of acute medication, as ICHD-3 8.2 counts overuse, with ditans and gepants apart.

Paracetamol, aspirin and the other NSAIDs are one class, ``non_opioid`` (ICHD-3 8.2.3).
"""

ADJUNCT = "adjunct"
"""Taken for a headache beside acute medicine, and not counted as one: antiemetics, oxygen."""

MOST_FACTORS = 5
"""Everyday factors that a patient may choose: the more are looked at, the more seem to go with headache by chance."""

MUSCLES = (
    "corrugator",
    "procerus",
    "frontalis",
    "temporalis",
    "occipitalis",
    "cervical_paraspinal",
    "trapezius",
)
"""The seven muscle areas that are injected against chronic migraine, from the brow to the shoulder."""

SIDES = ("left", "midline", "right")
"""The patient's own sides."""

DECISIONS = ("continue", "raise", "stretch", "stop", "pause")
"""What a clinician decides at a visit: go on; more units; a longer interval; stop; stop to see whether it is needed."""

TOPICS = {
    "diagnosis": "the diagnosis, as the clinician made it",
    "chronic_since": "since when the headache has been chronic: a year, or a date",
    "overuse_managed": "how overuse of acute medicines was dealt with",
    "contraindications": "contra-indications that were asked for, and what was found",
    "expectations": "what the patient was told to expect",
    "goal": "the patient's own goal",
    "view": "how the patient sees the result",
    "side_effects_asked": "side effects were asked for, and what was said",
    "response_check": "the response after the second cycle was checked, and what was found",
    "success_review": "whether it is still needed was looked at, and what was found",
    "decision": "what the clinician decided",
    "stop_reason": "why the treatment was stopped",
    "next_review": "when the patient is seen next: a date",
}
"""What is asked and settled at a visit."""

TREATMENT_KINDS = ("botulinum", "preventive", "other")
PURPOSES = ("therapeutic", "cosmetic")


class Problem(NamedTuple):
    """Something in the data that a person should look at: where, what, and what to do.

    >>> print(Problem("Diary, row 14", "31 February does not exist.", "Correct the date."))
    Diary, row 14: 31 February does not exist. Correct the date.
    """

    where: str
    what: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what} {self.remedy}"


class DiaryError(Exception):
    """The request cannot be carried out. The message is one or two sentences and ends with what to do."""


def identity(*parts: object) -> str:
    """A short name for a fact, the same on every machine, made of what tells it apart.

    >>> identity("P1", date(2026, 3, 1)) == identity("P1", date(2026, 3, 1))
    True
    >>> len(identity("P1", None))
    16
    """
    text = "\x1f".join("" if part is None else str(part) for part in parts)
    return blake2b(text.encode(errors="surrogatepass"), digest_size=8).hexdigest()  # half a character is refused later


@dataclass(frozen=True, slots=True)
class Patient:
    """A person, under a code that says nothing about who it is."""

    patient: str
    born: int | None = None
    sex: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """What one kind of source says of days, and what it leaves open.

    *events_only*: it lists headaches and says nothing of the days between.
    *medication*: it has a place for medicines, so that a headache without one is a day without one.
    """

    patient: str
    source: str
    events_only: bool = False
    medication: bool = False


@dataclass(frozen=True, slots=True)
class DayLog:
    """What was written about one calendar day. *headache* is None where the row leaves it open.

    *severity* and *intensity* are the day's peak on 0-3 and 0-10; *minutes* is headache time on
    this date, 0-1440; *starts* counts attacks that began; *acute* is False where the diary says
    that nothing was taken. *disability* is 0 none to 3 in bed.
    """

    patient: str
    date: date
    headache: bool | None = None
    kind: str | None = None
    severity: int | None = None
    intensity: float | None = None
    minutes: int | None = None
    starts: int | None = None
    unilateral: bool | None = None
    pulsating: bool | None = None
    worse_moving: bool | None = None
    nausea: bool | None = None
    vomiting: bool | None = None
    light: bool | None = None
    sound: bool | None = None
    aura: bool | None = None
    acute: bool | None = None
    disability: int | None = None
    menses: bool | None = None
    note: str | None = None
    source: str = "log"
    entered: datetime | None = None


@dataclass(frozen=True, slots=True)
class Attack:
    """One attack with a known start. *end* is None where it is unknown; *ongoing* where it had not ended yet."""

    patient: str
    start: datetime
    end: datetime | None = None
    utc_offset: int | None = None
    ongoing: bool = False
    kind: str | None = None
    severity: int | None = None
    intensity: float | None = None
    unilateral: bool | None = None
    pulsating: bool | None = None
    worse_moving: bool | None = None
    nausea: bool | None = None
    vomiting: bool | None = None
    light: bool | None = None
    sound: bool | None = None
    aura: bool | None = None
    note: str | None = None
    source: str = "log"
    entered: datetime | None = None
    attack_id: str = ""

    def __post_init__(self) -> None:
        """Name the attack after its patient, start and source, unless it has a name already."""
        if not self.attack_id:
            object.__setattr__(self, "attack_id", identity(self.patient, self.start, self.source))


@dataclass(frozen=True, slots=True)
class Dose:
    """One intake of an acute medicine. Where only the day is known, *timed* is False and *taken* is its midnight.

    *medicine_class* is one of ACUTE_CLASSES; ADJUNCT for what is taken with them and not counted
    (an antiemetic, oxygen); or None where the name is not known.
    *relief* is 0 none to 3 complete.
    """

    patient: str
    taken: datetime
    medicine: str
    timed: bool = True
    medicine_class: str | None = None
    amount: float | None = None
    unit: str | None = None
    relief: int | None = None
    attack_id: str | None = None
    source: str = "log"
    dose_id: str = ""

    def __post_init__(self) -> None:
        """Name the dose after its patient, time, medicine, amount and source, unless it has a name already."""
        if not self.dose_id:
            name = identity(self.patient, self.taken, self.timed, self.medicine, self.amount, self.unit, self.source)
            object.__setattr__(self, "dose_id", name)


@dataclass(frozen=True, slots=True)
class Treatment:
    """A botulinum session (no *end*), or a preventive from *start* to *end*, its last day; None is still running.

    *amount* is the units of a session, or the highest dose a day of a preventive. Of a session: *lot* and *expiry*
    of the vial, *dilution* in mL of saline for each 100 units, *injector*, and *consent*, True where it was noted.
    Of a preventive: *reason*, why it was stopped.
    """

    patient: str
    kind: str
    product: str
    start: date
    end: date | None = None
    purpose: str = "therapeutic"
    amount: float | None = None
    unit: str | None = None
    sites: int | None = None
    protocol: str | None = None
    lot: str | None = None
    expiry: date | None = None
    dilution: float | None = None
    injector: str | None = None
    consent: bool | None = None
    reason: str | None = None
    note: str | None = None
    source: str = "log"
    treatment_id: str = ""

    def __post_init__(self) -> None:
        """Name the treatment after its patient, kind, purpose, product and start, unless it has a name already."""
        if not self.treatment_id:
            product = "" if self.kind == "botulinum" else self.product.casefold()
            name = identity(self.patient, self.kind, self.purpose, product, self.start)
            object.__setattr__(self, "treatment_id", name)


@dataclass(frozen=True, slots=True)
class Injection:
    """What one muscle received on one side in one session: so many *sites*, and *units* in all of them."""

    treatment_id: str
    muscle: str
    side: str
    sites: int
    units: float


@dataclass(frozen=True, slots=True)
class Score:
    """One answer to a questionnaire; *item* is None for the total."""

    patient: str
    date: date
    instrument: str
    value: float
    item: str | None = None
    source: str = "log"


@dataclass(frozen=True, slots=True)
class AdverseEvent:
    """A side effect that began on *date*. *severity* is mild, moderate or severe; *action* is what was done about it.

    *serious* is True where a clinician called it so: hospital, lasting harm, or danger to life.
    """

    patient: str
    date: date
    event: str
    severity: str | None = None
    resolved: Day | None = None
    treatment_id: str | None = None
    action: str | None = None
    serious: bool | None = None
    note: str | None = None
    source: str = "log"


@dataclass(frozen=True, slots=True)
class Consultation:
    """What was asked or settled at a visit: the *answer* to one of :data:`TOPICS`."""

    patient: str
    date: date
    topic: str
    answer: str
    note: str | None = None
    source: str = "log"


@dataclass(frozen=True, slots=True)
class Factor:
    """An everyday factor on one day, such as hours of sleep; of a yes/no factor *value* is 1 or 0."""

    patient: str
    date: date
    name: str
    value: float
    source: str = "log"


@dataclass(frozen=True, slots=True)
class FactorChoice:
    """A factor that the patient chose to watch, and since which day: what is looked at is chosen beforehand."""

    patient: str
    name: str
    chosen: date
    source: str = "log"


Fact = (
    Patient
    | Source
    | DayLog
    | Attack
    | Dose
    | Treatment
    | Injection
    | Score
    | AdverseEvent
    | Factor
    | FactorChoice
    | Consultation
)


@dataclass(frozen=True, slots=True)
class Batch:
    """What came out of one file, or out of the whole diary: facts, what was assumed, and what needs a look.

    *assumptions* are sentences. *span* and counts are there to be compared with the source.
    """

    patients: tuple[Patient, ...] = ()
    sources: tuple[Source, ...] = ()
    days: tuple[DayLog, ...] = ()
    attacks: tuple[Attack, ...] = ()
    doses: tuple[Dose, ...] = ()
    treatments: tuple[Treatment, ...] = ()
    injections: tuple[Injection, ...] = ()
    scores: tuple[Score, ...] = ()
    events: tuple[AdverseEvent, ...] = ()
    factors: tuple[Factor, ...] = ()
    choices: tuple[FactorChoice, ...] = ()
    consultations: tuple[Consultation, ...] = ()
    assumptions: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = field(default=())

    def __add__(self, other: Batch) -> Batch:
        """Both batches, one after the other."""
        return Batch(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(Batch)))

    @property
    def span(self) -> tuple[date, date] | None:
        """First and last date on which anything about headache is said."""
        dates = [day.date for day in self.days] + [attack.start.date() for attack in self.attacks]
        dates += [last_date(attack) for attack in self.attacks]
        return (min(dates), max(dates)) if dates else None


def last_date(attack: Attack) -> date:
    """The last calendar date on which the attack has at least one minute; the start's where the end is unknown.

    >>> last_date(Attack("P1", datetime(2026, 3, 1, 22), datetime(2026, 3, 2)))
    datetime.date(2026, 3, 1)
    """
    if attack.end is None or attack.end <= attack.start:
        return attack.start.date()
    return (attack.end - timedelta(microseconds=1)).date()
