"""What the analysis says, in German: recognised to the last letter, in sentences, tables and pictures alike."""

import re
from datetime import date, datetime, timedelta
from functools import cache
from io import BytesIO

import pytest
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po

from analysis.pages import PAGES
from analysis.pages.choice import Choice
from analysis.pages.reader import Reader
from analysis.pages.told import DOMAIN, TRANSLATIONS, reader_of
from diary.model import AdverseEvent, DayLog, Dose, Factor, FactorChoice, Injection, Patient, Score, Treatment
from tests.drawing import logs
from tests.test_web_languages import Texts
from tests.web import Visitor

GERMAN = reader_of("de")
HOLE = re.compile(r"\{\d+\}")
FIX = "Translate it in outcome.po, and run `make translations`."


# --- the catalogue


def catalogue(domain=DOMAIN):
    with (TRANSLATIONS / "de" / "LC_MESSAGES" / f"{domain}.po").open("rb") as file:
        return read_po(file, locale="de")


@pytest.mark.parametrize("domain", [DOMAIN, "sentences"])
def test_every_form_has_a_german_one_with_the_same_holes(domain):
    for message in catalogue(domain):
        assert message.string or not message.id, message.id
        assert sorted(HOLE.findall(message.id)) == sorted(HOLE.findall(message.string)) or not message.id, message.id


@pytest.mark.parametrize("domain", [DOMAIN, "sentences"])
def test_the_compiled_catalogue_says_what_the_written_one_says(domain):
    compiled = BytesIO()
    write_mo(compiled, catalogue(domain))
    there = (TRANSLATIONS / "de" / "LC_MESSAGES" / f"{domain}.mo").read_bytes()
    compiled.seek(0)

    assert told(read_mo(compiled)) == told(read_mo(BytesIO(there))), FIX


def told(read):
    return {message.id: message.string for message in read if message.id}


CAUSAL = re.compile(
    r"\b(weil|verursach\w*|wegen|dank|bewirk\w*|geheilt|heil\w*|führt\w* zu|hilft|half|aufgrund)\b", re.I
)


def test_no_german_sentence_makes_one_thing_the_cause_of_another():
    """Silence is no treatment: that days count as free because nobody spoke of them says nothing of a cause."""
    said = [message.string for message in catalogue() if CAUSAL.search(message.string)]

    assert all("nichts" in text for text in said), said


def test_a_day_without_an_entry_is_never_called_headache_free():
    for message in catalogue():
        if "logged" in message.id and message.id:
            assert "eingetragen" in message.string or "Eingetragen" in message.string, message.id


# --- reading


def read(text):
    return Reader(
        "de",
        {
            "{0} started on {1}": "{0} ab {1}",
            "headache days": "Kopfschmerztage",
            "{0} to {1}": "{0} bis {1}",
            "{0} and {1}": "{0} und {1}",
            "{0} fewer": "{0} weniger",
        },
    ).reading(text)


@pytest.mark.parametrize(
    ("english", "german"),
    [
        ("Headache days", "Kopfschmerztage"),
        ("−7.0 to −1.2", "−7,0 bis −1,2"),
        ("Headache days ", "Kopfschmerztage"),
        ("8.2.6", "8.2.6"),
        ("1 – 28 Mar 2026", "1.–28.\xa0März 2026"),
        ("2.5 fewer; headache days: 3.0", "2,5 weniger; Kopfschmerztage: 3,0"),
        (
            "Xyz started on 1 May 2026, Abc 2.5 started on 2 May 2026 and Def started on 3 May 2026",
            "Xyz ab 1.\xa0Mai 2026, Abc 2.5 ab 2.\xa0Mai 2026 und Def ab 3.\xa0Mai 2026",
        ),
    ],
)
def test_a_text_is_read_as_form_or_list_and_a_name_stays_as_it_is(english, german):
    assert german == read(english).text


def test_letters_that_stay_are_counted():
    assert (0, 3, 11) == (read("2.5 fewer").left, read("Xyz started on 1 May 2026").left, read("Nobody knows").left)


@pytest.mark.parametrize(
    "text", ["a, b and c; d: e (f) of g. ", "x started on y and ", "1 to 2 to ", "(", "{0} and {1} "]
)
def test_a_text_that_is_made_to_be_hard_is_read_in_no_time(text):
    started = datetime.now()
    read((text * 1000)[:990])

    assert datetime.now() - started < timedelta(seconds=10)


