"""The patient, what was given, scores and side effects as FHIR resources."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import groupby
from urllib.parse import quote

from analysis.interchange.elements import (
    Json,
    coded,
    extensions,
    identifier,
    known,
    notes,
    pointer,
    quantity,
    reference,
    resource,
    subject,
    texted,
)
from diary.fhir import (
    ATC,
    BOTULINUM_TOXIN,
    EVENT,
    KIND,
    LOINC,
    LOINC_TOTALS,
    OUTCOME,
    PATIENT,
    PURPOSE,
    QUESTIONNAIRE,
    SCORE,
    SERIOUSNESS,
    SEVERITY,
    SITE,
    TOTAL,
    TREATMENT,
    UCUM,
)
from diary.model import AdverseEvent, Batch, Injection, Patient, Score, Treatment

GENDERS = {"f": "female", "female": "female", "m": "male", "male": "male", "other": "other", "unknown": "unknown"}
"""Administrative gender, where the word as recorded says it; that word itself stands beside it."""

KINDS = {"botulinum": "Session of botulinum toxin injections", "other": "Other treatment"}
VIAL = "vial"


def record_resources(facts: Batch, as_of: date) -> Iterator[Json]:
    """The resources of one patient's facts, in an order of their own, so that the same facts give the same bytes.

    *as_of* decides whether a preventive with a last day is still taken.
    """
    yield from map(patient_resource, facts.patients)
    for treatment in sorted(facts.treatments, key=lambda one: (one.start, one.treatment_id)):
        injections = [one for one in facts.injections if one.treatment_id == treatment.treatment_id]
        yield from treatment_resources(treatment, injections, as_of)
    yield from score_resources(facts.scores)
    treatments = {one.treatment_id: one for one in facts.treatments}
    for event in sorted(facts.events, key=lambda one: (one.date, one.event)):
        yield side_effect(event, treatments.get(event.treatment_id or ""))


def patient_resource(patient: Patient) -> Json:
    """The code, the gender and the year of birth. The note stays at home: it may say who it is."""
    return resource(
        "Patient",
        patient.patient,
        extension=extensions(patient, "sex"),
        identifier=[identifier(PATIENT, patient.patient)],
        gender=GENDERS.get((patient.sex or "").casefold()),
        birthDate=None if patient.born is None else f"{patient.born:04d}",
    )


def treatment_resources(treatment: Treatment, injections: Iterable[Injection], as_of: date) -> Iterator[Json]:
    """A Procedure, and of botulinum toxin its MedicationAdministration; of a preventive a MedicationStatement."""
    if treatment.kind == "preventive":
        yield statement(treatment, as_of)
        return
    yield procedure(treatment, injections)
    if treatment.kind == "botulinum":
        yield administration(treatment)


def procedure(treatment: Treatment, injections: Iterable[Injection]) -> Json:
    """What was done on that day, with a body site for each muscle and side."""
    beside = () if treatment.kind == "botulinum" else ("amount", "unit", "lot", "expiry", "dilution")
    return resource(
        "Procedure",
        treatment.treatment_id,
        extension=extensions(treatment, "sites", "protocol", "consent", *beside),
        identifier=[identifier(TREATMENT, treatment.treatment_id)],
        status="completed",
        statusReason=texted(treatment.reason),
        category=coded(PURPOSE, treatment.purpose),
        code=coded(KIND, treatment.kind, treatment.product, KINDS.get(treatment.kind)),
        subject=subject(treatment.patient),
        performedDateTime=treatment.start.isoformat() if treatment.end is None else None,
        performedPeriod={} if treatment.end is None else _period(treatment),
        performer=[{"actor": {"display": treatment.injector}}] if treatment.injector else [],
        bodySite=[body_site(one) for one in sorted(injections, key=lambda one: (one.muscle, one.side))],
        note=notes(treatment.note),
    )


def _period(treatment: Treatment) -> Json:
    """From the first day to the last, both inside, as in FHIR."""
    end = None if treatment.end is None else treatment.end.isoformat()
    return known(start=treatment.start.isoformat(), end=end)


def body_site(injection: Injection) -> Json:
    """One muscle on one side, with the sites and units in it.

    >>> body_site(Injection("t", "frontalis", "left", 2, 10.0))["text"]
    'frontalis, left'
    """
    code = f"{quote(injection.muscle, safe='')}/{quote(injection.side, safe='')}"
    text = f"{injection.muscle.replace('_', ' ')}, {injection.side}"
    return {"extension": extensions(injection, "sites", "units"), **coded(SITE, code, text)}


def administration(treatment: Treatment) -> Json:
    """The dose, and the vial it came from: R4 has lot and expiry on a Medication only, so that one is contained."""
    batch = known(lotNumber=treatment.lot, expirationDate=treatment.expiry and treatment.expiry.isoformat())
    toxin = coded(ATC, BOTULINUM_TOXIN, treatment.product)
    vial = {"resourceType": "Medication", "id": VIAL, "code": toxin, **known(batch=batch)}
    dose = quantity(treatment.amount, treatment.unit)
    return resource(
        "MedicationAdministration",
        treatment.treatment_id,
        contained=[vial],
        extension=extensions(treatment, "dilution"),
        identifier=[identifier(TREATMENT, treatment.treatment_id)],
        partOf=[pointer("Procedure", treatment.treatment_id)],
        status="completed",
        medicationReference={"reference": f"#{VIAL}"},
        subject=subject(treatment.patient),
        effectiveDateTime=treatment.start.isoformat(),
        dosage={"dose": dose} if dose else {},
    )


def statement(treatment: Treatment, as_of: date) -> Json:
    """A preventive: from when to when, the highest dose a day, and why it was stopped."""
    beside = ("purpose", "sites", "protocol", "lot", "expiry", "dilution", "injector", "consent")
    return resource(
        "MedicationStatement",
        treatment.treatment_id,
        extension=extensions(treatment, *beside),
        identifier=[identifier(TREATMENT, treatment.treatment_id)],
        status=_status(treatment, as_of),
        statusReason=[texted(treatment.reason)] if treatment.reason else [],
        medicationCodeableConcept=texted(treatment.product),
        subject=subject(treatment.patient),
        effectivePeriod=_period(treatment),
        dosage=_highest_dose(treatment),
        note=notes(treatment.note),
    )


def _status(treatment: Treatment, as_of: date) -> str:
    if treatment.end is None or treatment.end > as_of:
        return "active"
    return "stopped" if treatment.reason else "completed"


def _highest_dose(treatment: Treatment) -> list[Json]:
    """The highest dose a day, in words and as a rate."""
    dose = quantity(treatment.amount, treatment.unit)
    if not dose:
        return []
    amount = "not known" if treatment.amount is None else f"{treatment.amount:g}"
    rate = {"numerator": dose, "denominator": {"value": 1, "unit": "day", "system": UCUM, "code": "d"}}
    text = f"highest dose a day: {amount} {treatment.unit or ''}".rstrip()
    return [{"text": text, "doseAndRate": [{"rateRatio": rate}]}]


def score_resources(scores: Iterable[Score]) -> Iterator[Json]:
    """A QuestionnaireResponse for each day and questionnaire; beside it the total, where LOINC has a code for it."""
    ordered = sorted(scores, key=lambda one: (one.patient, one.date, one.instrument, one.item or ""))
    for (patient, day, instrument), answers in groupby(ordered, lambda one: (one.patient, one.date, one.instrument)):
        response = questionnaire_response(patient, day, instrument, list(answers))
        yield response
        total = next((item for item in response["item"] if item["linkId"] == TOTAL), None)
        if total and instrument in LOINC_TOTALS:
            yield loinc_total(response, instrument, total["answer"][0]["valueDecimal"])


def questionnaire_response(patient: str, day: date, instrument: str, answers: Iterable[Score]) -> Json:
    """The numbers of one form; its text belongs to others, and is not carried."""
    return resource(
        "QuestionnaireResponse",
        patient,
        day,
        instrument,
        identifier=identifier(SCORE, f"{instrument} {day}"),
        questionnaire=f"{QUESTIONNAIRE}{quote(instrument, safe='')}",
        status="completed",
        subject=subject(patient),
        authored=day.isoformat(),
        item=[{"linkId": one.item or TOTAL, "answer": [{"valueDecimal": one.value}]} for one in answers],
    )


def loinc_total(response: Json, instrument: str, value: float) -> Json:
    """The total of a form as an Observation, for systems that look for its LOINC code."""
    return resource(
        "Observation",
        response["id"],
        identifier=[response["identifier"]],
        status="final",
        code=coded(LOINC, LOINC_TOTALS[instrument], f"{instrument} total"),
        subject=response["subject"],
        effectiveDateTime=response["authored"],
        valueQuantity=quantity(value, "score"),
        derivedFrom=[reference(response)],
    )


def side_effect(event: AdverseEvent, treatment: Treatment | None) -> Json:
    """A side effect. R4 has no element for the day on which it ended, what was done, and a note: extensions hold them.

    *treatment* is the one it is put down to, where the bundle holds that.
    """
    return resource(
        "AdverseEvent",
        event.patient,
        event.date,
        event.event,
        extension=extensions(event, "resolved", "action", "note"),
        identifier=identifier(EVENT, f"{event.date} {event.event}"),
        actuality="actual",
        event=texted(event.event),
        subject=subject(event.patient),
        date=event.date.isoformat(),
        seriousness=_seriousness(event.serious),
        severity=coded(SEVERITY, event.severity) if event.severity else {},
        outcome=coded(OUTCOME, "resolved" if event.resolved else "unknown"),
        suspectEntity=[{"instance": _suspect(event.treatment_id, treatment)}] if event.treatment_id else [],
    )


def _seriousness(serious: bool | None) -> Json:
    if serious is None:
        return {}
    return coded(SERIOUSNESS, "serious" if serious else "not-serious")


def _suspect(treatment_id: str, treatment: Treatment | None) -> Json:
    """The treatment by its name, and the resource that holds it where there is one."""
    named = {"identifier": identifier(TREATMENT, treatment_id)}
    if treatment is None:
        return named
    kind = "MedicationStatement" if treatment.kind == "preventive" else "Procedure"
    return {**pointer(kind, treatment.treatment_id), **named}
