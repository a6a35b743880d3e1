"""What holds of any diary: nothing is lost, nothing is doubled, and no order matters."""

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from diary.exports import read_csv, read_json, write_csv, write_json
from diary.facts import CLASSES, tidied_batch
from diary.model import Batch
from diary.schema import METADATA
from diary.store import Store
from diary.tables import CANONICAL, FACTS, facts_frame
from tests.begun import begin_blank
from tests.strategies import batches, halves, one_patient

laws = settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.fixture
def emptied(store):
    """The diary, emptied before each example."""

    def empty():
        with store._database.writing() as connection:
            for table in reversed(METADATA.sorted_tables):
                connection.execute(table.delete())
        return store

    return empty


@laws
@given(batch=batches())
def test_what_was_added_comes_out_again(emptied, batch):
    store = emptied()

    store.add(batch, layout="a sheet")

    assert tidied_batch(batch) == store.batch()


@laws
@given(batch=batches())
def test_the_order_of_the_facts_does_not_matter(emptied, batch):
    store = emptied()

    store.add(Batch(**{name: getattr(batch, name)[::-1] for name in CLASSES}), layout="a sheet")

    assert tidied_batch(batch) == store.batch()


@laws
@given(batch=batches())
def test_adding_twice_changes_nothing(emptied, batch):
    store = emptied()
    store.add(batch, layout="a sheet")
    before = store.batch(), store.imports(), store.history()

    again = store.add(batch, layout="a sheet")

    assert before == (store.batch(), store.imports(), store.history())
    assert (None, 0, 0) == (again.import_id, sum(again.added.values()), sum(again.corrected.values()))


def of_one_source(batch):
    """The same facts as one file would give them. Of two sources, the later one's twins of an attack are left out."""
    facts = {
        name: tuple(replace(f, source="sheet") if hasattr(f, "source") else f for f in getattr(batch, name))
        for name in CLASSES
    }
    facts["sources"] = tuple({source.patient: source for source in facts["sources"]}.values())
    return Batch(**facts)


@laws
@given(data=st.data(), batch=batches().map(of_one_source))
def test_adding_two_parts_is_adding_the_whole(emptied, data, batch):
    first, second = data.draw(halves(batch))
    store = emptied()

    store.add(first, layout="a sheet")
    store.add(second, layout="a sheet")

    assert tidied_batch(batch) == store.batch()


@laws
@given(batch=batches())
def test_frames_are_the_batch_as_tables(emptied, batch):
    store = emptied()
    store.add(batch, layout="a sheet")
    stored = store.batch()

    for name, frame in store.frames().items():
        assert_frame_equal(facts_frame(getattr(stored, name), FACTS[name]), frame)


def blank_in(folder):
    path = Path(folder) / "diary.sqlite"
    begin_blank(path)
    return str(path)


@settings(laws, max_examples=8)
@given(batch=batches())
def test_database_and_csv_folder_give_the_same_tables(emptied, batch):
    store = emptied()
    store.add(batch, layout="a sheet")
    with TemporaryDirectory() as folder, Store.open(blank_in(folder)) as other:
        write_csv(store.batch(), Path(folder))
        other.add(read_csv(Path(folder)), layout="csv")
        expected, actual = store.tables(), other.tables()

    for table in CANONICAL:
        assert_frame_equal(getattr(expected, table.name), getattr(actual, table.name))


@laws
@given(batch=batches())
def test_csv_comes_back_byte_for_byte(batch):
    with TemporaryDirectory() as first, TemporaryDirectory() as second:
        written = write_csv(batch, Path(first))
        again = read_csv(Path(first))
        write_csv(again, Path(second))

        assert tidied_batch(batch) == again
        assert [path.read_bytes() for path in written] == [(Path(second) / path.name).read_bytes() for path in written]


@laws
@given(batch=batches())
def test_json_comes_back_byte_for_byte(batch):
    batch = one_patient(batch, "P1")
    with TemporaryDirectory() as folder:
        first = write_json(batch, Path(folder) / "first.json")
        again = read_json(first)
        second = write_json(again, Path(folder) / "second.json")

        assert tidied_batch(batch) == again
        assert first.read_bytes() == second.read_bytes()
