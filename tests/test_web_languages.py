"""The pages in other languages: the catalogues are complete and compiled, and a page is in one language throughout."""

import re
from configparser import ConfigParser
from datetime import date, datetime
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po
from werkzeug.exceptions import NotFound
from werkzeug.routing import RequestRedirect

import analysis.pages
import diary.web
from analysis.charts.tap_map import tap_map
from analysis.pages import PAGES
from analysis.pages.choice import DEFAULT_RULES
from analysis.pages.verdicts import Verdict, in_words
from diary.model import AdverseEvent, Attack, Consultation, DayLog, Dose, Injection, Patient, Score, Treatment
from diary.web.languages import LANGUAGES
from tests.browser import Serving, opened, small_targets, too_wide
from tests.web import NOW, Visitor

RECORD, ANSWER = Path(diary.web.__file__).parent, Path(analysis.pages.__file__).parent
SOURCES = {RECORD: [RECORD], ANSWER: [ANSWER, ANSWER.parent / "templates"]}
"""The folder of each catalogue, with those whose texts it holds."""

OTHERS = [code for code in LANGUAGES if code != "en"]
HOLE = re.compile(r"%\((\w+)\)([sd])")
FIX = "Run `make translations`, translate what is new in the catalogue, and run it again."

catalogues = pytest.mark.parametrize("folder", SOURCES, ids=lambda folder: folder.name)
languages = pytest.mark.parametrize("code", OTHERS)


def texts_in(folder):
    """What the pages say: each text, with its plural where it has one."""
    config = ConfigParser()
    config.read(RECORD.parent.parent / "babel.cfg")
    methods = [(pattern, method) for method, pattern in (name.split(": ") for name in config.sections())]
    for source in SOURCES[folder]:
        found = extract_from_dir(source, methods, keywords=DEFAULT_KEYWORDS | {"N_": None})
        yield from (text for _, _, text, _, _ in found)


def file_of(folder, code, ending):
    return folder / "translations" / code / "LC_MESSAGES" / f"messages.{ending}"


def read(folder, code):
    with file_of(folder, code, "po").open("rb") as file:
        return read_po(file, locale=code)


def messages(folder, code):
    return [message for message in read(folder, code) if message.id]


def forms(text):
    return [text] if isinstance(text, str) else list(text)


# --- the catalogues


@catalogues
@languages
def test_every_text_of_the_pages_is_in_the_catalogue_and_no_other(folder, code):
    assert set(texts_in(folder)) == {message.id for message in messages(folder, code)}, FIX


@catalogues
@languages
def test_every_text_is_translated_in_each_of_its_numbers(folder, code):
    open_ = [message.id for message in messages(folder, code) if message.fuzzy or not all(forms(message.string))]

    assert [] == open_
    assert all(len(forms(one.string)) == 2 for one in messages(folder, code) if one.pluralizable)


@catalogues
@languages
def test_a_translation_has_the_holes_of_its_text(folder, code):
    """That of one thing may leave out the number: "One day is open"."""
    for message in messages(folder, code):
        wanted = [set(HOLE.findall(text)) for text in forms(message.id)]
        given = [set(HOLE.findall(text)) for text in forms(message.string)]
        assert wanted[-1] == given[-1], message.id
        assert {("num", "s"), ("num", "d")} >= wanted[-1] ^ given[0], message.id


@catalogues
@languages
def test_the_compiled_catalogue_says_what_the_written_one_says(folder, code):
    compiled = BytesIO()
    write_mo(compiled, read(folder, code))
    compiled.seek(0)
    with file_of(folder, code, "mo").open("rb") as file:
        there = read_mo(file)

    assert told(read_mo(compiled)) == told(there), FIX


def told(catalogue):
    return {tuple(forms(message.id)): message.string for message in catalogue if message.id}


@languages
def test_a_text_that_two_catalogues_hold_is_the_same_in_both(code):
    record, answer = ({one.id: one.string for one in messages(folder, code)} for folder in SOURCES)

    assert [] == [text for text in record.keys() & answer.keys() if record[text] != answer[text]]


# --- which language


@pytest.fixture
def visitor(tmp_path):
    return Visitor(tmp_path, pages=PAGES)


@pytest.mark.parametrize(
    ("asked", "code"),
    [("de-AT,de;q=0.9,en;q=0.5", "de"), ("en-GB,de;q=0.8", "en"), ("fr,de;q=0.5", "de"), ("fr", "en"), ("", "en")],
)
def test_the_browser_asks_for_a_language(visitor, asked, code):
    assert f'<html lang="{code}"' in visitor.get("/", headers={"Accept-Language": asked}).html


def test_the_language_that_was_chosen_goes_before_the_one_that_is_asked_for(visitor):
    visitor.send("/appearance", language="de")

    assert '<html lang="de"' in visitor.get("/", headers={"Accept-Language": "en"}).html
    assert "Weiß ich nicht" in visitor.text


def test_a_language_that_there_is_not_is_never_chosen(visitor):
    visitor.send("/appearance", language="fr")
    assert '<html lang="en"' in visitor.get("/").html

    visitor.client.set_cookie("migraine-language", "../../fr")
    assert '<html lang="en"' in visitor.get("/").html


