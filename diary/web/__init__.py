"""The page: log today, see the month, import a file, from a phone or a laptop. It runs on one's own machine.

Routes are thin: they call what the command line calls, and lay out what comes back. Every page works without scripts;
with htmx, which lies beside them, parts of a page are exchanged in place. Nothing is fetched from anywhere.
"""

from diary.web.app import create_app

__all__ = ["create_app"]
