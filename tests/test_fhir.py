"""A FHIR R4 bundle: valid, the same bytes for the same diary, and read back with the same facts and numbers."""

import json
import re
import subprocess
import sys
from contextlib import suppress
from dataclasses import replace
from datetime import date
from hashlib import sha256
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner
from fhir.resources.R4B import get_fhir_model_class
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analysis.commands.fhir import fhir
from analysis.commands.gather import answer
from analysis.commands.options import Session
from analysis.interchange import CARRIED, InterchangeError, bundle, read_windows, to_json, up_to, validate
from analysis.interchange.elements import full_url
from analysis.interchange.record import record_resources
from analysis.windows import CANNOT
from diary import __version__
from diary.facts import tidied_batch
from diary.fhir import ATC, LOINC, OURS, at
from diary.importers import identify, read
from diary.importers.fhir import NAME
from diary.intake import sort_out
from diary.model import AdverseEvent, Batch, DiaryError, Injection, Patient, Score, Treatment
from diary.store import Store
from tests.strategies import batches, one_patient
from tests.test_report import csv_of

ROOT = Path(__file__).parents[1]
DEMO = ROOT / "data" / "demo" / "diary.xlsx"
SAMPLE = ROOT / "data" / "exports" / "fhir" / "bundle.json"
CARRIED_KINDS = ("patients", "treatments", "injections", "scores", "events")
DAY = date(2026, 3, 2)

SESSION = Treatment(
    "P1",
    "botulinum",
    "Botox",
    DAY,
    amount=165.0,
    unit="U",
    sites=33,
    protocol="PREEMPT",
    lot="C1234",
    expiry=date(2027, 1, 31),
    dilution=2.0,
    injector="AB",
    consent=True,
    note="sat up\nafterwards",
)
PREVENTIVE = Treatment(
    "P1",
    "preventive",
    "Topiramate",
    date(2025, 9, 1),
    date(2026, 1, 15),
    amount=100.0,
    unit="mg",
    reason="word-finding trouble",
)
FACTS = Batch(
    patients=(Patient("P1", 1984, "female", "Anna, from the clinic on Mondays"),),
    treatments=(SESSION, PREVENTIVE, Treatment("P1", "other", "occipital nerve block", date(2026, 2, 1), amount=2.5)),
    injections=(
        Injection(SESSION.treatment_id, "temporalis", "left", 4, 20.0),
        Injection(SESSION.treatment_id, "cervical_paraspinal", "right", 2, 10.0),
    ),
    scores=(
        Score("P1", DAY, "hit6", 64.0),
        Score("P1", DAY, "hit6", 11.0, "1"),
        Score("P1", DAY, "phq9", 7.0),
    ),
    events=(
        AdverseEvent(
            "P1",
            date(2026, 3, 9),
            "eyelid droop",
            "mild",
            date(2026, 4, 1),
            SESSION.treatment_id,
            "waited",
            serious=False,
            note="left",
        ),
        AdverseEvent("P1", date(2026, 3, 3), "neck pain"),
    ),
)


@pytest.fixture(scope="module")
def found():
    """The answer of the invented patient's diary."""
    return answer((DEMO,))


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """A diary of twelve weeks with a session after the fourth."""
    path = tmp_path_factory.mktemp("small") / "diary.csv"
    path.write_text(csv_of("2203220 2203220 2203220 2203220" + "2200000" * 8), "utf-8")
    return path


@pytest.fixture(scope="module")
def made(found):
    """The bundle of the invented patient."""
    return bundle(found.findings, found.facts, found.inputs)


def wrapped(resources, **more):
    """Resources as the text of a bundle."""
    entries = [{"fullUrl": full_url(one), "resource": one} for one in resources]
    return to_json({"resourceType": "Bundle", "type": "collection", "entry": entries, **more})


def read_text(folder, text, patient="me"):
    path = folder / "some.json"
    path.write_text(text, "utf-8")
    return read(path, patient=patient)


def carried(facts):
    """What a bundle carries of facts: no note on the patient, and another source."""
    kept = tidied_batch(Batch(**{name: getattr(facts, name) for name in CARRIED_KINDS}))
    read_back = {
        "patients": [replace(one, note=None) for one in kept.patients],
        "injections": kept.injections,
        **{
            name: [replace(one, source=NAME) for one in getattr(kept, name)]
            for name in ("treatments", "scores", "events")
        },
    }
    return Batch(**{name: tuple(map(mended, found)) for name, found in read_back.items()})


