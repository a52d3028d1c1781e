"""Databases with schema and approved knowledge, made once a session and copied."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.knowledge.library import Library
from bot.preparation import migrate, release_knowledge
from handoff.clock import utc_now
from handoff.service import Database
from tests.faults.shop import SECRET
from tests.support.postgres import PostgresCluster

TEMPLATE = "relevo_faults_template"


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """A database that the product can start on; `cluster` when it is PostgreSQL's."""

    url: str
    cluster: PostgresCluster | None = None

    @classmethod
    def of_sqlite(cls, template: Path, folder: Path) -> "Prepared":
        target = folder / "relevo.db"
        shutil.copyfile(template, target)
        return cls(url=f"sqlite:///{target}")

    @classmethod
    @contextmanager
    def of_postgres(cls, cluster: PostgresCluster, template: str = TEMPLATE) -> Iterator["Prepared"]:
        with cluster.fresh_database(template) as url:
            yield cls(url=url, cluster=cluster)


def prepare_sqlite(path: Path) -> Path:
    """The file, complete without its write-ahead log."""
    _fill(f"sqlite:///{path}")
    return path


def prepare_postgres(cluster: PostgresCluster) -> str:
    """The template's name; nobody is connected to it, so that it can be copied."""
    cluster.execute(f"CREATE DATABASE {TEMPLATE} TEMPLATE template0")
    _fill(f"postgresql+psycopg://relevo@127.0.0.1:{cluster.port}/{TEMPLATE}")
    return TEMPLATE


def _fill(url: str) -> None:
    database = Database(url)
    migrate(database)
    release_knowledge(Library(database, SECRET.encode()), utc_now())
    database.dispose()  # the last connection that closes folds SQLite's log into the file