def test_language_and_theme_stay_for_a_year_and_outlast_the_session(visitor):
    token = visitor.token()
    sent = visitor.client.post("/appearance", data={"token": token, "theme": "light", "language": "de"})
    visitor.client.delete_cookie("migraine")

    assert ["migraine-theme=light", "migraine-language=de"] == [
        cookie.partition(";")[0] for cookie in sent.headers.getlist("Set-Cookie")
    ]
    for cookie in sent.headers.getlist("Set-Cookie"):
        assert "Max-Age=31536000; HttpOnly; Path=/; SameSite=Strict" in cookie
    assert '<html lang="de" data-theme="light"' in visitor.get("/").html


# --- what a page says


FACTS = (
    DayLog("me", date(2026, 3, 9), headache=True, severity=2, minutes=210, nausea=True, light=False, acute=True),
    DayLog("me", date(2026, 3, 8), headache=False, acute=False, menses=True, note="-"),
    Dose("me", datetime(2026, 3, 9, 8, 30), "Naratriptan", medicine_class="triptan", amount=2.5, unit="mg"),
    Dose("me", datetime(2026, 3, 9, 9), "Xyz", amount=1, unit="tablets"),
    Attack("me", datetime(2026, 3, 7, 22, 30), datetime(2026, 3, 8, 4), severity=3, kind="migraine", aura=True),
    Treatment("me", "botulinum", "Botox", date(2026, 1, 5), amount=12.5, unit="U", sites=1, treatment_id="S1"),
    Injection("S1", "procerus", "midline", 1, 12.5),
    Treatment("me", "preventive", "Topiramate", date(2026, 1, 5), date(2026, 2, 5), amount=12.5, unit="mg",
              reason="side effects: -", treatment_id="T1"),
    Score("me", date(2026, 3, 1), "hit6", 60),
    AdverseEvent("me", date(2026, 1, 7), "eyelid ptosis", "mild", None, "S1"),
    Consultation("me", date(2026, 1, 5), "decision", "continue"),
)  # fmt: skip


def reader_in_german(folder):
    """A diary with a little of everything, and its reader in German. Of the answer only the map to tap is there."""
    visitor = Visitor(folder)
    visitor.app.extensions["sites"] = tap_map()
    with visitor.diary() as diary:
        diary.record(Patient("me"), *FACTS)
    return visitor.send("/appearance", language="de")


@pytest.fixture
def german(tmp_path):
    return reader_in_german(tmp_path)


@pytest.fixture(scope="module")
def shelf(tmp_path_factory):
    """The folder of such a diary, and what is said on every page of it, by address."""
    folder = tmp_path_factory.mktemp("german")
    return folder, dict(every_page(reader_in_german(folder)))


class Texts(HTMLParser):
    """What a page says, to eyes and ears, except where it says that it is English; and where its links lead."""

    VOID = frozenset(("meta", "link", "input", "br", "path", "rect"))
    SAID = frozenset(("aria-label", "title", "placeholder", "alt", "data-text"))

    def __init__(self, html):
        super().__init__()
        self.said, self.links, self._english = set(), [], []
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        english = given.get("lang") == "en" or bool(self._english and self._english[-1])
        if tag not in self.VOID:
            self._english.append(english)
        if not english:
            self.said |= {given[name] for name in self.SAID & given.keys()}
        if "href" in given:
            self.links.append(given["href"])

    def handle_endtag(self, tag):
        if tag not in self.VOID:
            self._english.pop()

    def handle_data(self, data):
        if not (self._english and self._english[-1]):
            self.said.add(" ".join(data.split()))


def every_page(visitor):
    """Of each kind of page that links lead to the first one, with what it says."""
    adapter, seen, waiting = visitor.app.url_map.bind("localhost"), {"static", "treatments.site_styles"}, ["/"]
    for path in waiting:
        try:
            endpoint, _ = adapter.match(path, method="GET")
        except (NotFound, RequestRedirect):
            continue
        if endpoint not in seen:
            seen.add(endpoint)
            texts = Texts(visitor.get(path).html)
            assert 200 == visitor.code, path
            yield path, texts.said
            waiting += [urlsplit(link).path for link in texts.links]


def left_in_english(found, code="de"):
    """The texts of the catalogues that stand on a page as they are in English."""
    known = [message for folder in SOURCES for message in messages(folder, code)]
    pairs = [pair for one in known for pair in zip(forms(one.id), forms(one.string), strict=True)]
    ours = [text for text, there in pairs if text != there and text not in {there for _, there in pairs}]
    plain = {text for text in ours if not HOLE.search(text)}
    formed = [text for text in ours if HOLE.search(text) and len(re.findall("[a-z]{2,}", HOLE.sub("", text))) > 1]
    patterns = [re.compile(".+".join(map(re.escape, HOLE.sub("\0", text).split("\0")))) for text in formed]
    return sorted(text for text in found if text in plain or any(pattern.fullmatch(text) for pattern in patterns))


def test_a_page_in_german_has_no_english_text_of_the_catalogue(shelf):
    _, pages = shelf

    assert len(pages) > 15
    assert {} == {path: english for path, found in pages.items() if (english := left_in_english(found))}