def mended(fact):
    """The fact with a mark in the place of what FHIR forbids in a text."""
    texts = {name: getattr(fact, name) for name in fact.__slots__ if isinstance(getattr(fact, name), str)}
    return replace(fact, **{name: mend(text) for name, text in texts.items()})


def mend(text):
    return re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", "\ufffd", text) if text.strip() else "\ufffd"


def kinds(batch):
    """The carried facts of a batch in order."""
    return replace(tidied_batch(batch), sources=(), assumptions=(), problems=())


def resources(content, kind):
    return [one["resource"] for one in content["entry"] if one["resource"]["resourceType"] == kind]


def only(content, kind):
    (one,) = resources(content, kind)
    return one


@pytest.fixture(scope="module")
def visit():
    """The bundle of the facts above."""
    return json.loads(wrapped(record_resources(FACTS, DAY)))


# --- out and in again


def test_facts_come_back_the_same(tmp_path):
    batch = read_text(tmp_path, wrapped(record_resources(FACTS, DAY)))

    assert carried(FACTS) == kinds(batch)
    assert () == batch.problems


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(batches(), st.sampled_from(["P1", "münchen-7", "=cmd"]))
def test_whatever_a_diary_holds_of_these_kinds_comes_back_the_same(tmp_path, drawn, patient):
    facts = of_sessions(tidied_batch(one_patient(drawn, patient)))

    assert carried(facts) == kinds(read_text(tmp_path, wrapped(record_resources(facts, DAY))))


def of_sessions(facts):
    """The facts without injections of a preventive, which nobody injects."""
    taken = {one.treatment_id for one in facts.treatments if one.kind == "preventive"}
    return replace(facts, injections=tuple(one for one in facts.injections if one.treatment_id not in taken))


def test_a_note_on_the_patient_does_not_leave_the_diary():
    assert "Anna" not in wrapped(record_resources(FACTS, DAY))


def test_the_order_of_the_facts_changes_no_byte():
    turned = Batch(**{name: getattr(FACTS, name)[::-1] for name in CARRIED_KINDS})

    assert wrapped(record_resources(FACTS, DAY)) == wrapped(record_resources(turned, DAY))


def test_an_imported_bundle_changes_nothing_in_the_diary_that_it_came_from(tmp_path):
    path = tmp_path / "bundle.json"
    path.write_text(wrapped(record_resources(FACTS, DAY)), "utf-8")
    with Store.open(str(tmp_path / "diary.sqlite")) as store:
        store.add(FACTS, layout="x")
        added = store.add(read(path), layout=NAME)

    assert {"sources": 1} == {name: count for name, count in added.added.items() if count}
    assert ([], 0) == (added.problems, sum(added.corrected.values()))


# --- windows


def test_windows_come_back_with_the_same_numbers(found, made):
    back = read_windows(json.loads(to_json(made)))

    pd.testing.assert_frame_equal(found.findings.windows, back.windows)


def test_rates_come_back_with_the_same_numbers(found, made):
    rates = read_windows(json.loads(to_json(made))).rates
    outcomes = found.findings.outcomes
    told = outcomes[outcomes["measure"].isin(CARRIED)]
    after = {
        tuple(row)[:3]: tuple(row)[3:] for row in told[[*KEY, "after", "after_logged", "after_days"]].to_numpy(object)
    }
    before = {
        (0, "baseline", row[0]): tuple(row)[1:]
        for row in told[["measure", "before", "before_logged", "before_days"]].to_numpy(object)
    }

    assert known(after | before) == known(
        {tuple(row)[:3]: tuple(row)[3:] for row in rates[[*KEY, "value", "logged", "days"]].to_numpy(object)}
    )


KEY = ["cycle", "phase", "measure"]


def known(rates):
    """Rates by window and measure, None where one is not known."""
    return {key: (None if pd.isna(value) else value, *days) for key, (value, *days) in rates.items()}


@pytest.mark.parametrize(
    "session",
    ["2024-01-01", "2024-01-29", "2024-03-24", "2024-03-25", "2025-01-01"],
    ids=["first day", "inside", "last day", "day after", "much later"],
)
def test_windows_come_back_wherever_the_session_lies(small, session):
    asked = answer((small,), sessions=(Session(date.fromisoformat(session), 155.0),))
    content = json.loads(to_json(bundle(asked.findings, asked.facts)))

    pd.testing.assert_frame_equal(asked.findings.windows, read_windows(content).windows)


