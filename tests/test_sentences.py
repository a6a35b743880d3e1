"""What the record says in plain English has a German sentence each, and is recognised when it is said."""

import re
from configparser import ConfigParser
from datetime import date, datetime
from functools import cache
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hypothesis import given, settings
from hypothesis import strategies as st
from markupsafe import escape

import diary
from diary.checks import check_batch
from diary.forms import DATE_MESSAGE, HOLE, Forms, without_options
from diary.importers import Options, read
from diary.importers.options import Question, Refusal
from diary.model import AdverseEvent, Attack, Batch, DayLog, Dose, Injection, Score, Treatment
from diary.sentences import extract
from diary.web.languages import CHOSEN_LANGUAGE
from diary.web.said import TRANSLATIONS, forms_of, place, read_catalogue, said
from tests.test_samples import SAMPLES, options_of
from tests.web import Visitor

SOURCE = Path(diary.__file__).parent
CATALOGUE = TRANSLATIONS / "de" / "LC_MESSAGES" / "sentences.po"
FIX = "Run `make translations`, translate what is new in the catalogue, and run it again."
FIX_IT = "Correct the date."
ENGLISH = re.compile(r"\b(the|is|are|as|which|that|from|to|not|its|where|than|units|sites)\b")


def catalogue():
    with CATALOGUE.open("rb") as file:
        return read_po(file, locale="de")


def german():
    return {message.id: message.string for message in catalogue() if message.id}


def configured():
    config = ConfigParser(delimiters=("=",), empty_lines_in_values=False)
    config.read(TRANSLATIONS / "sentences.cfg")
    sections = {name: dict(config[name]) for name in config.sections() if ": " in name}
    methods = [(name.split(": ")[1], name.split(": ")[0]) for name in sections]
    options = {name.split(": ")[1]: values for name, values in sections.items()}
    return [(pattern, extract if method == "sentences" else method) for pattern, method in methods], options


@cache
def sentences_in_the_source():
    methods, options = configured()
    return {text for _, _, text, _, _ in extract_from_dir(SOURCE, methods, options)}


# --- the catalogue


def test_every_sentence_of_the_record_is_in_the_catalogue_and_no_other():
    assert sentences_in_the_source() == set(german()), FIX


def test_every_phrase_that_is_listed_is_said_somewhere():
    _, options = configured()
    listed = {without_options(line) for line in options["**.py"]["phrases"].split("\n") if line}

    assert set() == listed - sentences_in_the_source()


def test_every_sentence_is_translated():
    assert [] == [message.id for message in catalogue() if message.id and (message.fuzzy or not message.string)]


def test_a_translation_has_the_holes_of_its_sentence():
    odd = [text for text, said in german().items() if sorted(HOLE.findall(text)) != sorted(HOLE.findall(said))]

    assert [] == odd


def test_the_compiled_catalogue_says_what_the_written_one_says(tmp_path):
    compiled = BytesIO()
    write_mo(compiled, catalogue())
    (tmp_path / "now.mo").write_bytes(compiled.getvalue())

    assert read_catalogue(tmp_path / "now.mo") == read_catalogue(CATALOGUE.with_suffix(".mo")), FIX


# --- recognising

FORMS = Forms(german())
WITH_HOLES = [(text, said) for text, said in german().items() if HOLE.search(text) and text != DATE_MESSAGE]
DATA = st.lists(st.sampled_from(["A0", "12", "2026-03-01", "3.5", "Qx7", "B4/5", "x9.csv"]), min_size=9, max_size=9)


def fill(form, holes):
    return HOLE.sub(lambda hole: holes[int(hole[1])], form)


@settings(deadline=None, max_examples=50)
@given(form=st.sampled_from(WITH_HOLES), holes=DATA)
def test_a_filled_form_is_recognised_and_gives_the_filled_german_one(form, holes):
    english, said = form

    assert fill(said, holes) == FORMS.translated(fill(english, holes))


@settings(deadline=None, max_examples=50)
@given(
    two=st.lists(st.sampled_from([form for form in WITH_HOLES if form[0].endswith(".")]), min_size=2, max_size=2),
    holes=DATA,
)
def test_two_sentences_are_recognised_one_after_the_other(two, holes):
    text = " ".join(fill(english, holes) for english, _ in two)

    assert all(piece.known for piece in FORMS.pieces(text))


