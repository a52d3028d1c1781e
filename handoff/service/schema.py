"""Bringing the database to this version's schema."""

from pathlib import Path

from alembic import command
from alembic.config import Config

from handoff.store import Database

MIGRATIONS = Path(__file__).resolve().parent.parent / "migrations"


def migrate(database: Database, revision: str = "head") -> None:
    """Applies what is missing, in one transaction; nothing when the schema is up to date."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with database.engine.execution_options(relevo_write=True).begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
