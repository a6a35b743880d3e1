"""The page of a clinic: who gets in, who sees what, and that all of it is noted."""

import re
import shutil
from datetime import date, datetime, timedelta

import pytest
from argon2 import PasswordHasher

from analysis.pages import PAGES
from diary import passwords
from diary.accounts import Accounts
from diary.database import Database
from diary.facts import CLASSES, key_of
from diary.model import AdverseEvent, Attack, Batch, Consultation, DayLog, Dose, Score, Treatment, identity
from diary.store import Store
from diary.web import create_app
from diary.web.access import ADMIN, CLINICIAN, PATIENT
from tests.begun import begin_blank
from tests.browser import DESK, PHONE, Serving, faults, opened, turning
from tests.web import NOW, Visitor, app_of

GOOD, OTHER = "correct horse battery", "staple of another kind"
PEOPLE = (("root", ADMIN, None), ("anna", CLINICIAN, None), ("p1", PATIENT, "P-001"), ("p2", PATIENT, "P-002"))
SECRET = "a note of the second patient"
FIRST_PASSWORD = re.compile(r"<code>([^<]+)</code>")


def facts_of(patient, note):
    day = date(2026, 3, 9)
    return (
        DayLog(patient, day, headache=True, severity=2, note=note),
        Attack(patient, datetime(2026, 3, 9, 8), datetime(2026, 3, 9, 12), note=note),
        Dose(patient, datetime(2026, 3, 9, 9), "Sumatriptan", medicine_class="triptan"),
        Treatment(patient, "botulinum", "Botox", date(2025, 12, 1), amount=155, note=note),
        Treatment(patient, "preventive", "Topiramate", date(2025, 6, 1), amount=50, unit="mg", note=note),
        Score(patient, day, "hit6", 64),
        AdverseEvent(patient, day, "neck pain", note=note),
        Consultation(patient, day, "goal", "to dance again", note=note),
    )


class Person(Visitor):
    """A visitor of a clinic's page."""

    form = "/account"

    def __init__(self, app):
        self.app, self.client = app, app.test_client()
        self.code, self.html, self.headers, self.path = 0, "", {}, ""

    def log_in(self, name, password=GOOD, **options):
        return self.get("/login").send("/login", name=name, password=password, **options)

    def choose(self, code):
        return self.get("/patients").send("/patients/choose", patient=code)

    @property
    def cookie(self):
        with self.client.session_transaction() as session:
            return dict(session)


class Clinic:
    """The clinic that :func:`begin` wrote, and its clock."""

    def __init__(self, location):
        self.at = NOW.timestamp()
        self.location = location
        self.app = app_of(location, clinic=True, pages=PAGES, now=lambda: self.at)
        self.accounts = self.app.extensions["access"].accounts

    def after(self, **time):
        self.at += timedelta(**time).total_seconds()

    def nobody(self):
        return Person(self.app)

    def person(self, name):
        """Who has logged in, and has not looked at a page yet."""
        return self.nobody().log_in(name, follow_redirects=False)

    def noted(self, **wanted):
        found = reversed(self.accounts.accesses(**wanted))
        return [(one.user, one.action, one.patient, one.what) for one in found]


