"""The people of a clinic: passwords, logins that cannot be guessed, sessions that end, and who did what."""

import os
from datetime import date, datetime, timedelta

import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher
from click.testing import CliRunner

from diary import passwords
from diary.access_log import Access, NotingDatabase, note_access
from diary.accounts import Account, AccountError, Accounts, Login
from diary.attempts import count_failure, of_address, of_user, waiting
from diary.cli.clinic import clinic
from diary.database import Database
from diary.model import Attack, Batch, Consultation, DayLog, Patient, Source, Treatment
from diary.overview import Standing, overview
from diary.passwords import hashed, matches, outdated, weakness
from diary.schema import LOGIN_ATTEMPTS, USERS, WEB_SESSIONS
from diary.store import Store

SUNDAY = datetime(2026, 3, 1, 8)
GOOD, OTHER = "correct horse battery", "staple of another kind"
RECOMMENDED = passwords.HASHER
HERE, THERE = "192.0.2.1", "192.0.2.2"


class Clock:
    """A clock that goes when it is told to; it stands at 8:00 UTC."""

    def __init__(self):
        self.at = 1_772_352_000.0

    def __call__(self):
        return self.at

    def after(self, **time):
        self.at += timedelta(**time).total_seconds()


@pytest.fixture(autouse=True)
def _cheap_hashes(monkeypatch):
    """Argon2id with parameters that do not slow the tests down."""
    monkeypatch.setattr(passwords, "HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    passwords._nobody.cache_clear()


@pytest.fixture
def database(blank):
    opened = Database(blank)
    yield opened
    opened.close()


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def accounts(database, clock):
    found = Accounts(database, clock)
    found.add("Anna.Berg", "clinician", GOOD)
    return found


def rows(database, table):
    with database.reading() as connection:
        return connection.execute(sa.select(table)).all()


def actions(accounts, **wanted):
    return [(access.user, access.action) for access in reversed(accounts.accesses(**wanted))]


# --- passwords


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("short", "short"),
        ("elevenchars", "short"),
        ("x1" * 200, "long"),
        ("i am Anna.Berg!!", "name"),
        ("Password1234", "common"),
        ("aaaaaaaaaaaaaaa", "common"),
        ("abababababab", "common"),
        ("four words will do", None),
        ("žluťoučký kůň", None),
    ],
)
def test_a_password_is_refused_for_a_reason_or_not_at_all(password, why):
    assert why == weakness(password, "anna.berg")


def test_every_weakness_has_a_sentence_that_says_what_to_do():
    assert all("Take" in sentence for sentence in passwords.WEAKNESSES.values())


def test_passwords_are_kept_as_argon2id_hashes_each_with_its_own_salt():
    one, other = hashed(GOOD), hashed(GOOD)

    assert one != other
    assert one.startswith("$argon2id$")
    assert (True, True, False) == (matches(one, GOOD), matches(other, GOOD), matches(one, OTHER))


def test_a_letter_with_an_accent_is_the_same_however_it_is_typed():
    assert matches(hashed("cafe\u0301 au lait du matin"), "caf\u00e9 au lait du matin")


def test_no_password_fits_where_there_is_no_hash_or_a_broken_one():
    assert (False, False) == (matches(None, GOOD), matches("", GOOD))
    assert not matches("no hash", GOOD)


def test_as_much_work_is_done_for_a_user_who_does_not_exist(monkeypatch):
    asked = []

    class Watched(PasswordHasher):
        def verify(self, hash, password):  # noqa: A002 - argon2's word
            asked.append(hash)
            return super().verify(hash, password)

    monkeypatch.setattr(passwords, "HASHER", Watched(time_cost=1, memory_cost=8, parallelism=1))
    matches(None, GOOD)
    matches(hashed(GOOD), OTHER)

    assert ["$argon2id$v=19$m=8,t=1,p=1"] * 2 == [hash.rsplit("$", 2)[0] for hash in asked]


# --- users


def test_a_user_is_kept_with_role_and_time_and_no_password(accounts, database):
    assert [Account("anna.berg", "clinician", None, False, SUNDAY, None)] == accounts.all()
    assert GOOD not in str(rows(database, USERS))