def test_an_english_text_on_a_german_page_would_be_found():
    assert ["5 more files wait:", "Side effects"] == left_in_english({"Side effects", "5 more files wait:", "Name"})


def test_dates_and_numbers_are_written_as_in_german(german):
    assert "Montag, 9. März" in german.get("/day/2026-03-09").text
    assert "Naratriptan 2,5 mg um 08:30" in german.text
    assert "Xyz 1 Tabletten um 09:00" in german.text
    assert "Kopfschmerzen, mittel, Übelkeit, nein: lichtempfindlich, 3,5 Std." in german.text
    assert "März 2026" in german.get("/month").text
    assert "Mo Montag Di Dienstag" in german.text
    assert "Sa. 7. März 2026, 22:30 bis So. 8. März 2026, 04:00 (5,5 Std.)" in german.get("/attacks").text
    assert (
        "Topiramate 12,5 mg, 5. Jan. 2026 bis 5. Feb. 2026, beendet: Nebenwirkungen: -"
        in german.get("/treatments").text
    )


def test_one_thing_and_several_have_their_own_words(german):
    assert "12,5 E an 1 Stelle" in german.get(link_to(german, "/treatments", "5. Jan. 2026")).text
    assert "3 Kopfschmerztage; 3 von 10 Tagen sind eingetragen." in german.get("/month").text


def link_to(visitor, path, words):
    return re.search(rf'href="([^"]+)">{re.escape(words)}', visitor.get(path).html)[1]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_form_that_is_sent_as_it_came_changes_nothing(german, language):
    """A number is written with the comma or point of the language, and read again."""
    german.send("/appearance", language=language)
    path = link_to(german, "/treatments", "5. Jan. 2026" if language == "de" else "5 Jan 2026")
    before = dict(stored_doses(german))
    corrected = re.search(r'href="(/treatments/preventive/[^"#]+)"', german.get("/treatments").html)[1]

    german.send(corrected, fields(german.get(corrected).html))
    german.send(path + "/details", fields(german.get(path + "/details").html))

    assert before == dict(stored_doses(german))


def stored_doses(visitor):
    with visitor.diary() as diary:
        return [(one.product, (one.amount, one.unit, one.end, one.reason)) for one in diary.treatments("me")]


def fields(html):
    """What a form holds: lines and menus."""
    lines = re.findall(r'<input id="([^"]+)" name="[^"]+" type="\w+" value="([^"]*)"', html)
    menus = re.findall(r'<select id="([^"]+)".*?<option value="([^"]+)" selected', html, re.DOTALL)
    return dict(lines) | dict(menus)


def test_the_verdicts_in_the_list_of_patients_are_in_the_language_of_the_page(visitor):
    found = Verdict(f"{DEFAULT_RULES} start", "cannot tell")
    with visitor.app.test_request_context(headers={"Cookie": "migraine-language=de"}):
        assert in_words(found).endswith("lässt sich nicht sagen")
    with visitor.app.test_request_context():
        assert "start: cannot tell" == in_words(found)


def test_an_hour_is_read_with_a_comma(german):
    assert "3,5 Std." in german.send("/log/2026-03-10/hours", other="3,5").text


# --- in a real browser


@pytest.mark.browser
def test_german_is_chosen_without_scripts_and_stays(chromium, tmp_path):
    serving = Serving(tmp_path)
    with opened(chromium, serving.url, java_script_enabled=False) as page:
        page.get_by_text("More", exact=True).click()
        page.get_by_role("button", name="Deutsch").click()
        page.get_by_role("heading", name="Heute").first.wait_for()
        page.get_by_text("Mehr", exact=True).click()
        page.get_by_role("link", name="Nebenwirkungen").click()
        page.get_by_role("heading", name="Nebenwirkungen").wait_for()
    serving.stop()


@pytest.mark.browser
def test_no_german_word_is_wider_than_a_small_phone(chromium, shelf):
    folder, paths = shelf
    serving = Serving(folder, now=NOW.timestamp)
    serving.app.extensions["sites"] = tap_map()
    with opened(chromium, serving.url, {"width": 320, "height": 700}) as page:
        page.context.add_cookies([{"name": "migraine-language", "value": "de", "url": serving.url}])
        faults = {path: found for path in paths if (found := narrow(page, serving.url + path))}
    serving.stop()

    assert {} == faults


SPILLING = """() => [...document.querySelectorAll("button, .button, .menu, summary, label, legend, th, td, h1, h2, p")]
    .filter(one => one.checkVisibility() && one.clientWidth > 1 && one.scrollWidth > one.clientWidth + 1)
    .map(one => `${one.innerText.slice(0, 40)}: ${one.scrollWidth - one.clientWidth} px`)"""
"""What is wider than its place, the words of a button above all."""


def narrow(page, url):
    page.goto(url)
    page.evaluate("for (const one of document.querySelectorAll('main details')) one.open = true")
    wider = too_wide(page)
    return [*page.evaluate(SPILLING), *small_targets(page), *([f"{wider} px too wide"] if wider else [])]
