"""What other patients did, as the papers have it."""

import pytest

from analysis.benchmarks import BENCHMARKS, ONABOTULINUM, PLACEBO, USUAL_CARE


def test_usual_care_is_said_with_its_interval_and_source():
    assert (
        "Other patients (on usual care in a trial of acupuncture): mean change −2.55 headache days per 28 days (95 % "
        "interval −3.38 to −1.71); at least 50 % fewer headache days in 15.0 % (Vickers and others, BMJ 2004; 328: "
        "744, doi:10.1136/bmj.38029.421863.EB)."
    ) == str(USUAL_CARE)


def test_preempt_had_44_8_percent_responders_and_34_2_on_placebo():
    assert (44.8, 34.2) == (ONABOTULINUM.responders, PLACEBO.responders)
    assert "Pain Ther 2020; 9: 683" in str(PLACEBO)


@pytest.mark.parametrize("group", BENCHMARKS)
def test_every_benchmark_begins_with_whose_figures_they_are(group):
    assert str(group).startswith("Other patients")
    assert group.patient_sentence().startswith("Other patients")


def test_the_share_is_said_in_plain_words():
    assert (
        "Other patients got a placebo in two large trials. About 34 of 100 had half as many headache days as before, "
        "or fewer."
    ) == PLACEBO.patient_sentence()