def test_a_name_is_found_however_it_is_written(accounts):
    assert accounts.find(" ANNA.berg ") == accounts.find("anna.berg")
    with pytest.raises(AccountError, match="There is a user 'anna.berg' already"):
        accounts.add("ANNA.BERG", "admin", GOOD)


@pytest.mark.parametrize(
    ("name", "role", "patient", "password", "sentence"),
    [
        ("a", "admin", None, GOOD, "has 2 to 64 letters"),
        ("command line", "admin", None, GOOD, "has 2 to 64 letters"),
        ("<b>", "admin", None, GOOD, "has 2 to 64 letters"),
        ("bert", "king", None, GOOD, "There is no role 'king'"),
        ("bert", "patient", None, GOOD, "Give the code of their diary"),
        ("bert", "clinician", "P1", GOOD, "Leave out the code of the clinician"),
        ("bert", "admin", None, "short", "shorter than 12 characters"),
    ],
)
def test_what_will_not_do_is_refused_in_a_sentence(accounts, name, role, patient, password, sentence):
    with pytest.raises(AccountError, match=sentence):
        accounts.add(name, role, password, patient=patient)

    assert ["anna.berg"] == [account.name for account in accounts.all()]


def test_the_diary_of_a_patient_who_is_new_begins_with_the_account(accounts, database):
    accounts.add("p1", "patient", GOOD, patient="P1")

    assert ["P1"] == Store(database).patients()


def test_what_is_known_of_a_patient_stays_when_an_account_is_added(accounts, database):
    Store(database).record(Patient("P1", born=1980))

    accounts.add("p1", "patient", GOOD, patient="P1")

    assert (Patient("P1", born=1980),) == Store(database).batch().patients


@pytest.mark.parametrize("change", ["disable", "enable", "set_password"])
def test_nobody_is_changed_who_does_not_exist(accounts, change):
    with pytest.raises(AccountError, match="There is no user 'bert'"):
        getattr(accounts, change)("bert", *([OTHER] if change == "set_password" else []))

    assert [("command line", "user added")] == actions(accounts)


# --- logging in


def test_a_login_gives_a_token_of_which_the_hash_alone_is_kept(accounts, database):
    token = accounts.log_in("Anna.Berg", GOOD, HERE).token

    assert "anna.berg" == accounts.who(token).name
    assert len(token) >= 43
    assert token not in str(rows(database, WEB_SESSIONS))


def test_each_login_has_a_token_of_its_own(accounts):
    one, other = (accounts.log_in("anna.berg", GOOD, HERE).token for _ in range(2))

    assert one != other
    assert None not in (accounts.who(one), accounts.who(other))


def test_wrong_unknown_and_disabled_get_the_same_answer(accounts):
    accounts.add("bert", "admin", GOOD)
    accounts.disable("bert")

    answers = {accounts.log_in(name, password, HERE) for name, password in
               (("anna.berg", OTHER), ("nobody", GOOD), ("bert", GOOD), ("", ""))}  # fmt: skip

    assert {Login()} == answers


def test_a_login_makes_a_hash_of_old_parameters_anew(accounts, database, monkeypatch):
    monkeypatch.setattr(passwords, "HASHER", PasswordHasher(time_cost=2, memory_cost=16, parallelism=1))
    before = rows(database, USERS)[0].password_hash
    assert outdated(before)

    accounts.log_in("anna.berg", GOOD, HERE)

    after = rows(database, USERS)[0].password_hash
    assert (False, True) == (outdated(after), matches(after, GOOD))


def test_the_parameters_are_at_least_those_of_rfc_9106_for_little_memory():
    assert (64 * 1024, 3, 4) <= (RECOMMENDED.memory_cost, RECOMMENDED.time_cost, RECOMMENDED.parallelism)


def test_after_five_failures_each_wait_is_twice_as_long_up_to_a_quarter_of_an_hour(accounts, clock):
    waits = []
    for _ in range(11):
        login = accounts.log_in("anna.berg", OTHER, HERE)
        while login.wait:
            waits.append(login.wait.total_seconds())
            clock.after(seconds=waits[-1])
            login = accounts.log_in("anna.berg", OTHER, HERE)

    assert [30, 60, 120, 240, 480, 900] == waits


def test_during_a_wait_not_even_the_right_password_is_looked_at(accounts, clock):
    for _ in range(5):
        accounts.log_in("anna.berg", OTHER, HERE)

    assert Login(wait=timedelta(seconds=30)) == accounts.log_in("anna.berg", GOOD, THERE)
    clock.after(seconds=30)
    assert accounts.log_in("anna.berg", GOOD, THERE).token


