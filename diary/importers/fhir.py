"""FHIR R4: the bundle that ``migraine fhir`` writes, read back into facts.

Of a resource in this program's form (:mod:`diary.fhir`) everything is read. Whose it is, and which dose belongs to
which session, its own names tell, so that a server may have given the resources new ids. Resources of other systems
are left out, one problem for each kind: they do not say by which code the patient goes in this diary.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple, TypeVar
from urllib.parse import unquote

from diary.facts import MEMBERS, FactError, fact_from, unknown_word
from diary.fhir import (
    KIND,
    MEASURE,
    OURS,
    PATIENT,
    PURPOSE,
    QUESTIONNAIRE,
    SERIOUSNESS,
    SEVERITY,
    SITE,
    TOTAL,
    TREATMENT,
    WINDOW_PANEL,
    among,
    at,
    extension,
    listed,
)
from diary.importers.dates import YEARS
from diary.importers.file import File
from diary.importers.layout import Layout
from diary.importers.options import Options
from diary.importers.records import EXPORT_AGAIN
from diary.model import AdverseEvent, Batch, Fact, Injection, Patient, Problem, Score, Source, Treatment

NAME = "FHIR"

F = TypeVar("F")

Said = tuple[type[Any], dict[str, Any]]
"""A kind of fact, and the values that a resource gives for it."""

NOT_OURS = "Record what matters of them by hand; migraine --help lists the commands."
MOST = 1e15
"""No number in a diary is as large."""


class Resource(NamedTuple):
    """One resource of a bundle, and where a person finds it; of a session also what was given, its *dose*."""

    kind: str
    values: Mapping[str, Any]
    place: str
    dose: Mapping[str, Any] = {}


def claims(file: File) -> bool:
    """A bundle of FHIR resources, whoever made it."""
    return bool(at(file.json, "resourceType") == "Bundle")


def read(file: File, patient: str, options: Options) -> Batch:
    """The patient, treatments, injections, scores and side effects; whose they are, the bundle says."""
    problems: list[Problem] = []
    resources = list(_resources(file.json, problems))
    mine = [one for one in resources if _is_ours(one)]
    facts = [fact for one in _with_doses(mine) for fact in _facts(one, problems)]
    whose = dict.fromkeys(fact.patient for fact in facts if not isinstance(fact, Injection))
    sessions = {one.treatment_id for one in _of(Treatment, facts)}
    return Batch(
        patients=_of(Patient, facts),
        sources=tuple(Source(code, NAME) for code in whose),
        treatments=_of(Treatment, facts),
        injections=tuple(one for one in _of(Injection, facts) if one.treatment_id in sessions),
        scores=_of(Score, facts),
        events=_of(AdverseEvent, facts),
        assumptions=tuple(_windows(mine)),
        problems=(*problems, *_left_out(resources)),
    )


def _resources(bundle: Any, problems: list[Problem]) -> Iterator[Resource]:
    """The resources in the entries; an entry that holds none is a problem."""
    if not isinstance(at(bundle, "entry"), list):
        problems.append(Problem("bundle", "It has no list of entries.", EXPORT_AGAIN))
    for number, entry in enumerate(listed(at(bundle, "entry")), start=1):
        values, kind = at(entry, "resource"), at(entry, "resource", "resourceType")
        if isinstance(kind, str) and kind.strip():
            yield Resource(kind[:40], values, f"entry {number} ({kind[:40]})")
        else:
            problems.append(Problem(f"entry {number}", "It holds no resource.", EXPORT_AGAIN))


def _with_doses(resources: Iterable[Resource]) -> list[Resource]:
    """The resources, each session with its dose, which is of the same name."""
    listed = list(resources)
    doses = {_name(one, TREATMENT): one.values for one in listed if one.kind == "MedicationAdministration"}
    return [one._replace(dose=doses.get(_name(one, TREATMENT), {})) for one in listed]


def _identifiers(resource: Resource) -> list[Any]:
    """The names of a resource; some kinds have a list of them, some only one."""
    found = resource.values.get("identifier")
    return found if isinstance(found, list) else [found]


def _name(resource: Resource, system: str) -> str | None:
    name = at(among(_identifiers(resource), system), "value")
    return name if isinstance(name, str) else None


def _is_ours(resource: Resource) -> bool:
    """Whether it has a name in a system of this program."""
    return any(str(at(one, "system")).startswith(OURS) for one in _identifiers(resource))


def _of(kind: type[F], facts: Iterable[Any]) -> tuple[F, ...]:
    return tuple(fact for fact in facts if isinstance(fact, kind))


def _facts(resource: Resource, problems: list[Problem]) -> Iterator[Fact]:
    """What a resource says; what makes no fact is a problem."""
    reader = READERS.get(resource.kind)
    for kind, values in reader(resource) if reader else ():
        try:
            fact = fact_from(kind, _checked(kind, values))
            if trouble := unknown_word(fact):
                raise FactError(trouble)
            yield fact
        except FactError as error:
            problems.append(Problem(resource.place, str(error), EXPORT_AGAIN))


def _checked(kind: type[Any], values: dict[str, Any]) -> dict[str, Any]:
    """The values, if each is at least of a type that a fact can be made of.

    Raises FactError: text is something else, a date is no date, or a number is beyond reason.
    """
    for member in MEMBERS[kind]:
        value = values.get(member.name)
        if value is None:
            continue
        if isinstance(value, dict | list) or (member.type == "str" and not isinstance(value, str)):
            raise FactError(f"The {member.name} is not what it should be.")
        if isinstance(value, int | float) and not abs(value) < MOST:
            raise FactError(f"The {member.name} is a number beyond reason.")
        if member.type == "date":
            values[member.name] = _day(member.name, value)
    return values


def _day(name: str, value: Any) -> date:
    """The day of a date or a time; a server may have added the time."""
    try:
        day = date.fromisoformat(str(value)[:10])
    except ValueError:
        raise FactError(f'The {name} "{str(value)[:40]}" is not a day like 2026-03-01.') from None
    if day.year not in YEARS:
        raise FactError(f"The {name} lies in the year {day.year}, which cannot be right.")
    return day


def _whose(resource: Resource) -> Any:
    subject = at(resource.values, "subject", "identifier")
    return at(among([subject], PATIENT), "value")


def _code(element: Any, system: str) -> Any:
    return at(among(at(element, "coding"), system), "code")


def _patient(resource: Resource) -> Iterator[Said]:
    born = at(resource.values, "birthDate")
    word = extension(resource.values, "sex")
    yield (
        Patient,
        {
            "patient": _name(resource, PATIENT),
            "born": born[:4] if isinstance(born, str) else born,
            "sex": at(resource.values, "gender") if word is None else word,
        },
    )


def _procedure(resource: Resource) -> Iterator[Said]:
    """A session or another treatment, and the injections of its body sites."""
    values, period = resource.values, at(resource.values, "performedPeriod")
    yield (
        Treatment,
        {
            "kind": _code(at(values, "code"), KIND),
            "purpose": _code(at(values, "category"), PURPOSE),
            "product": at(values, "code", "text"),
            "start": at(period, "start") or at(values, "performedDateTime"),
            "end": at(period, "end"),
            "injector": at(values, "performer", 0, "actor", "display"),
            "reason": at(values, "statusReason", "text"),
            **_extensions(values, "sites", "protocol", "consent", "amount", "unit", "lot", "expiry", "dilution"),
            **_dose(resource.dose),
            **_common(resource),
        },
    )
    for site in listed(values.get("bodySite")):
        yield Injection, {"treatment_id": _name(resource, TREATMENT), **_injection(site)}


def _common(resource: Resource) -> dict[str, Any]:
    """What every treatment has."""
    return {
        "patient": _whose(resource),
        "treatment_id": _name(resource, TREATMENT),
        "note": at(resource.values, "note", 0, "text"),
        "source": NAME,
    }


def _extensions(element: Any, *names: str) -> dict[str, Any]:
    return {name: extension(element, name) for name in names}


def _dose(administration: Mapping[str, Any]) -> dict[str, Any]:
    """What the dose of a session says beside it; nothing of what is not known."""
    vial = at(administration, "contained", 0, "batch")
    said = {
        "amount": at(administration, "dosage", "dose", "value"),
        "unit": at(administration, "dosage", "dose", "unit"),
        "lot": at(vial, "lotNumber"),
        "expiry": at(vial, "expirationDate"),
        "dilution": extension(administration, "dilution"),
    }
    return {name: value for name, value in said.items() if value is not None}


def _injection(site: Any) -> dict[str, Any]:
    code = _code(site, SITE)
    muscle, _, side = code.partition("/") if isinstance(code, str) else ("", "", "")
    return {"muscle": unquote(muscle), "side": unquote(side), **_extensions(site, "sites", "units")}


def _statement(resource: Resource) -> Iterator[Said]:
    """A preventive."""
    values = resource.values
    highest = at(values, "dosage", 0, "doseAndRate", 0, "rateRatio", "numerator")
    yield (
        Treatment,
        {
            "kind": "preventive",
            "product": at(values, "medicationCodeableConcept", "text"),
            "start": at(values, "effectivePeriod", "start"),
            "end": at(values, "effectivePeriod", "end"),
            "amount": at(highest, "value"),
            "unit": at(highest, "unit"),
            "reason": at(values, "statusReason", 0, "text"),
            **_extensions(values, "purpose", "sites", "protocol", "lot", "expiry", "dilution", "injector", "consent"),
            **_common(resource),
        },
    )


def _answers(resource: Resource) -> Iterator[Said]:
    """The total and the items of a form."""
    form = resource.values.get("questionnaire")
    instrument = unquote(form.removeprefix(QUESTIONNAIRE)) if isinstance(form, str) else None
    for item in listed(resource.values.get("item")):
        link = at(item, "linkId")
        values = {
            "patient": _whose(resource),
            "date": resource.values.get("authored"),
            "instrument": instrument,
            "value": _number(item),
            "item": None if link == TOTAL else link,
            "source": NAME,
        }
        yield Score, values


def _number(item: Any) -> Any:
    decimal = at(item, "answer", 0, "valueDecimal")
    return at(item, "answer", 0, "valueInteger") if decimal is None else decimal


def _side_effect(resource: Resource) -> Iterator[Said]:
    values = resource.values
    suspect = at(values, "suspectEntity", 0, "instance", "identifier")
    serious = _code(at(values, "seriousness"), SERIOUSNESS)
    yield (
        AdverseEvent,
        {
            "patient": _whose(resource),
            "date": values.get("date"),
            "event": at(values, "event", "text"),
            "severity": _code(at(values, "severity"), SEVERITY),
            "serious": None if serious is None else serious == "serious",
            "treatment_id": at(among([suspect], TREATMENT), "value"),
            **_extensions(values, "resolved", "action", "note"),
            "source": NAME,
        },
    )


READERS: dict[str, Callable[[Resource], Iterator[Said]]] = {
    "Patient": _patient,
    "Procedure": _procedure,
    "MedicationStatement": _statement,
    "QuestionnaireResponse": _answers,
    "AdverseEvent": _side_effect,
}
"""How a resource of each kind is read; doses stand beside their session, and are read with it."""


def _windows(resources: Iterable[Resource]) -> Iterator[str]:
    """What is said of the windows."""
    codes = [_code(one.values.get("code"), MEASURE) for one in resources if one.kind == "Observation"]
    if count := codes.count(WINDOW_PANEL):
        yield f"The windows in the bundle ({count}) are numbers without days, and are left out."


def _left_out(resources: Iterable[Resource]) -> Iterator[Problem]:
    """One problem for each kind of resource that another system made; what tells of the file itself is none."""
    kinds = Counter(one.kind for one in resources if not _is_ours(one) and one.kind != "Provenance")
    for kind, count in kinds.items():
        what = f"Resources of this kind that are not in this program's form were not read: {count}."
        yield Problem(kind, what, NOT_OURS)


LAYOUT = Layout(
    NAME,
    claims,
    read,
    takes="Bundles that migraine fhir wrote: the patient's code, sex and year of birth, sessions with vial, muscles "
    "and sides, preventives, scores and their items, side effects.",
    leaves="Windows and their measures, which hold no days. Resources that other systems made are counted by kind.",
    blanks="What a resource does not say is not known.",
)
