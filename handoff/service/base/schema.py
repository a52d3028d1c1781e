"""Bringing the database to this version's schema."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy.engine import Connection

from handoff.store import Database

MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations"


def migrate(database: Database, revision: str = "head") -> None:
    """Applies what is missing, in one transaction; nothing when the schema is up to date."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with (
        database.engine.execution_options(relevo_write=True).connect() as connection,
        _tables_may_be_rebuilt(connection, sqlite=database.is_sqlite),
        connection.begin(),
    ):
        config.attributes["connection"] = connection
        before = _revision(connection)
        command.upgrade(config, revision)
        if database.is_sqlite and _revision(connection) != before:
            _check_references(connection)


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


@contextmanager
def _tables_may_be_rebuilt(connection: Connection, *, sqlite: bool) -> Iterator[None]:
    """SQLite alters a table by copying and dropping it, which rows of others that point to it would forbid."""
    if not sqlite:
        yield
        return
    cursor = connection.connection.cursor()  # below SQLAlchemy: within a transaction the switch does nothing
    cursor.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.close()


def _check_references(connection: Connection) -> None:
    """Before the commit: nothing may point to a row that is not there."""
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
    if broken:
        raise RuntimeError(f"the migration would leave rows without what they refer to: {broken[:3]}")
