"""Processes beside this one: what they give, what they cost where there are none, and how they end."""

import gc
import os
import signal
import subprocess
import sys
from functools import partial

import pytest

from analysis.workers import HERE, processes, seldom_searching
from diary.model import DiaryError

ENDED_BY_CTRL_C = """
import signal, time
from analysis.workers import processes

if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background deafens to Ctrl-C
    with processes(2) as pool:
        under_way = [pool.submit(time.sleep, 1) for _ in range(9)]
        under_way[0].result()
        try:
            print("begun", flush=True)
            under_way[-1].result()
        except KeyboardInterrupt:
            pool.shutdown(cancel_futures=True)
            print("ended", flush=True)
"""


def test_without_other_processes_the_work_is_done_at_once():
    with processes(0) as executor:
        done = []
        executor.submit(done.append, 1)

        assert [1] == done
        assert executor is HERE


def test_of_a_map_each_piece_is_done_when_it_is_asked_for():
    done = []
    pieces = HERE.map(done.append, [1, 2, 3])
    next(pieces)

    assert [1] == done


@pytest.mark.parametrize("number", [0, pytest.param(1, marks=pytest.mark.slow)])
def test_an_error_reaches_whoever_asks_for_the_result(number):
    with processes(number) as executor:
        future = executor.submit(int, "seven")

        with pytest.raises(ValueError, match="seven"):
            future.result()


@pytest.mark.slow
def test_other_processes_are_others():
    with processes(1) as executor:
        assert os.getpid() != executor.submit(os.getpid).result()


@pytest.mark.slow
def test_a_process_that_was_ended_from_outside_is_told_of_in_a_sentence():
    with pytest.raises(DiaryError, match="most likely for want of memory"), processes(1) as executor:
        executor.submit(os.abort).result()


def test_where_there_can_be_no_processes_the_work_is_done_here(monkeypatch):
    monkeypatch.delattr("_multiprocessing.SemLock")
    monkeypatch.delitem(sys.modules, "multiprocessing.synchronize", raising=False)
    with processes(1) as executor:
        assert executor is HERE


def test_the_search_for_cycles_is_as_before_afterwards():
    usual = gc.get_threshold()
    with seldom_searching():
        assert usual < gc.get_threshold()

    assert usual == gc.get_threshold()


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C is no signal there")
def test_ctrl_c_reaches_this_process_alone(tmp_path):
    script = tmp_path / "waits.py"
    script.write_text(ENDED_BY_CTRL_C)
    start = partial(subprocess.Popen, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True)
    with start([sys.executable, str(script)]) as process:
        assert "begun\n" == process.stdout.readline()
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to all of them
        said, complaints = process.communicate(timeout=30)

    assert ("ended\n", "") == (said, complaints)