@pytest.fixture(scope="module", autouse=True)
def _cheap_hashes():
    """Argon2id with parameters that do not slow the tests down."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        passwords._nobody.cache_clear()
        yield


def begin(location):
    """Write a clinic with an admin, a clinician and two patients to a place where there is no diary yet."""
    database = Database(location)
    accounts, store = Accounts(database, NOW.timestamp), Store(database)
    for name, role, patient in PEOPLE:
        accounts.add(name, role, GOOD, patient=patient)
    store.record(*facts_of("P-001", "a note of the first patient"), *facts_of("P-002", SECRET))
    theirs = DayLog("P-002", date(2026, 3, 1), headache=True, note=SECRET, source="app")
    store.add(Batch(days=(theirs,)), layout="app", file_name=f"{SECRET}.csv")
    database.close()


@pytest.fixture(scope="module")
def begun(tmp_path_factory):
    """The file of such a clinic, to be copied."""
    path = tmp_path_factory.mktemp("begun") / "diary.sqlite"
    begin(str(path))
    return path


@pytest.fixture
def clinic(location, begun):
    if "://" in location:
        begin_blank(location)
        begin(location)
    else:
        shutil.copy(begun, location)
    made = Clinic(location)
    yield made
    made.app.extensions["access"].database.close()


# --- getting in and out


def test_nobody_gets_further_than_the_login(clinic):
    visitor = clinic.nobody().get("/")

    assert ("/login", 200) == (visitor.path, visitor.code)
    assert "Diary" not in visitor.text
    assert clinic.nobody().get("/no-such-page").path == "/login"


@pytest.mark.parametrize(("name", "first"), [("anna", "/patients"), ("root", "/users"), ("p1", "/")])
def test_whoever_logs_in_comes_to_what_is_theirs(clinic, name, first):
    person = clinic.nobody().log_in(name)

    assert (first, 200) == (person.path, person.code)
    assert first == person.get("/login").path


@pytest.mark.parametrize(("name", "password"), [("anna", OTHER), ("nobody", GOOD), ("", "")])
def test_a_login_that_fails_does_not_tell_why(clinic, name, password):
    person = clinic.nobody().log_in(name, password)

    assert 401 == person.code
    assert "The name and the password do not fit together. Check both, and try again." in person.text
    assert "login" not in person.cookie


def test_too_many_attempts_have_to_wait_and_the_page_says_how_long(clinic):
    for _ in range(5):
        clinic.nobody().log_in("anna", OTHER)
    person = clinic.nobody().log_in("anna", GOOD)

    assert 429 == person.code
    assert "There were too many attempts. Try again in 30 seconds." in person.text
    clinic.after(seconds=31)
    assert "/patients" == person.log_in("anna").path


def test_a_login_begins_with_a_new_cookie_and_a_new_token(clinic):
    person = clinic.nobody().get("/login")
    with person.client.session_transaction() as session:
        session.update(patient="P-002")
    token = person.token()

    person.log_in("anna")

    assert token != person.token()
    assert person.cookie.get("patient") is None


def test_the_cookie_is_for_this_site_alone_and_with_tls_goes_no_other_way(clinic, tmp_path):
    plain = clinic.nobody().client.get("/login").headers["Set-Cookie"]
    app = create_app(str(tmp_path / "tls.sqlite"), clinic=True, tls=True)
    safe = app.test_client().get("/login", base_url="https://localhost").headers["Set-Cookie"]

    assert plain.startswith("migraine=")
    assert "HttpOnly; Path=/; SameSite=Strict" in plain
    assert "Secure" not in plain
    assert safe.startswith("__Host-migraine=")
    assert "Secure; HttpOnly; Path=/; SameSite=Strict" in safe


def test_a_cookie_that_was_copied_is_worth_nothing_after_the_logout(clinic):
    person = clinic.person("anna")
    copied = person.client.get_cookie("migraine").value

    person.send("/logout")

    assert "You are logged out." in person.text
    thief = clinic.nobody()
    thief.client.set_cookie("migraine", copied)
    assert "/login" == thief.get("/patients").path


def test_a_session_ends_by_itself(clinic):
    person = clinic.person("p1")
    clinic.after(minutes=29)
    assert "/" == person.get("/").path
    clinic.after(minutes=31)
    assert "/login" == person.get("/").path


def test_what_is_sent_after_the_session_has_ended_is_not_done(clinic):
    person = clinic.person("p1").get("/")
    clinic.after(hours=1)
    person.send("/log/2026-03-10/headache", headache="mild")

    assert 401 == person.code
    assert "Please log in. Nothing was changed." in person.text
    assert "/login" == person.headers["HX-Redirect"]


def test_a_part_of_a_page_is_never_exchanged_for_the_login(clinic):
    answer = clinic.nobody().client.get("/month", headers={"HX-Request": "true"})

    assert (401, "/login") == (answer.status_code, answer.headers["HX-Redirect"])


def test_a_start_of_the_program_forgets_the_chosen_patient_and_keeps_the_login(clinic):
    apps = [create_app(clinic.location, clinic=True, secret="kept", now=lambda: clinic.at) for _ in "ab"]
    before, after = map(Person, apps)
    before.log_in("anna").choose("P-001")
    after.client.set_cookie("migraine", before.client.get_cookie("migraine").value)

    assert "Diary of P-001" in before.get("/").text
    assert ("/patients", 200) == (after.get("/").path, after.code)
    for app in apps:
        app.extensions["access"].database.close()


# --- passwords


def change(person, old=GOOD, new=OTHER, again=OTHER):
    return person.get("/account").send("/account/password", old=old, new=new, again=again)


def test_a_person_changes_their_password_and_is_out_everywhere_else(clinic):
    here, there = clinic.person("anna"), clinic.person("anna")

    assert "The password is changed." in change(here).text
    assert "/patients" == here.get("/patients").path
    assert "/login" == there.get("/patients").path
    assert "/patients" == clinic.nobody().log_in("anna", OTHER).path


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"old": "wrong"}, "This is not your password."),
        ({"new": "short"}, "This is shorter than 12 characters."),
        ({"new": "I am anna, I am"}, "Your name is in it."),
        ({"new": "password1234"}, "one of those that are guessed first"),
        ({"again": "something else"}, "The two are not the same."),
    ],
)
def test_what_is_wrong_with_a_new_password_stands_beside_the_field(clinic, said, sentence):
    person = change(clinic.person("anna"), **said)

    assert 422 == person.code
    assert sentence in person.text
    assert 'aria-invalid="true"' in person.html
    assert clinic.person("anna").get("/account").path == "/account"


def test_a_password_that_an_admin_gave_is_changed_before_anything_else(clinic):
    root = clinic.person("root").send("/users", name="bert", role="clinician")
    given = FIRST_PASSWORD.search(root.html)[1]
    bert = clinic.nobody().log_in("bert", given)

    assert "/account" == bert.path
    assert "/account" == bert.get("/patients").path
    assert "/patients" == change(bert, given).path


# --- users, for admins


def test_an_admin_adds_a_patient_whose_password_is_shown_once(clinic):
    root = clinic.person("root").send("/users", name="P3", role="patient", patient="P-003")
    given = FIRST_PASSWORD.search(root.html)[1]

    assert given not in root.get("/users").html
    person = change(clinic.nobody().log_in("p3", given), given)
    assert ("/", 200) == (person.path, person.code)


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"name": "", "role": "admin"}, "The name is empty."),
        ({"name": "anna", "role": "admin"}, "There is a user &#39;anna&#39; already."),
        ({"name": "bert", "role": "king"}, "This is not one of the choices."),
        ({"name": "bert", "role": "patient"}, "Whose diary it is, is not said."),
    ],
)
def test_what_is_wrong_with_a_new_user_stands_beside_the_field(clinic, said, sentence):
    root = clinic.person("root").send("/users", said)

    assert 422 == root.code
    assert sentence in root.html
    assert 4 == len(clinic.accounts.all())


def test_an_admin_disables_enables_and_gives_a_new_password(clinic):
    root, anna = clinic.person("root"), clinic.person("anna")

    assert "anna can no longer log in." in root.send("/users/disable", name="anna").text
    assert "/login" == anna.get("/patients").path
    assert "anna can log in again." in root.send("/users/enable", name="anna").text
    given = FIRST_PASSWORD.search(root.send("/users/password", name="anna").html)[1]
    assert "/account" == anna.log_in("anna", given).path


def test_an_admin_does_not_lock_themselves_out(clinic):
    root = clinic.person("root").send("/users/disable", name="root")

    assert "This is your own account." in root.text
    assert 404 == root.send("/users/disable", name="nobody").code


# --- patients, for clinicians


def test_the_list_says_who_is_due_how_much_is_logged_and_no_verdict_without_the_analysis(clinic):
    clinic.app.extensions.pop("verdicts", None)
    text = clinic.person("anna").get("/patients").text

    assert "2 of 2 patients" in text
    assert "P-001 1 Dec 2025 23 Feb 2026 15 days overdue 1 of 28 —" in text


def test_the_verdicts_are_those_of_the_analysis(clinic):
    clinic.app.extensions["verdicts"] = lambda codes: {code: f"verdict on {code}" for code in codes}

    assert "verdict on P-002" in clinic.person("anna").get("/patients").text


def test_the_list_can_be_searched_without_a_code_in_an_address(clinic):
    anna = clinic.person("anna").send("/patients", search="002")

    assert "1 of 2 patients" in anna.text
    assert "P-001" not in anna.text
    assert "No patient has such a code." in anna.send("/patients", search="nobody").text


def test_a_clinician_chooses_a_patient_who_then_stands_on_every_page(clinic):
    anna = clinic.person("anna")
    assert "/patients" == anna.get("/month").path

    anna.choose("P-002")
    assert ("/", 200) == (anna.path, anna.code)
    for path in ("/", "/month", "/treatments", "/account"):
        assert "Diary of P-002" in anna.get(path).text
    assert 404 == anna.get("/patients").send("/patients/choose", patient="P-404").code


def test_a_form_that_was_opened_for_one_patient_is_not_taken_for_another(clinic):
    anna = clinic.person("anna").choose("P-001")
    form = anna.get("/").token()
    anna.choose("P-002")

    answer = anna.client.post("/log/2026-03-10/headache", data={"token": form, "headache": "severe"})

    assert 400 == answer.status_code
    with Store.open(clinic.location) as store:
        assert (None, None) == tuple(store.day(code, date(2026, 3, 10)) for code in ("P-001", "P-002"))


def test_a_new_patient_begins_and_is_opened(clinic):
    anna = clinic.person("anna").send("/patients/new", code=" P-014 ")

    assert "The diary of P-014 begins here." in anna.text
    assert "Diary of P-014" in anna.text
    assert ("anna", "write", None, "patients.new") in clinic.noted()


@pytest.mark.parametrize(
    ("code", "sentence"),
    [(" ", "The code is empty."), ("P-001", "a patient with this code already"), ("x" * 65, "too long for a code")],
)
def test_what_is_wrong_with_a_new_code_stands_beside_the_field(clinic, code, sentence):
    anna = clinic.person("anna").send("/patients/new", code=code)

    assert 422 == anna.code
    assert sentence in anna.text


# --- who may what: every route of the application, so that a new one cannot forget it

OPEN = {"static", "healthy", "icon", "appearance.choose", "accounts.login"}
EVERYBODY = {"accounts.index", "accounts.password", "accounts.logout", "treatments.site_styles"}
"""What everybody may who has logged in: nothing of a diary is in it."""
ADMINS = {"accounts.users", "accounts.add", "accounts.disable", "accounts.enable", "accounts.reset", "accounts.trail"}
CLINICIANS = {"patients.index", "patients.choose", "patients.new"}
ROLES = {"root": ADMIN, "anna": CLINICIAN, "p1": PATIENT}
ARGUMENTS = {"day": "2026-03-09", "year": 2026, "month": 3, "kind": "attacks", "filename": "style.css", "code": "hit6"}


def allowed(endpoint, role):
    """Whether the role may use the route; of one that is not named here, only patients and clinicians may."""
    if endpoint in OPEN | EVERYBODY or endpoint.endswith(".static"):
        return True
    if endpoint in ADMINS:
        return role == ADMIN
    if endpoint in CLINICIANS:
        return role == CLINICIAN
    return role in (PATIENT, CLINICIAN)


def requests_of(app, **arguments):
    """Endpoint, method and path of every route; logging in and out have tests of their own."""
    with app.test_request_context():
        for rule in app.url_map.iter_rules():
            values = {name: (ARGUMENTS | arguments).get(name, "1") for name in rule.arguments}
            for method in sorted(rule.methods & {"GET", "POST", "PUT", "PATCH", "DELETE"}):
                if rule.endpoint not in ("accounts.login", "accounts.logout"):
                    yield rule.endpoint, method, app.url_for(rule.endpoint, **values)


def ask(person, token, method, path, **data):
    """The answer to a request; what the answer has still to send is let go of."""
    answer = person.client.open(path, method=method, data={"token": token, **data} if method != "GET" else None)
    text = answer.get_data(as_text=True)
    answer.close()
    return answer, text


def test_nobody_is_answered_anything_but_the_login(clinic):
    visitor = clinic.nobody().get("/login")
    token, wrong = visitor.token(), []
    for endpoint, method, path in requests_of(clinic.app):
        answer, _ = ask(visitor, token, method, path)
        wanted = (303, "/login") if method == "GET" else (401, None)
        if endpoint not in OPEN and wanted != (answer.status_code, answer.headers.get("Location")):
            wrong.append((endpoint, method, answer.status_code))

    assert [] == wrong


@pytest.mark.parametrize("name", ROLES)
def test_every_route_is_answered_to_the_roles_that_may_use_it_alone(clinic, name):
    person = clinic.person(name)
    if name == "anna":
        person.choose("P-001")
    token, wrong = person.get("/account").token(), []
    for endpoint, method, path in requests_of(clinic.app):
        answer, _ = ask(person, token, method, path)
        refused = answer.status_code in (401, 403)
        if refused == allowed(endpoint, ROLES[name]) or answer.status_code >= 500:
            wrong.append((endpoint, method, answer.status_code))

    assert [] == wrong


@pytest.mark.parametrize("name", ["root", "p1"])
def test_nothing_of_another_patient_is_shown_or_changed(clinic, name):
    with Store.open(clinic.location) as store:
        theirs = store.batch("P-002")
    person = clinic.person(name)
    token, shown = person.get("/account").token(), []
    facts = [fact for kind in CLASSES for fact in getattr(theirs, kind)]
    for fact in facts:
        known = identity(*key_of(fact))
        for endpoint, method, path in requests_of(clinic.app, name=known):
            if endpoint in ADMINS | OPEN or (known not in path and fact is not facts[0]):
                continue
            _, text = ask(person, token, method, path, name=known, patient="P-002", code="P-002")
            if SECRET in text or "P-002" in text:
                shown.append((endpoint, method))

    assert [] == shown
    with Store.open(clinic.location) as store:
        assert theirs == store.batch("P-002")


def test_a_patient_cannot_choose_another_by_the_cookie(clinic):
    person = clinic.person("p1")
    with person.client.session_transaction() as session:
        session["patient"] = "P-002"

    assert SECRET not in person.get("/day/2026-03-09").html
    assert "P-002" not in person.html


# --- the trail


def test_every_page_of_a_diary_that_is_opened_is_noted(clinic):
    anna = clinic.person("anna").choose("P-001")
    routes = [one for one in requests_of(clinic.app) if one[1] == "GET"]
    for _, _, path in routes:
        anna.client.get(path).close()

    noted = {what for user, action, patient, what in clinic.noted() if (action, patient) == ("read", "P-001")}
    of_diaries = {endpoint for endpoint, _, _ in routes if allowed(endpoint, PATIENT)} - OPEN - EVERYBODY
    assert {endpoint for endpoint in of_diaries if not endpoint.endswith(".static")} == noted


def test_a_read_is_one_line_and_a_write_is_one_more_of_the_same_transaction(clinic):
    person = clinic.person("p1").get("/")
    before = len(clinic.noted())
    person.client.get("/")
    person.client.post("/log/2026-03-10/headache", data={"token": person.token(), "headache": "mild"})

    assert ("p1", "read", "P-001", "log.index") == clinic.noted()[before]
    assert ("p1", "write", "P-001", "log.headache") in clinic.noted()[before:]


def test_what_was_refused_is_noted(clinic):
    clinic.person("p1").get("/patients")

    assert ("p1", "refused", None, "patients.index") == clinic.noted()[-1]


def test_an_admin_reads_the_trail_and_looks_for_a_patient_or_a_user(clinic):
    clinic.person("anna").choose("P-002")
    root = clinic.person("root").get("/trail")
    assert "anna read P-002 log.index" in root.text

    assert "anna read P-002" in root.send("/trail", patient="P-002").text
    assert "anna read" not in root.send("/trail", user="p1").text
    assert "Nothing is noted." in root.send("/trail", user="p2").text
    assert "This is no day." in root.send("/trail", since="yesterday").text


# --- at home


def test_at_home_nobody_logs_in_and_nothing_is_noted(tmp_path):
    visitor = Visitor(tmp_path).get("/")

    assert ("/", 200) == (visitor.path, visitor.code)
    for word in ("Patients", "Users", "Account", "Log out", "Diary of"):
        assert word not in visitor.text
    for path in ("/login", "/account", "/users", "/trail", "/patients"):
        assert 404 == visitor.get(path).code
    assert [] == visitor.app.extensions["access"].accounts.accesses()


# --- in a real browser


@pytest.fixture(scope="module")
def served(begun, tmp_path_factory):
    """A clinic's page as it is served; who looks at it changes nothing but the trail."""
    folder = tmp_path_factory.mktemp("served")
    shutil.copy(begun, folder / "diary.sqlite")
    serving = Serving(folder, clinic=True, pages=PAGES, now=NOW.timestamp)
    yield serving
    serving.stop()


