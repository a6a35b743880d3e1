"""The entry point: the commands that record, and those that answer."""

from __future__ import annotations

from diary.cli import migraine

migraine.declare("report", "analysis.commands.report:report", "Before and after each session: PDF, workbook, charts.")
migraine.declare("outcome", "analysis.commands.outcome:outcome", "The outcome table, in the terminal only.")
migraine.declare("eligibility", "analysis.commands.eligibility:eligibility", "What guidelines ask before the start.")
migraine.declare("due", "analysis.commands.due:due", "When the next session is due; reminders for a calendar.")
migraine.declare("fhir", "analysis.commands.fhir:fhir", "Sessions, windows and scores as a FHIR R4 bundle.")
migraine.declare("audit", "analysis.commands.audit:audit", "What became of everyone who started, in a clinic.")
migraine.declare("registry", "analysis.commands.registry:registry", "The diaries of many patients as Parquet.")
migraine.declare("serve", "analysis.commands.serve:serve", "The diary as a page on this computer.")
migraine.declare("demo", "analysis.commands.demo:demo", "An invented diary and its report, to see what this does.")


def main() -> None:
    """Run ``migraine``."""
    migraine(prog_name="migraine")
