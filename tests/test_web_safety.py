"""What keeps the page to the person it is for."""

import logging
import socket
import stat
import time
from datetime import date
from io import BytesIO

import pytest

from diary.model import DiaryError
from diary.web import server as web_server
from diary.web.secret import kept_secret
from tests.browser import Serving
from tests.web import Visitor

TODAY = "/log/2026-03-10/headache"
SECRET_WORDS = "a note that nobody else may read"


@pytest.fixture
def visitor(tmp_path):
    return Visitor(tmp_path)


@pytest.mark.parametrize("host", ["localhost", "localhost:8321", "127.0.0.1", "127.0.0.1:9000"])
def test_the_page_answers_to_the_names_of_this_machine_on_any_port(visitor, host):
    assert 200 == visitor.get("/", headers={"Host": host}).code


@pytest.mark.parametrize(
    "host",
    ["attacker.example", "attacker.example:8321", "localhost.attacker.example", "127.0.0.1.attacker.example", "[::2]"],
)
@pytest.mark.parametrize("path", ["/", "/healthz", "/static/style.css", "/no-such-page"])
def test_a_name_that_was_bound_to_this_machine_from_outside_is_refused(visitor, host, path):
    page = visitor.get(path, headers={"Host": host})

    assert 400 == page.code
    assert "Tuesday" not in page.html


def test_a_name_that_the_server_was_given_is_answered(tmp_path):
    visitor = Visitor(tmp_path, hosts=("diary.clinic.example",))

    assert 200 == visitor.get("/", headers={"Host": "diary.clinic.example"}).code
    assert 400 == visitor.get("/", headers={"Host": "localhost"}).code


@pytest.mark.parametrize("token", [None, "", "wrong", "ä"])
def test_nothing_is_written_without_the_token_of_the_session(visitor, token):
    visitor.get("/")
    data = {"headache": "mild"} | ({} if token is None else {"token": token})

    assert 400 == visitor.client.post(TODAY, data=data).status_code
    assert no_days(visitor)


def test_the_token_of_another_session_is_refused(tmp_path, visitor):
    other = Visitor(tmp_path).token()
    visitor.get("/")

    assert 400 == visitor.client.post(TODAY, data={"headache": "mild", "token": other}).status_code
    assert no_days(visitor)


def test_a_token_in_a_header_is_as_good_as_one_in_the_form(visitor):
    sent = visitor.client.post(TODAY, data={"headache": "mild"}, headers={"X-Token": visitor.token()})

    assert 303 == sent.status_code
    assert not no_days(visitor)


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://attacker.example"},
        {"Origin": "http://localhost:9999"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site", "Origin": "null"},
    ],
)
def test_a_form_from_another_site_is_refused_even_with_the_token(visitor, headers):
    data = {"headache": "mild", "token": visitor.token()}

    assert 400 == visitor.client.post(TODAY, data=data, headers=headers).status_code
    assert no_days(visitor)


@pytest.mark.parametrize(
    "headers", [{"Origin": "http://localhost"}, {"Origin": "null", "Sec-Fetch-Site": "same-origin"}, {}]
)
def test_a_form_of_the_page_itself_is_taken(visitor, headers):
    data = {"headache": "mild", "token": visitor.token()}

    assert 303 == visitor.client.post(TODAY, data=data, headers=headers).status_code


def test_every_answer_forbids_scripts_of_others_frames_guesses_and_keeping(visitor):
    for path in ("/", "/healthz", "/no-such-page"):
        headers = visitor.get(path).headers
        policy = dict(part.strip().split(" ", 1) for part in headers["Content-Security-Policy"].split(";"))
        assert ("'none'", "'self'", "'self'") == (policy["default-src"], policy["script-src"], policy["style-src"])
        assert ("'none'", "'none'", "'self'") == (policy["frame-ancestors"], policy["base-uri"], policy["form-action"])
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert ("nosniff", "DENY") == (headers["X-Content-Type-Options"], headers["X-Frame-Options"])
        assert ("no-store", "no-referrer") == (headers["Cache-Control"], headers["Referrer-Policy"])


def test_no_page_holds_a_script_or_a_style_of_its_own(visitor):
    page = visitor.send(TODAY, headache="severe").html

    assert "<style" not in page
    assert " style=" not in page
    assert " onclick=" not in page
    assert page.count("<script ") == page.count("<script src=") == page.count("</script>")


def test_nothing_on_a_page_is_fetched_from_elsewhere(visitor):
    assert "//" not in visitor.get("/").html.replace('xmlns="http://www.w3.org/2000/svg"', "")


def test_cookies_are_kept_from_scripts_and_from_other_sites(visitor):
    cookie = visitor.get("/").headers["Set-Cookie"]

    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie


