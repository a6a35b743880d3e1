"""The pages of the answer: what changed, and its reports to take along.

They are joined to the pages of the record by ``diary.web.create_app(pages=PAGES)``. What they say is said by
:mod:`analysis.reports`; pandas and matplotlib load when a page first needs them.
"""

from analysis.pages.outcome import blueprint as outcome
from analysis.pages.reports import blueprint as reports

__all__ = ["PAGES"]

PAGES = (outcome, reports)
"""What to join to the record's pages."""