def test_windows_come_back_under_the_names_of_a_server_and_beside_those_of_others(found, made):
    moved = json.loads(to_json(made).replace("urn:uuid:", "https://clinic.example/fhir/"))
    moved["entry"].append({"resource": {"resourceType": "Observation", "status": "final", "code": {"text": "pulse"}}})
    back = read_windows(moved)

    pd.testing.assert_frame_equal(found.findings.windows, back.windows)
    assert len(found.findings.windows) * len(CARRIED) == len(back.rates)


def test_without_a_session_there_are_no_windows(small):
    asked = answer((small,))

    assert [] == resources(bundle(asked.findings, asked.facts), "Observation")
    assert 0 == len(read_windows(bundle(asked.findings, asked.facts)).rates)


def test_a_window_that_cannot_tell_has_a_reason_and_no_number(found, made):
    silent = [one for one in resources(made, "Observation") if "dataAbsentReason" in one]
    windows = found.findings.windows
    cannot = windows[windows["reason"].str.startswith(CANNOT)]

    assert len(silent) >= len(cannot) * len(CARRIED) > 0
    assert not any("valueQuantity" in one for one in silent)
    assert set(cannot["reason"]) <= {one["dataAbsentReason"]["text"] for one in silent}


def test_every_measure_says_on_how_many_days_of_how_many_it_rests(made):
    measures = [one for one in resources(made, "Observation") if at(one, "code", "coding", 0, "code") in CARRIED]

    assert measures
    for one in measures:
        assert ["logged-days", "expected-days"] == [part["code"]["coding"][0]["code"] for part in one["component"]]


def test_the_definitions_and_the_rule_set_are_named(found):
    asked = answer((DEMO,), rules="hull", definition=("4h", "ichd", "1-5-7"))
    content = bundle(asked.findings, asked.facts, asked.inputs)
    methods = {one["code"]["coding"][0]["code"]: at(one, "method", "text") for one in resources(content, "Observation")}

    assert ["migraine-diary", "hull", "4h", "ichd", "1-5-7"] == [tag["code"] for tag in content["meta"]["tag"]]
    assert "'4h'" in methods["headache_days"]
    assert "'ichd'" in methods["migraine_days"]


# --- what the resources say


def test_a_session_is_a_procedure_and_a_dose_that_share_a_name(visit):
    session = next(one for one in resources(visit, "Procedure") if one["code"]["text"] == "Botox")
    dose = only(visit, "MedicationAdministration")

    assert session["identifier"] == dose["identifier"]
    assert f"urn:uuid:{session['id']}" == dose["partOf"][0]["reference"]
    assert ["cervical paraspinal, right", "temporalis, left"] == [site["text"] for site in session["bodySite"]]
    assert {"value": 165.0, "unit": "U"} == dose["dosage"]["dose"]


def test_the_lot_stands_on_the_contained_medication(visit):
    vial = only(visit, "MedicationAdministration")["contained"][0]

    assert {"lotNumber": "C1234", "expirationDate": "2027-01-31"} == vial["batch"]
    assert [{"system": ATC, "code": "M03AX01"}] == vial["code"]["coding"]


@pytest.mark.parametrize(
    ("end", "reason", "status"),
    [
        (None, None, "active"),
        (date(2026, 4, 1), None, "active"),
        (date(2026, 1, 15), None, "completed"),
        (date(2026, 1, 15), "no effect", "stopped"),
    ],
)
def test_a_preventive_is_active_stopped_or_completed(end, reason, status):
    facts = Batch(treatments=(replace(PREVENTIVE, end=end, reason=reason),))

    assert [status] == [one["status"] for one in record_resources(facts, DAY)]


def test_a_side_effect_points_to_its_session_and_says_when_it_was_over(visit):
    droop = next(one for one in resources(visit, "AdverseEvent") if one["event"]["text"] == "eyelid droop")
    session = next(one for one in resources(visit, "Procedure") if one["code"]["text"] == "Botox")

    assert f"urn:uuid:{session['id']}" == droop["suspectEntity"][0]["instance"]["reference"]
    assert ("resolved", "2026-04-01") == (droop["outcome"]["coding"][0]["code"], droop["extension"][0]["valueDate"])


def test_no_text_of_a_questionnaire_is_carried_and_its_items_are_codes(visit):
    forms = {one["questionnaire"]: one["item"] for one in resources(visit, "QuestionnaireResponse")}
    hit6 = forms[f"{OURS}questionnaire:hit6"]

    assert ["total", "1"] == [item["linkId"] for item in hit6]
    assert not any("text" in item for items in forms.values() for item in items)