def test_no_form_swallows_another():
    """The form of a filled form is that form itself, and no looser one."""
    data = [f"Q{number}" for number in range(9)]

    assert [english for english, _ in WITH_HOLES] == [
        getattr(FORMS.form_of(fill(english, data)), "message", None) for english, _ in WITH_HOLES
    ]


@given(st.lists(st.sampled_from([*german(), "a, b", "3", "\n", ". "]), max_size=12))
@settings(deadline=None, max_examples=25)
def test_any_text_is_taken(parts):
    text = " ".join(parts)

    assert "".join(text.split()) == "".join(piece.text for piece in Forms({}).pieces(text)).replace(" ", "").replace(
        "\n", ""
    )
    assert FORMS.translated(text) or not text.strip()


@pytest.mark.parametrize("text", ["sheet a, row b ", "a. ", "3 days, ", '"a" is not ', "x is damaged "])
def test_a_text_full_of_forms_within_forms_is_taken_in_a_moment(text):
    assert FORMS.pieces(text * (1900 // len(text)))


# --- what is said


def said_of_samples():
    for sample in SAMPLES:
        batch = read(sample, patient="P1", options=options_of(sample))
        yield from said_of(batch)


def said_of(batch):
    yield from batch.assumptions
    for problem in batch.problems:
        yield problem.what
        yield problem.remedy


def unknown(texts):
    """The parts that are not recognised, and what still has English words in it."""
    pieces = [piece for text in dict.fromkeys(texts) for piece in FORMS.pieces(without_options(text))]
    return [piece.text for piece in pieces if not piece.known or ENGLISH.search(commands_left_out(piece.text))]


def commands_left_out(text):
    return re.sub(r"migraine .*|„[^“]*“", "", text)


def test_everything_that_is_said_of_the_samples_is_said_in_german():
    assert [] == unknown(said_of_samples())


BROKEN = """
Date,Severity,Hours,Medication,Nausea,Kind
2026-03-01,mild,2,Sumatriptan,perhaps,
2026-02-31,mild,2,,,
,severe,3,,,
2026-03-02,dreadful,-4,Aspirn,no,icepick
2026-03-03,none,4,,yes,
2026-03-03,none,4,,yes,
3026-03-03,moderate,900,Topiramate,,
2026-03-04,severe,30,Botox,,migraine
Total,,12,,,
2026-03-05,moderate,many,,,
2026-03-06,moderate,,,,,,,
Date,Severity,Hours,Medication,Nausea,Kind
""".lstrip()

UNCLEAR = {
    "dates": "Date,Severity\n01/02/2026,mild\n02/03/2026,none\n",
    "both orders": "Date,Severity\n13/02/2026,mild\n02/14/2026,none\n",
    "scale": "Date,Pain\n2026-03-01,1\n2026-03-02,2\n2026-03-03,3\n",
    "hours or minutes": "Date,Headache,Duration\n2026-03-01,yes,30\n2026-03-02,yes,20\n",
    "no diary": "Name,Town\nAnna,Ulm\nBert,Bonn\n",
    "nothing": "",
    "web page": "<html><body>Headache</body></html>",
    "json": '{"a": 1}',
}


def test_everything_that_is_said_of_a_broken_table_is_said_in_german(tmp_path):
    file = tmp_path / "diary.csv"
    file.write_text(BROKEN, "utf-8")
    batch = read(file, patient="P1")

    assert len(batch.problems) >= 5
    assert [] == unknown([*said_of(batch), *(f"{one.what} {one.remedy}" for one in check_batch(batch))])


@pytest.mark.parametrize("content", UNCLEAR.values(), ids=list(UNCLEAR))
def test_a_question_that_stops_the_reading_is_asked_in_german(tmp_path, content):
    file = tmp_path / "diary.csv"
    file.write_text(content, "utf-8")
    with pytest.raises((Question, Refusal)) as stopped:
        read(file, patient="P1", options=Options())

    assert [] == unknown([str(stopped.value)])


def odd_batch():
    """Facts with something odd in each."""
    start = datetime(2026, 3, 2, 9)
    session = Treatment("P1", "botulinum", "Botox", date(2026, 3, 1), amount=250, sites=3)
    again = Treatment("P1", "botulinum", "Dysport", date(2026, 4, 1), amount=500, expiry=date(2026, 1, 1))
    return Batch(
        days=(
            DayLog("P1", date(2026, 3, 2), headache=False, severity=2),
            DayLog("P1", date(2026, 3, 2), headache=True, severity=9, source="other"),
            DayLog("P1", date(1800, 3, 3), headache=True, severity=0),
        ),
        attacks=(Attack("P1", start, datetime(2026, 3, 9)), Attack("P1", datetime(2026, 3, 3), start, intensity=12)),
        doses=(Dose("P1", datetime(2026, 5, 1), "Aspirn", amount=0), Dose("P1", datetime(2036, 5, 1), "Zzz")),
        treatments=(session, again, Treatment("P1", "preventive", "Topiramate", date(2026, 3, 1), date(2026, 2, 1))),
        injections=(Injection(session.treatment_id, "frontalis", "left", 2, 90),),
        scores=(Score("P1", date(2026, 3, 1), "hit6", 90), Score("P1", date(2026, 3, 9), "hit6", 60)),
        events=(AdverseEvent("P1", date(2026, 3, 4), "neck pain", resolved=date(2026, 3, 1)),),
    )


def test_everything_that_is_said_of_odd_facts_is_said_in_german():
    problems = check_batch(odd_batch(), date(2026, 6, 1))

    assert len(problems) >= 15
    assert [] == unknown(text for one in problems for text in (one.what, one.remedy))


@pytest.mark.parametrize(
    ("english", "german"),
    [
        (
            "5 units a site are usual; the session has: left frontalis 90 units in 2 sites, "
            "right cervical paraspinal 20 units in 1 site.",
            "Üblich sind 5 Einheiten je Stelle; die Sitzung hat: links Frontalis 90 Einheiten an 2 Stellen, "
            "rechts Paraspinal (HWS) 20 Einheiten an 1 Stelle.",
        ),
        (
            "The session has 155 units, and its injections add up to 160; 31 sites, and its injections add up to 30.",
            "Die Sitzung hat 155 Einheiten, und die Injektionen ergeben zusammen 160; "
            "31 Stellen, und die Injektionen ergeben zusammen 30.",
        ),
        (
            'The column "Kopfweh" is read as intensity from 0 to 10, the worst, as it goes up to 8.',
            "Die Spalte „Kopfweh“ wird so gelesen: Stärke von 0 bis 10, am schlimmsten, da sie bis 8 geht.",
        ),
        (
            'The dates in the column "D" can be read in two ways: "01/02/26" is 1 February 2026 or no date.',
            "Die Datumsangaben in der Spalte „D“ lassen sich auf zwei Arten lesen: "
            "„01/02/26“ ist 1. Februar 2026 oder kein Datum.",
        ),
    ],
)
def test_what_stands_in_a_sentence_is_said_part_by_part(english, german):
    assert german == FORMS.translated(english)


# --- on a page


@pytest.fixture
def visitor(tmp_path):
    visitor = Visitor(tmp_path)
    visitor.client.set_cookie(CHOSEN_LANGUAGE, "de")
    return visitor


def test_a_page_in_german_asks_in_german_what_a_file_leaves_open(visitor):
    page = visitor.send("/import", {"files": (BytesIO(UNCLEAR["dates"].encode()), "kopf.csv")})

    assert "Die Datumsangaben in der Spalte „Date“ lassen sich auf zwei Arten lesen: „01/02/2026“ ist" in page.text
    assert 'lang="en"' not in page.html.split("<main")[1]


def test_a_page_in_german_marks_what_it_says_in_english(visitor):
    with visitor.app.test_request_context(headers={"Accept-Language": "de"}):
        assert 'Berichtigen Sie das Datum. <span lang="en">So &lt;be&gt; it.</span>' == said(f"{FIX_IT} So <be> it.")
        assert "Blatt März, Zeile 3" == place("sheet März, row 3")


def test_a_page_in_english_says_what_was_said(visitor):
    with visitor.app.test_request_context(headers={"Accept-Language": "en"}):
        assert "So &lt;be&gt; it." == str(escape(said("So <be> it; --never mind.")))


def test_the_catalogue_of_a_language_that_is_not_there_knows_nothing():
    assert FIX_IT == forms_of("xx", (TRANSLATIONS,)).translated(FIX_IT)
