"""The record: what happened, day by day. Never imports ``analysis``."""

__version__ = "0.1.0"
