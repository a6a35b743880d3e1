"""Every layout's made samples under data/exports/, against the facts that stand in the neighbour of each.

A sample ``x.csv`` has a neighbour ``x.csv.expected.json``: the layout, the assumptions, the problems and the facts.
``x.csv.options.json``, where there is one, holds the answers that a person gave. MIGRAINE_REWRITE_GOLDEN=1 rewrites
what is expected; read the difference before it is committed.
"""

import json
import os
from pathlib import Path

import pytest

from diary.exports import write_json
from diary.importers import Options, identify, read

EXPORTS = Path(__file__).parents[1] / "data" / "exports"
SAMPLES = sorted(
    path
    for path in EXPORTS.rglob("*")
    if path.is_file() and not path.name.endswith((".expected.json", ".options.json", "README.md"))
)


def options_of(sample):
    answers = sample.with_name(f"{sample.name}.options.json")
    return Options(**json.loads(answers.read_text("utf-8"))) if answers.exists() else Options()


def found_in(sample, folder):
    batch = read(sample, patient="P1", options=options_of(sample))
    facts = json.loads(write_json(batch, folder / "facts.json").read_text("utf-8"))
    return {
        "layout": identify(sample).name,
        "assumptions": list(batch.assumptions),
        "problems": [str(problem) for problem in batch.problems],
        "facts": {name: value for name, value in facts.items() if name != "format" and value},
    }


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_sample_gives_the_facts_beside_it(sample, tmp_path):
    neighbour = sample.with_name(f"{sample.name}.expected.json")
    found = found_in(sample, tmp_path)
    if os.environ.get("MIGRAINE_REWRITE_GOLDEN"):
        neighbour.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", "utf-8")

    assert json.loads(neighbour.read_text("utf-8")) == found
