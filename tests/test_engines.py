"""The same tally from one process, from threads, from worker processes, and from those that are left when one dies."""

import os
import signal
from functools import partial

import pandas as pd
import pytest

from analysis.engines import ANY_PORT, EngineError, run, run_on, tally_part
from analysis.registry import parts, read_part, write_registry
from diary.model import DiaryError
from tests.registry_data import AS_OF, divided, invented_part, of_patients

dask = pytest.importorskip("dask")
distributed = pytest.importorskip("distributed")
pytestmark = pytest.mark.slow

PATIENTS, FEW = 21, 3
WORK = partial(tally_part, as_of=AS_OF)


def in_memory(tables):
    """A part that needs no reading."""
    return lambda: tables


@pytest.fixture(scope="module")
def everybody():
    """Two of them were never treated, and one keeps no diary."""
    return invented_part(3, PATIENTS)


@pytest.fixture(scope="module")
def whole(everybody):
    """The tally of all patients as one part, which every other way has to give too."""
    return run([in_memory(everybody)], WORK)


@pytest.fixture(scope="module")
def registry(everybody, tmp_path_factory):
    """The patients as a registry of four parts."""
    folder = tmp_path_factory.mktemp("registry")
    write_registry(divided(everybody, 6), folder)
    return folder


@pytest.fixture(scope="module")
def cluster():
    """Two worker processes on this computer; one that dies is started again."""
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=ANY_PORT) as own:
        yield own


def assert_same(expected, actual):
    """Not almost the same: the same."""
    for one, other in zip(expected, actual, strict=True):
        pd.testing.assert_frame_equal(one, other, check_exact=True)


def how_many(tally, question):
    return tally.counts.loc[tally.counts["question"] == question, "n"].sum()


def test_the_invented_patients_give_something_to_count_for_every_kind_of_question(whole):
    assert how_many(whole, "patients") == PATIENTS > how_many(whole, "started") > how_many(whole, "change hit6")
    assert all(how_many(whole, name) for name in ("change", "days until stopped", "side effect neck pain", "S9"))


# --- the law: the tally does not depend on how the patients are divided


def test_parts_of_seven_patients_give_the_tally_of_the_whole(everybody, whole):
    assert_same(whole, run(map(in_memory, divided(everybody, 7)), WORK))


def test_a_part_for_each_patient_gives_the_tally_of_the_whole(everybody):
    few = of_patients(everybody, set(everybody.patients["patient"][:FEW]))

    assert_same(run([in_memory(few)], WORK), run(map(in_memory, divided(few, 1)), WORK))


def test_the_order_of_the_parts_does_not_matter(everybody, whole):
    backwards = list(divided(everybody, 17))[::-1]

    assert_same(whole, run(map(in_memory, backwards), WORK))


# --- the engines


def test_parquet_gives_the_tally_of_the_tables(registry, whole):
    assert_same(whole, run(parts(registry), WORK))


def test_dask_threads_give_the_same_tally(registry, whole):
    assert_same(whole, run(parts(registry), WORK, engine="dask", scheduler="threads"))


def test_dask_takes_a_single_part_too(registry):
    one = parts(registry)[:1]

    assert_same(run(one, WORK), run(one, WORK, engine="dask", scheduler="threads"))


def test_two_worker_processes_give_the_same_tally(registry, whole, cluster):
    seen = []

    result = run(
        parts(registry), WORK, engine="dask", scheduler=cluster.scheduler_address, done=lambda: seen.append("part")
    )

    assert_same(whole, result)
    assert ["part"] * 4 == seen


def test_one_worker_killed_in_the_middle_changes_nothing(registry, whole, cluster):
    with distributed.Client(cluster) as client:
        first, second = client.run(os.getpid).values()
        killed = []

        def kill_one():
            """After the first part, with three to come."""
            if not killed:
                os.kill(first, signal.SIGKILL)
                killed.append(first)

        result = run_on(client, parts(registry), WORK, kill_one)
        client.wait_for_workers(2)
        alive = set(client.run(os.getpid).values())

    assert_same(whole, result)
    assert first not in alive
    assert second in alive


# --- what cannot be done


def test_an_engine_that_is_not_known_names_those_that_are():
    with pytest.raises(EngineError, match="Choose one of: local, dask"):
        run([], WORK, engine="spark")


@pytest.mark.parametrize("engine", ["local", "dask"])
def test_no_part_is_said(engine):
    with pytest.raises(DiaryError, match="nobody to look at"):
        run([], WORK, engine=engine)


def test_a_cluster_that_is_not_there_is_said():
    soon = dask.config.set({"distributed.comm.timeouts.connect": "300ms"})
    with soon, pytest.raises(EngineError, match="no Dask cluster at tcp://127.0.0.1:9"):
        run([1], WORK, engine="dask", scheduler="tcp://127.0.0.1:9")


def test_a_part_that_cannot_be_read_stops_the_run_rather_than_being_left_out(registry, tmp_path):
    with pytest.raises(DiaryError, match="Make the registry again"):
        run([partial(read_part, tmp_path, 0), *parts(registry)], WORK)