def test_a_name_that_nobody_has_has_to_wait_as_well(accounts):
    for _ in range(5):
        accounts.log_in("nobody", OTHER, HERE)

    assert accounts.log_in("nobody", OTHER, HERE).wait


def test_a_wait_survives_a_restart(accounts, location, clock):
    for _ in range(5):
        accounts.log_in("anna.berg", OTHER, HERE)
    again = Database(location)

    assert Accounts(again, clock).log_in("anna.berg", GOOD, HERE).wait
    again.close()


def test_many_names_tried_from_one_address_make_the_address_wait(accounts):
    for number in range(20):
        accounts.log_in(f"user{number}", OTHER, HERE)

    assert accounts.log_in("anna.berg", GOOD, HERE).wait
    assert accounts.log_in("anna.berg", GOOD, THERE).token


def test_a_login_forgets_the_failures_of_its_user_but_not_of_the_address(accounts, database, clock):
    for _ in range(4):
        accounts.log_in("anna.berg", OTHER, HERE)
    accounts.log_in("anna.berg", GOOD, HERE)

    assert [4.0] == [row.failures for row in rows(database, LOGIN_ATTEMPTS)]


def test_failures_are_forgiven_one_by_one(accounts, clock):
    for _ in range(4):
        accounts.log_in("anna.berg", OTHER, HERE)
    clock.after(hours=4)
    for _ in range(4):
        assert Login() == accounts.log_in("anna.berg", OTHER, HERE)

    assert accounts.log_in("anna.berg", GOOD, HERE).token


def test_counts_that_are_a_day_old_are_removed(database):
    with database.writing() as connection:
        count_failure(connection, of_user("old"), SUNDAY)
        count_failure(connection, of_address(HERE), SUNDAY + timedelta(days=2))

        assert timedelta() == waiting(connection, of_user("old"), SUNDAY)
    assert [of_address(HERE).key] == [row.subject for row in rows(database, LOGIN_ATTEMPTS)]


def test_what_was_typed_as_a_name_is_kept_nowhere(accounts, database):
    accounts.log_in("my password by mistake", "", HERE)

    kept = str(rows(database, LOGIN_ATTEMPTS)) + str(accounts.accesses())
    assert "mistake" not in kept


# --- sessions


def test_a_session_ends_after_half_an_hour_without_a_request(accounts, clock):
    token = accounts.log_in("anna.berg", GOOD, HERE).token
    for _ in range(3):
        clock.after(minutes=29)
        assert accounts.who(token)
    clock.after(minutes=30)

    assert accounts.who(token) is None


def test_a_session_ends_after_twelve_hours_however_busy(accounts, clock):
    token = accounts.log_in("anna.berg", GOOD, HERE).token
    for _ in range(47):
        clock.after(minutes=15)
        assert accounts.who(token)
    clock.after(minutes=15)

    assert accounts.who(token) is None


def test_sessions_that_have_run_out_are_removed_at_the_next_login(accounts, clock, database):
    accounts.log_in("anna.berg", GOOD, HERE)
    clock.after(hours=13)
    accounts.log_in("anna.berg", GOOD, HERE)

    assert 1 == len(rows(database, WEB_SESSIONS))


def test_logging_out_ends_that_session_alone(accounts):
    one, other = (accounts.log_in("anna.berg", GOOD, HERE).token for _ in range(2))

    accounts.log_out(one)

    assert (None, "anna.berg") == (accounts.who(one), accounts.who(other).name)


def test_another_password_ends_every_other_session(accounts):
    one, other = (accounts.log_in("anna.berg", GOOD, HERE).token for _ in range(2))

    new = accounts.change_password("anna.berg", GOOD, OTHER, HERE).token

    assert (None, None, "anna.berg") == (accounts.who(one), accounts.who(other), accounts.who(new).name)
    assert Login() == accounts.log_in("anna.berg", GOOD, HERE)


def test_another_password_needs_the_one_before_and_its_guesses_are_counted(accounts):
    for _ in range(5):
        assert Login() == accounts.change_password("anna.berg", "a wrong guess", OTHER, HERE)

    assert accounts.change_password("anna.berg", GOOD, OTHER, HERE).wait