SELDOM = [
    "Sleep: associated. Onset on 12 of 30 days with more of it 1 day before, and on 3 of 40 days with less; odds ratio "
    "2.10 for 1.5 more (95 % interval 1.20 to 3.90; q = 0.04).",
    "Headache days 20.0 → 9.0 per 28 (55.0 % fewer); moderate or severe days not known; HIT-6 64 → 58; MIDAS not "
    "recorded at both times; MPFID not recorded at both times.",
    "Baseline 57 headache days on 84 logged days; cycle 1 24 headache days on 84 logged days: 57.8 % fewer; cycle 2 18 "
    "headache days on 84 logged days: 68.4 % fewer, which the days that are missing could turn; there is no cycle 3 "
    "yet.",
    "Recorded, can be serious, and recorded as over: swallowing difficulty (21 Feb 2026, over on 1 Mar 2026), double "
    "vision (22 Feb 2026, over on 1 Mar 2026, called serious by a clinician) and voice change (1 Mar 2026, over on "
    "2 Mar 2026).",
    "nice-ta260 start: the verdict (met) changes under 4h (not met), any + ichd (cannot tell) (2 of 12 definitions "
    "cannot tell); changes under weeks 9-12 (met), best four weeks (met); cannot be told under any other baseline.",
    "Placebo in time (sham dates before treatment: 17): the same comparison gave changes from −0.7 to +0.7 headache "
    "days per 28 days (median 0.0). The change in cycle 1 was −7.3; sham changes that low or lower: 0 of 17.",
    "Regression to the mean: after a baseline of 19.0 days per 28 days, with 12.0 as the usual level (entered by the "
    "clinic), a change of −2.1 (r = 0.7), −1.4 (r = 0.8), −0.7 (r = 0.9) would be expected without any effect. The "
    "change that is reported is not corrected for this.",
    "At least 30 % fewer headache days than at baseline in cycle 1: yes, in cycle 2: cannot tell, in cycle 3: no, in "
    'cycle 4: cannot tell. "Stable" is read as at least 30 % fewer in each of the four: a convention of this program.',
]


@pytest.mark.parametrize("text", SELDOM)
def test_what_is_seldom_said_is_known_too(text):
    found = GERMAN.reading(text)

    assert found.left == (len("Sleep") if text.startswith("Sleep") else 0), found.text


# --- the pages

FIRST = date(2026, 3, 29)
SESSION = Treatment("me", "botulinum", "Botox", FIRST, amount=155, unit="U", sites=31)
SECOND = Treatment("me", "botulinum", "Botox", FIRST + timedelta(84), amount=155, unit="U", sites=31)
BEFORE = "1101110 1101100 1110110 1011010"
AFTER = "0100100 0010000 0100010 0010010 " * 3


def days(marks, **facts):
    return [DayLog(one.patient, one.date, one.headache, **facts) for one in logs("me", marks)]


def everything():
    """A diary in which much is recorded: days, doses, other treatment, periods, factors, side effects, scores."""
    found = [*logs("me", BEFORE + AFTER.replace("0100010", "01...10") + AFTER), SESSION, SECOND]
    found += [Dose("me", datetime(2026, 3, n, 9), "sumatriptan", medicine_class="triptan") for n in range(1, 28)]
    found += [Treatment("me", "preventive", "Topiramate", date(2026, 4, 20), date(2026, 5, 9), amount=50, unit="mg")]
    found += [Treatment("me", "botulinum", "Botox", date(2026, 5, 1), purpose="cosmetic", amount=20, unit="U")]
    found += [Injection(SECOND.treatment_id, "frontalis", side, 2, 10) for side in ("left", "right")]
    found += [AdverseEvent("me", date(2026, 4, 2), "swallowing difficulty", "mild", None)]
    found += [Score("me", FIRST, "hit6", 64), Score("me", FIRST, "phq9", 2, item="9"), Score("me", FIRST, "midas", 40)]
    found += [FactorChoice("me", "Zzz", date(2026, 3, 1))]
    return [*found, *(Factor("me", date(2026, 3, 1) + timedelta(n), "Zzz", n % 5) for n in range(150))]


DIARIES = {
    "fewer": lambda: [*logs("me", BEFORE + AFTER), SESSION],
    "no session": lambda: logs("me", BEFORE),
    "few days": lambda: [*logs("me", "1.0..1." * 4 + "..0.1.." * 12), SESSION],
    "near-daily": lambda: [*days("1" * 112, severity=3, minutes=600), SESSION],
    "everything": everything,
}