def test_a_total_that_loinc_knows_has_its_code_beside_the_form(visit):
    total = only(visit, "Observation")

    assert ("44261-6", 7.0) == (total["code"]["coding"][0]["code"], total["valueQuantity"]["value"])


CONFIRMED = {(LOINC, "44261-6"), (LOINC, "70274-6"), (ATC, "M03AX01")}
FHIRS_OWN = "http://terminology.hl7.org/CodeSystem/"


def test_every_code_is_our_own_or_one_that_is_certain(made, visit):
    codes = {(one["system"], one.get("code")) for content in (made, visit) for one in codings(content)}
    foreign = {(system, code) for system, code in codes if not system.startswith((OURS, FHIRS_OWN))}

    assert foreign <= CONFIRMED
    assert not any("snomed" in system for system, _ in codes)


def codings(element):
    """Every coding in a JSON value."""
    inner = element.values() if isinstance(element, dict) else element if isinstance(element, list) else ()
    for one in at(element, "coding") or ():
        yield one
    for one in inner:
        yield from codings(one)


def test_the_bundle_names_the_program_and_the_sum_of_what_was_read_but_no_file(made):
    told = only(made, "Provenance")

    assert f"migraine-diary {__version__}" == told["agent"][0]["who"]["display"]
    assert [sha256(DEMO.read_bytes()).hexdigest()] == [one["what"]["identifier"]["value"] for one in told["entity"]]
    assert DEMO.name not in json.dumps(made)


def test_what_began_after_the_last_day_is_left_out():
    kept = up_to(FACTS, date(2026, 3, 3))

    assert (3, 3, ["neck pain"]) == (len(kept.treatments), len(kept.scores), [one.event for one in kept.events])


# --- validity


def test_a_bundle_that_is_no_fhir_is_not_written():
    with pytest.raises(InterchangeError, match=r"entry\.0\.resource.*report this as a bug"):
        to_json(
            {
                "resourceType": "Bundle",
                "type": "collection",
                "entry": [{"resource": {"resourceType": "Patient", "age": 41}}],
            }
        )


def test_every_code_that_fhir_restricts_is_one_of_those_it_allows(made, visit):
    """fhir.resources knows the allowed words, but does not hold a resource to them."""
    for content in (made, visit):
        for entry in content["entry"]:
            assert [] == list(odd_words(get_fhir_model_class(entry["resource"]["resourceType"]), entry["resource"]))


def odd_words(model, values):
    """Elements whose word is not among those that the model names."""
    for field, info in model.model_fields.items():
        name, allowed = info.alias or field, (info.json_schema_extra or {}).get("enum_values")
        if allowed and values.get(name, allowed[0]) not in allowed:
            yield name, values[name]


def test_every_name_in_the_bundle_is_there_once_and_every_reference_leads_somewhere(made):
    text = to_json(made)
    names = [one["fullUrl"] for one in made["entry"]]

    assert len(names) == len(set(names))
    assert set(re.findall(r'"reference": "(urn:uuid:[^"]+)"', text)) <= set(names)


# --- the command


SESSION_OF_SMALL = ("--botox", "2024-01-29:155")


def run(*words):
    return CliRunner().invoke(fhir, [str(word) for word in words])


def written(small, out, *more):
    return run(small, *SESSION_OF_SMALL, "--out", out, *more)


def test_the_command_writes_the_same_bytes_each_time(small, tmp_path):
    one, two = tmp_path / "one.json", tmp_path / "two.json"
    results = [written(small, path) for path in (one, two)]

    assert [0, 0] == [result.exit_code for result in results]
    assert one.read_bytes() == two.read_bytes()
    assert "windows in" in results[0].output
    validate(one.read_text("utf-8"))


def test_the_command_writes_for_its_owner_alone_and_never_over_a_file(small, tmp_path):
    out = tmp_path / "bundle.json"
    written(small, out)
    again = written(small, out)

    assert 0o600 == out.stat().st_mode & 0o777
    assert isinstance(again.exception, DiaryError)
    assert "--force" in str(again.exception)
    assert 0 == written(small, out, "--force").exit_code


def test_the_command_leaves_no_file_where_it_cannot_answer(small, tmp_path):
    out = tmp_path / "bundle.json"
    run(small, "--as-of", "1999-01-01", "--out", out)

    assert not out.exists()


def test_reading_a_bundle_loads_no_fhir_library():
    code = (
        "import sys; from pathlib import Path; from diary.importers import read; read(Path(sys.argv[1])); "
        "print([name for name in sys.modules if name.startswith('fhir')])"
    )
    done = subprocess.run([sys.executable, "-c", code, SAMPLE], capture_output=True, text=True, check=True, cwd=ROOT)

    assert "[]" == done.stdout.strip()


