"""``migraine serve``: the address, the limits of a diary of one's own, and how it ends."""

import os
import signal
import socket
import stat
import subprocess
import sys
import urllib.error
import urllib.request

import pytest
from click.testing import CliRunner

from analysis.commands.serve import serve

START = """
from signal import SIGINT, default_int_handler, signal
signal(SIGINT, default_int_handler)  # what is started in the background by a shell would not hear of Ctrl-C
from analysis.commands.serve import serve
serve()
"""


def free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


class Served:
    """``migraine serve`` in a process of its own."""

    def __init__(self, folder, *options):
        self.port = free_port()
        self.environment = {**os.environ, "XDG_DATA_HOME": str(folder), "MIGRAINE_DIARY": str(folder / "diary.sqlite")}
        words = [sys.executable, "-u", "-c", START, "--no-open", "--port", str(self.port), *options]
        self.process = subprocess.Popen(
            words, env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        self.said = self.process.stdout.readline()

    def get(self, path, **headers):
        asked = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", headers=headers)
        try:
            with urllib.request.urlopen(asked, timeout=10) as answer:
                return answer.status, answer.headers, answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.headers, error.read().decode()

    def end(self, how=signal.SIGINT):
        self.process.send_signal(how)
        rest, _ = self.process.communicate(timeout=20)
        return self.process.returncode, rest


@pytest.fixture
def served(tmp_path):
    running = Served(tmp_path)
    yield running
    if running.process.poll() is None:
        running.end()


def test_it_says_where_the_page_is_and_answers_there(served):
    assert f"The page is at http://127.0.0.1:{served.port} and stops with Ctrl-C.\n" == served.said
    code, headers, page = served.get("/")
    assert (200, True) == (code, "Today" in page)
    assert "Server" not in headers


def test_it_answers_to_no_name_but_its_own(served):
    code, _, page = served.get("/", Host="attacker.example")

    assert 400 == code
    assert "not the name of this page" in page


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_quietly_when_it_is_asked_to(served, how):
    served.get("/")

    assert (0, "Stopped.\n") == served.end(how)


def test_it_listens_on_this_machine_alone(served):
    addresses = {found[4][0] for found in socket.getaddrinfo(socket.gethostname(), served.port, socket.AF_INET)}
    for address in addresses - {"127.0.0.1"}:
        if not address.startswith("127."):
            with pytest.raises(OSError):
                socket.create_connection((address, served.port), timeout=2)


def test_a_port_that_is_taken_is_a_sentence_with_a_way_out(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        options = ["--no-open", "--port", str(port), "--store", str(tmp_path / "diary.sqlite")]
        error = CliRunner().invoke(serve, options).exception

    assert f"cannot listen on 127.0.0.1:{port}" in str(error)
    assert f"--port {port + 1}" in str(error)


@pytest.mark.parametrize("words", [["--host", "0.0.0.0"], ["--name", "diary.example"], ["--https"]])
def test_ones_own_diary_is_not_offered_to_the_network(words):
    done = CliRunner().invoke(serve, [*words, "--no-open"])

    assert 2 == done.exit_code
    assert "go with --clinic" in done.output


def test_a_clinic_keeps_its_secret_and_has_no_page_without_a_login(tmp_path):
    served = Served(tmp_path, "--clinic")
    code, _, page = served.get("/")
    served.end()

    secret = tmp_path / "migraine-diary" / "page.secret"
    assert 0o600 == stat.S_IMODE(secret.stat().st_mode)
    assert "Yesterday" not in page
    assert code in (200, 401)


def test_a_clinic_on_the_network_is_warned_of_what_is_not_encrypted(tmp_path):
    served = Served(tmp_path, "--clinic", "--host", "0.0.0.0")
    served.end()

    assert served.said.startswith("Warning: ")
    assert "TLS" in served.said