def enter(page, name):
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(GOOD)
    with turning(page):
        page.get_by_role("button", name="Log in").click()


@pytest.mark.browser
@pytest.mark.parametrize("scripts", [True, False])
def test_a_clinicians_day_at_a_desk(chromium, served, scripts):
    with opened(chromium, served.url, DESK, java_script_enabled=scripts) as page:
        enter(page, "anna")
        page.get_by_role("heading", name="Patients").wait_for()
        page.get_by_label("Code").first.fill("002")
        page.get_by_role("button", name="Search").click()
        page.get_by_text("1 of 2 patients").wait_for()
        page.get_by_role("button", name="P-002").click()
        page.get_by_text("Diary of P-002").wait_for()
        page.get_by_role("link", name="Another patient").click()
        page.get_by_role("button", name="P-001").click()
        page.get_by_text("Diary of P-001").wait_for()
        page.goto(f"{served.url}/account")
        page.get_by_role("button", name="Log out").click()
        page.get_by_text("You are logged out.").wait_for()
        page.go_back()
        assert "P-001" not in page.content()


@pytest.mark.browser
def test_a_patient_logs_in_on_a_phone(chromium, served):
    with opened(chromium, served.url, PHONE) as page:
        assert [] == faults(page)
        enter(page, "p1")
        page.get_by_role("heading", name="Today").first.wait_for()
        assert "P-002" not in page.content()


@pytest.mark.browser
@pytest.mark.parametrize(
    ("name", "paths"), [("anna", ["/patients"]), ("p1", ["/account"]), ("root", ["/users", "/trail"])]
)
def test_every_page_of_the_clinic_fits_and_can_be_used_by_everybody(chromium, served, name, paths):
    with opened(chromium, served.url) as page:
        enter(page, name)
        for path in paths:
            page.goto(served.url + path)
            assert (path, []) == (path, faults(page))