# --- bundles of others, and damaged ones


def test_a_bundle_is_recognised_whoever_made_it(tmp_path):
    path = tmp_path / "x.json"
    path.write_text('{"resourceType": "Bundle", "type": "searchset"}', "utf-8")

    assert NAME == identify(path).name


def test_resources_of_others_are_one_problem_for_each_kind(tmp_path):
    foreign = [
        {"resourceType": "Patient", "id": "1", "name": [{"family": "Smith"}]},
        {"resourceType": "Procedure", "id": "2", "status": "completed", "subject": {"reference": "Patient/1"}},
        {"resourceType": "Procedure", "id": "3", "status": "completed", "subject": {"reference": "Patient/1"}},
        {"resourceType": "Condition", "id": "4", "code": {"text": "migraine"}},
    ]
    batch = read_text(tmp_path, json.dumps({"resourceType": "Bundle", "entry": [{"resource": one} for one in foreign]}))

    assert Batch() == replace(batch, problems=())
    assert ["Patient", "Procedure", "Condition"] == [problem.where for problem in batch.problems]
    assert "form were not read: 2." in batch.problems[1].what


def test_a_resource_of_no_kind_is_a_problem_at_its_entry(tmp_path):
    batch = read_text(tmp_path, '{"resourceType": "Bundle", "entry": [{"resource": {"resourceType": "\\n"}}]}')

    assert [("entry 1", "It holds no resource.")] == [problem[:2] for problem in batch.problems]


def test_new_ids_and_times_from_a_server_change_no_fact(tmp_path, visit):
    text = re.sub(r"urn:uuid:([0-9a-f-]+)", r"https://clinic.example/fhir/\1", json.dumps(visit))
    moved = text.replace('"performedDateTime": "2026-03-02"', '"performedDateTime": "2026-03-02T09:30:00+01:00"')

    assert carried(FACTS) == kinds(read_text(tmp_path, moved))


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda b: resource_of(b, "Procedure").pop("code"), "There is no kind."),
        (lambda b: session_of(b).update(performedDateTime="soon"), 'The start "soon" is not a day like 2026-03-01.'),
        (lambda b: session_of(b).update(performedDateTime="0026-03-02"), "the year 26, which cannot be right."),
        (lambda b: session_of(b)["code"].update(text=7), "The product is not what it should be."),
        (lambda b: purpose_of(b).update(code="½"), "The purpose '½' is not known; it can be therapeutic, cosmetic."),
        (lambda b: session_of(b).update(bodySite=[{"text": "forehead"}]), "There is no muscle."),
        (lambda b: resource_of(b, "MedicationAdministration")["dosage"]["dose"].update(value=10**300), "beyond reason"),
        (lambda b: resource_of(b, "AdverseEvent").pop("event"), "There is no event."),
        (lambda b: resource_of(b, "AdverseEvent").pop("subject"), "There is no patient."),
        (lambda b: resource_of(b, "QuestionnaireResponse")["item"][0].pop("answer"), "There is no value."),
        (lambda b: b["entry"].append(7), "It holds no resource."),
        (lambda b: b.update(entry={}), "It has no list of entries."),
    ],
)
def test_what_cannot_be_read_is_one_problem_at_its_place(tmp_path, visit, change, told):
    content = json.loads(json.dumps(visit))
    change(content)
    batch = read_text(tmp_path, json.dumps(content))

    assert [True] == [told in problem.what for problem in batch.problems]


def resource_of(content, kind):
    return resources(content, kind)[0]


def session_of(content):
    return next(one for one in resources(content, "Procedure") if one["code"]["text"] == "Botox")


def purpose_of(content):
    return session_of(content)["category"]["coding"][0]


ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from([10**300, "2026-02-30"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=5,
)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_whatever_stands_in_one_place_the_reading_ends_in_facts_or_a_sentence(tmp_path, visit, data):
    content = json.loads(json.dumps(visit))
    *way, last = data.draw(st.sampled_from(list(places(content))))
    inner = content
    for key in way:
        inner = inner[key]
    inner[last] = data.draw(ANYTHING)
    with suppress(DiaryError):
        assert [] == sort_out(read_text(tmp_path, json.dumps(content)))[1]


def places(content, path=()):
    """The way to each value in a JSON file."""
    inner = content.items() if isinstance(content, dict) else enumerate(content) if isinstance(content, list) else ()
    for key, value in inner:
        yield (*path, key)
        yield from places(value, (*path, key))