def test_a_password_from_somebody_else_has_to_be_changed_once(accounts):
    accounts.set_password("anna.berg", OTHER, must_change=True)
    assert accounts.find("anna.berg").must_change

    accounts.change_password("anna.berg", OTHER, GOOD, HERE)

    assert not accounts.find("anna.berg").must_change


def test_a_new_password_by_an_admin_ends_the_wait_and_the_sessions(accounts):
    token = accounts.log_in("anna.berg", GOOD, HERE).token
    for _ in range(5):
        accounts.log_in("anna.berg", "a wrong guess", HERE)

    accounts.set_password("anna.berg", OTHER)

    assert accounts.who(token) is None
    assert accounts.log_in("anna.berg", OTHER, HERE).token


def test_whoever_is_disabled_is_out_at_once_and_can_be_let_in_again(accounts):
    token = accounts.log_in("anna.berg", GOOD, HERE).token

    accounts.disable("anna.berg")
    assert (None, Login()) == (accounts.who(token), accounts.log_in("anna.berg", GOOD, HERE))

    accounts.enable("anna.berg")
    assert accounts.who(token) is None
    assert accounts.log_in("anna.berg", GOOD, HERE).token


def test_a_login_that_a_disabling_overtakes_comes_to_nothing(accounts, monkeypatch):
    def overtaken(stored, password):
        accounts.disable("anna.berg")
        return True

    monkeypatch.setattr("diary.accounts.matches", overtaken)

    assert Login() == accounts.log_in("anna.berg", GOOD, HERE)


def test_an_invented_token_is_nobodys(accounts):
    assert accounts.who("invented") is None
    accounts.log_out("invented")
    assert [("command line", "user added")] == actions(accounts)


# --- who did what


def test_what_happens_to_accounts_is_noted(accounts, clock):
    token = accounts.log_in("anna.berg", GOOD, HERE).token
    accounts.log_in("anna.berg", OTHER, HERE)
    accounts.log_in("nobody", OTHER, HERE)
    accounts.log_out(token)
    accounts.add("bert", "admin", GOOD, by="root")
    accounts.disable("bert", by="root")

    assert [
        ("command line", "user added"),
        ("anna.berg", "login"),
        ("anna.berg", "login failed"),
        (None, "login failed"),
        ("anna.berg", "logout"),
        ("root", "user added"),
        ("root", "user disabled"),
    ] == actions(accounts)


def test_the_access_log_can_be_asked_by_patient_user_and_time(accounts, clock):
    accounts.note(Access(SUNDAY, "anna.berg", "read", "P1", "log.index"))
    accounts.note(Access(SUNDAY + timedelta(days=1), "anna.berg", "write", "P2", "log.day"))

    assert [("anna.berg", "read")] == actions(accounts, patient="P1")
    assert [("anna.berg", "read"), ("anna.berg", "write")] == actions(accounts, user="anna.berg")
    assert [("anna.berg", "write")] == actions(accounts, since=SUNDAY + timedelta(hours=1))
    assert [("anna.berg", "write")] == actions(accounts, most=1)


def test_a_write_and_its_note_are_kept_together_or_lost_together(accounts, database):
    line = Access(SUNDAY, "anna.berg", "write", "P1", "log.day")
    noting = NotingDatabase(database, lambda connection: note_access(connection, line))

    Store(noting).record(DayLog("P1", date(2026, 3, 1), headache=True))
    assert [("anna.berg", "write")] == actions(accounts, patient="P1")

    with pytest.raises(ZeroDivisionError), noting.writing():
        1 / 0
    assert 1 == len(accounts.accesses(patient="P1"))


def test_a_write_that_cannot_be_noted_is_not_done(database):
    def forgotten(connection):
        raise AccountError("The note cannot be written.")

    with pytest.raises(AccountError):
        Store(NotingDatabase(database, forgotten)).record(Patient("P1"))

    assert [] == Store(database).patients()


# --- the list of patients


