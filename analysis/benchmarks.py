"""What other patients did: people on usual care, and on placebo, to be shown beside any uncontrolled change.

The figures are those of the trials and of their patients, not of the person whose diary it is. Trial patients differ
from those of a clinic; the figures show how much can change without the treatment, not how much did.
"""

from __future__ import annotations

from typing import NamedTuple

from analysis.reports.words import interval, number, signed

LABEL = "Other patients"
"""What stands before every benchmark."""


class Benchmark(NamedTuple):
    """One group of a trial: who they were, what was seen, and where it is written.

    *plain* says who they were to a patient. *responders* is the share, in per cent, with at least 50 % fewer headache
    days. *change* is the mean change in headache days per 28 days, with its 95 % limits; None where we have none.
    """

    group: str
    plain: str
    responders: float
    source: str
    change: float | None = None
    low: float | None = None
    high: float | None = None

    def __str__(self) -> str:
        change = ""
        if self.change is not None:
            limits = interval(self.low, self.high, 2)
            change = f"mean change {signed(self.change, 2)} headache days per 28 days (95 % interval {limits}); "
        return (
            f"{LABEL} ({self.group}): {change}at least 50 % fewer headache days in {number(self.responders)} % "
            f"({self.source})."
        )

    def patient_sentence(self) -> str:
        """The same in plain words."""
        share = f"About {round(self.responders)} of 100 had half as many headache days as before, or fewer."
        return f"{LABEL} {self.plain}. {share}"


VICKERS = "Vickers and others, BMJ 2004; 328: 744, doi:10.1136/bmj.38029.421863.EB"
DIENER = "PREEMPT 1 and 2 pooled, week 24; Diener and others, Pain Ther 2020; 9: 683, doi:10.1007/s40122-020-00198-w"

USUAL_CARE = Benchmark(
    "on usual care in a trial of acupuncture",
    "went on with their usual care in a trial",
    15.0,
    VICKERS,
    -2.55,
    -3.38,
    -1.71,
)
PLACEBO = Benchmark("given placebo injections in the PREEMPT trials", "got a placebo in two large trials", 34.2, DIENER)
ONABOTULINUM = Benchmark(
    "given onabotulinumtoxinA in the PREEMPT trials", "got Botox in two large trials", 44.8, DIENER
)

BENCHMARKS = (USUAL_CARE, PLACEBO, ONABOTULINUM)
"""All groups, from the least treated on."""
