"""The core's schema: the migrations make it once a process, and tests get copies."""

import tempfile
from functools import cache
from pathlib import Path

from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from handoff.service import Database, migrate
from handoff.service.base.schema import MIGRATIONS


@cache
def _newest() -> str | None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return ScriptDirectory.from_config(config).get_current_head()


def is_there(database: Database) -> bool:
    """Whether the schema is there and up to date."""
    try:
        with database.engine.connect() as connection:
            return connection.execute(text("SELECT version_num FROM alembic_version")).scalar() == _newest()
    except DBAPIError:
        return False


@cache
def sqlite_file() -> bytes:
    """What is in a SQLite file that has the schema and no rows."""
    with tempfile.TemporaryDirectory() as folder:
        make(f"sqlite:///{folder}/relevo.db")
        return (Path(folder) / "relevo.db").read_bytes()


def make(url: str) -> None:
    """Migrates; nobody is connected afterwards, and SQLite's log is folded into its file."""
    database = Database(url)
    migrate(database)
    database.dispose()


def put(database: Database) -> None:
    """Brings the database to the newest schema."""
    path = Path(database.engine.url.database or "")
    if database.is_sqlite and not path.exists():
        path.write_bytes(sqlite_file())
    elif not is_there(database):
        migrate(database)