def test_the_overview_says_who_is_due_and_how_much_is_logged(database):
    sessions = (date(2025, 10, 6), date(2026, 1, 5))
    given = [Treatment("P1", "botulinum", "Botox", day, amount=155) for day in sessions]
    cosmetic = Treatment("P2", "botulinum", "Botox", date(2026, 2, 1), purpose="cosmetic")
    days = [DayLog("P1", date(2026, 3, 1) - timedelta(days=n), headache=False) for n in range(40)]
    Store(database).record(*given, cosmetic, *days)

    assert [
        Standing("P1", date(2026, 1, 5), date(2026, 3, 30), None, 28),
        Standing("P2", None, None, None, 0),
    ] == overview(database, date(2026, 3, 1))


def test_nothing_is_due_after_a_stop_until_the_next_session(database):
    store = Store(database)
    store.record(Treatment("P1", "botulinum", "Botox", date(2026, 1, 5)))
    store.record(Consultation("P1", date(2026, 1, 5), "decision", "Pause"))
    assert (None, "pause") == overview(database, date(2026, 3, 1))[0][2:4]

    store.record(Treatment("P1", "botulinum", "Botox", date(2026, 2, 5)))
    assert (date(2026, 4, 30), None) == overview(database, date(2026, 3, 1))[0][2:4]


def test_a_short_silence_of_a_list_of_headaches_is_logged_also_where_it_began_before(database):
    starts = (datetime(2026, 1, 25, 8), datetime(2026, 2, 5, 8), datetime(2026, 2, 20, 8))
    attacks = [Attack("P1", start, start + timedelta(hours=2), source="app") for start in starts]
    Store(database).add(Batch(sources=(Source("P1", "app", events_only=True),), attacks=tuple(attacks)), layout="app")
    whole = Store(database).tables("P1").days
    recent = whole.loc[(whole["date"] >= "2026-02-02") & (whole["date"] <= "2026-03-01"), "logged"].sum()

    assert 19 == recent == overview(database, date(2026, 3, 1))[0].logged


# --- the command line


@pytest.fixture
def run(tmp_path):
    """Run ``migraine clinic`` with these words; what is typed follows."""

    def command(*words, typed=""):
        found = {"MIGRAINE_DIARY": str(tmp_path / "diary.sqlite"), "COLUMNS": "100"}
        return CliRunner().invoke(clinic, words, input=typed, env=os.environ | found)

    return command


def test_a_password_is_asked_for_twice_and_never_shown(run):
    added = run("user", "add", "anna", "--role", "clinician", typed=f"{GOOD}\n{GOOD}\n")

    assert 0 == added.exit_code
    assert "anna can log in as clinician." in added.output
    assert GOOD not in added.output
    assert "password" not in {option.name for option in clinic.commands["user"].commands["add"].params}


def test_the_users_are_listed_disabled_and_enabled(run):
    run("user", "add", "p1", "--role", "patient", "--patient", "P1", typed=f"{GOOD}\n{GOOD}\n")
    assert "P1" in run("user", "list").output

    assert "p1 can no longer log in" in run("user", "disable", "p1").output
    assert "disabled" in run("user", "list").output
    assert "p1 can log in again" in run("user", "enable", "p1").output


def test_an_empty_clinic_says_how_to_begin(run):
    assert "migraine clinic user add NAME --role admin" in run("user", "list").output
    assert "Nothing of that kind is noted" in run("access-log").output


def test_a_password_is_replaced_and_a_weak_one_refused(run):
    run("user", "add", "anna", "--role", "admin", typed=f"{GOOD}\n{GOOD}\n")

    assert "anna has another password" in run("password", "anna", typed=f"{OTHER}\n{OTHER}\n").output
    weak = run("password", "anna", typed="short\nshort\n")
    assert isinstance(weak.exception, AccountError)


@pytest.mark.parametrize("words", [("user", "add", "anna", "--role", "admin"), ("password", "bert")])
def test_no_password_is_asked_for_in_vain(run, words):
    run("user", "add", "anna", "--role", "admin", typed=f"{GOOD}\n{GOOD}\n")

    found = run(*words)

    assert "Password" not in found.output
    assert "user" in str(found.exception)


def test_the_access_log_is_printed_and_narrowed_down(run):
    run("user", "add", "anna", "--role", "admin", typed=f"{GOOD}\n{GOOD}\n")

    assert "user added" in run("access-log").output
    assert "1 line." in run("access-log", "--since", "2026-01-01").output
    assert "Nothing of that kind" in run("access-log", "--patient", "P1").output
    assert "Nothing of that kind" in run("access-log", "--user", "anna").output
