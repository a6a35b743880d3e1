"""Alembic migrations of the diary database."""