def test_a_request_that_is_too_large_is_refused(visitor):
    token = visitor.token()
    visitor.app.config["MAX_CONTENT_LENGTH"] = 1000
    data = {"token": token, "file": (BytesIO(b"x" * 2000), "diary.csv")}

    sent = visitor.client.post(TODAY, data=data, content_type="multipart/form-data")

    assert 413 == sent.status_code
    assert "too large" in sent.get_data(as_text=True)


def test_a_form_field_without_end_is_refused_before_it_fills_the_memory(visitor):
    sent = visitor.client.post(TODAY, data={"token": visitor.token(), "note": "x" * (3 * 2**20)})

    assert 413 == sent.status_code


def test_a_fault_of_the_program_is_a_sentence_and_tells_nothing(visitor, caplog):
    @visitor.app.get("/fault")
    def fault():
        raise RuntimeError(SECRET_WORDS)

    page = visitor.client.get("/fault")

    assert 500 == page.status_code
    assert SECRET_WORDS not in page.get_data(as_text=True)
    assert "Traceback" not in page.get_data(as_text=True)
    assert SECRET_WORDS not in caplog.text
    assert "RuntimeError in " in caplog.text


def test_a_diary_that_cannot_be_read_is_a_sentence(visitor):
    @visitor.app.get("/fault")
    def fault():
        raise DiaryError("The diary is locked. Try again in a moment.")

    page = visitor.get("/fault")

    assert (400, True) == (page.code, "The diary is locked. Try again in a moment." in page.text)


def test_nothing_of_a_diary_is_in_a_log(visitor, caplog):
    caplog.set_level(logging.DEBUG)
    visitor.send(TODAY, headache="severe")
    visitor.send("/log/2026-03-10/taken", medicine="sumatriptan 50 mg")
    visitor.send("/log/2026-03-10/details", headache="yes", note=SECRET_WORDS)
    visitor.get("/no-such-page")

    assert [] == [record for record in caplog.records if not record.name.startswith("asyncio")]


def test_a_fault_in_the_server_leaves_its_kind_and_place_alone_in_the_log(caplog):
    logger = logging.getLogger("waitress")
    logger.addFilter(web_server.without_content)
    try:
        raise ValueError(SECRET_WORDS)
    except ValueError:
        logger.exception("Exception while serving %s", "/log/2026-03-10/headache")

    assert SECRET_WORDS not in caplog.text
    assert "2026-03-10" not in caplog.text
    assert "ValueError in " in caplog.text


def test_health_is_told_without_looking_at_the_diary(visitor):
    visitor.send(TODAY, headache="severe")

    assert "ok" == visitor.get("/healthz").html


def test_to_look_at_a_page_changes_nothing(visitor):
    for path in (TODAY, "/log/2026-03-10/undo", "/appearance"):
        assert 405 == visitor.get(path).code
    assert no_days(visitor)


def test_the_choice_of_a_theme_leads_back_to_this_page_and_nowhere_else(visitor):
    token = visitor.token()
    for back, to in (("/month", "/month"), ("https://attacker.example/", "/"), ("//attacker.example", "/")):
        sent = visitor.client.post("/appearance", data={"token": token, "theme": "light", "back": back})
        assert to == sent.headers["Location"]
    assert 'data-theme="light"' in visitor.get("/").html


def test_the_secret_of_a_clinic_is_kept_and_nobody_else_can_read_it(tmp_path):
    secret = kept_secret(tmp_path / "data")

    assert secret == kept_secret(tmp_path / "data")
    assert len(secret) == 64
    assert 0o600 == stat.S_IMODE((tmp_path / "data" / "page.secret").stat().st_mode)


def test_a_secret_that_others_can_read_is_not_used(tmp_path):
    kept_secret(tmp_path)
    (tmp_path / "page.secret").chmod(0o644)

    with pytest.raises(DiaryError, match="chmod 600"):
        kept_secret(tmp_path)


def test_a_request_that_is_sent_by_half_is_given_up(tmp_path, monkeypatch):
    monkeypatch.setattr(web_server, "PATIENCE", 1)
    monkeypatch.setattr(web_server, "LOOK_ROUND", 1)
    serving = Serving(tmp_path)
    with socket.create_connection(("127.0.0.1", int(serving.url.rsplit(":", 1)[1])), timeout=15) as half:
        half.sendall(b"POST /log/2026-03-10/headache HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100\r\n\r\nhead")
        began = time.monotonic()
        rest = half.recv(1000)
    serving.stop()

    assert time.monotonic() - began < 10
    assert b"200" not in rest


def no_days(visitor):
    with visitor.diary() as diary:
        return diary.day("me", date(2026, 3, 10)) is None