DETAILED = ("no session", "few days", "everything")
"""Diaries whose details differ most: working them out takes a second or two each."""

LOOKED_AT = [
    *((name, "/outcome") for name in DIARIES),
    *((name, "/outcome/details") for name in DETAILED),
    ("fewer", "/reports"),
]

NAMES = {"Botox", "Topiramate", "Zzz", "English"}
"""What a person wrote, which stays as it is; and the button that leads to the other language."""

ENGLISH = re.compile(
    r"\b(the|of|and|with|for|not|is|are|were|days?|weeks?|cycles?|fewer|more|than|cannot|tell|logged|baseline|headaches?"
    r"|sessions?|from|this|that|no|yes|met|units?|months?|severe|moderate|mild|interval|known|late|early)\b"
)
"""Words of small letters that are English and no German."""

PICTURES = ("blocks", "phases", "severity", "course", "medication", "calendar", "injections")


@pytest.fixture(scope="module")
def reader_at(tmp_path_factory):
    """Somebody who reads German, at the diary of that name."""

    @cache
    def opened(name):
        visitor = Visitor(tmp_path_factory.mktemp("told"), pages=PAGES)
        with visitor.diary() as diary:
            diary.record(Patient("me"), *DIARIES[name]())
        return visitor.send("/appearance", language="de")

    return opened


def english_on(page):
    assert 200 == page.code
    return sorted(text for text in Texts(page.html).said if ENGLISH.search(text))


@pytest.mark.parametrize(("name", "path"), LOOKED_AT)
def test_no_english_word_is_left_on_the_pages_of_the_answer(reader_at, name, path):
    assert [] == english_on(reader_at(name).get(path))


@pytest.mark.parametrize("name", DETAILED)
def test_what_is_marked_as_english_is_a_name(reader_at, name):
    marked = re.findall(r'<[a-z]+[^>]* lang="en"[^>]*>([^<]*)<', reader_at(name).get("/outcome/details").html)

    assert NAMES >= set(marked)


@pytest.mark.parametrize("name", DIARIES)
def test_what_every_rule_set_says_is_known_to_the_last_letter(reader_at, name):
    reader = reader_at(name)
    with reader.diary() as diary:
        result = reader.app.extensions["results"].of(diary, "me", Choice())
    said = result.findings.evidence.rule_sets["because"]

    assert {} == {text: found.text for text in said if (found := GERMAN.reading(text)).left}


@pytest.mark.parametrize("name", ["no session", "everything"])
def test_pictures_are_in_german_to_eyes_and_ears(reader_at, name):
    """A picture is outlines; each text stands beside its own as a comment."""
    reader = reader_at(name)
    html = reader.get("/outcome").html
    there = [name for name in PICTURES if f"/outcome/figure/{name}" in html]
    pages = {name: english_on(reader.get(f"/outcome/figure/{name}")) for name in there}
    svg = {name: reader.get(f"/outcome/chart/{name}.svg").html for name in there}
    drawn = {name: [text for text in re.findall("<!-- (.*?) -->", svg[name]) if ENGLISH.search(text)] for name in there}

    assert {name: [] for name in there} == pages == drawn


def test_the_same_picture_is_there_in_each_language(tmp_path):
    visitor = Visitor(tmp_path, pages=PAGES)
    with visitor.diary() as diary:
        diary.record(Patient("me"), *DIARIES["no session"]())
    said = {}
    for language in ("de", "en", "de"):
        visitor.send("/appearance", language=language)
        said.setdefault(language, set()).add(visitor.get("/outcome/chart/calendar.svg").html)

    assert "<!-- Tag im Monat -->" in str(said["de"])
    assert "<!-- day of the month -->" in str(said["en"])
    assert 1 == len(said["de"])


def test_numbers_and_dates_are_written_as_in_german(reader_at):
    page = reader_at("fewer").get("/outcome")

    assert (
        "In Zyklus 1 gab es weniger Kopfschmerztage: 7,0 je 28 Tage, gegenüber 18,0 in der Ausgangsphase." in page.text
    )
    assert "reicht von 15,9 weniger bis 4,9 weniger je 28 Tage" in page.text
    assert "−11,0 (−15,9 bis −4,9)" in page.text
    assert "1.–28.\xa0März 2026" in page.html


def test_a_definition_that_there_is_not_is_said_in_german(tmp_path):
    visitor = Visitor(tmp_path, pages=PAGES).send("/appearance", language="de")

    assert "Eine Definition 'anything' gibt es nicht." in visitor.get("/outcome?definition=anything").text
