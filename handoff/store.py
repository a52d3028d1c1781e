"""The database: one code path over SQLite (embedded) and PostgreSQL, and the types every table uses."""

import secrets
import sqlite3
import threading
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache, wraps
from pathlib import Path
from typing import Any, ParamSpec, TypeVar, cast

from sqlalchemy import DateTime, Engine, bindparam, create_engine, event, inspect, select
from sqlalchemy.engine import Connection, Dialect, make_url
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session
from sqlalchemy.sql import Select
from sqlalchemy.types import TypeDecorator

from handoff.clock import check_aware
from handoff.errors import SettingsInvalid, Unavailable

BUSY_TIMEOUT_MS = 5000
READ_ONLY = "25006"  # PostgreSQL's code after a fail-over to a copy: the driver does not count it as operational
CROSSED = frozenset({"40P01", "40001"})  # PostgreSQL's codes for a deadlock, and for what could not be put in a row
NAMING = {  # every constraint has a name, the same in migrations and models
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
Row = TypeVar("Row")
Given = ParamSpec("Given")
Result = TypeVar("Result")


class UtcDateTime(TypeDecorator[datetime]):
    """An aware instant in UTC. SQLite keeps it naive; it is aware again when read."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        instant = check_aware(value)
        return instant.replace(tzinfo=None) if dialect.name == "sqlite" else instant

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy gives it
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def new_id(now: datetime) -> str:
    """A 32-character id that sorts by the millisecond of `now` and cannot be guessed."""
    return f"{id_at(now)}{secrets.token_hex(10)}"


def id_at(now: datetime) -> str:
    """How ids of that instant begin: what is at or after it in their order was made then or later."""
    return f"{int(now.timestamp() * 1000):012x}"


class Database:
    """A database by URL (`sqlite:///path` or `postgresql://…`). Raises Unavailable when it cannot be written."""

    def __init__(self, url: str) -> None:
        try:
            parsed = make_url(url)
        except Exception as exc:
            raise SettingsInvalid(
                "RELEVO_DATABASE_URL is not a database URL", fields={"database_url": "sqlite:/// or postgresql://"}
            ) from exc
        if parsed.drivername in {"postgresql", "postgres"}:
            parsed = parsed.set(drivername="postgresql+psycopg")
        self.url = parsed.render_as_string(hide_password=False)
        self.is_sqlite = parsed.get_backend_name() == "sqlite"
        if self.is_sqlite and parsed.database:
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        self.engine = self._engine()
        self._writing = threading.Lock()

    def _engine(self) -> Engine:
        # an error's text goes to the log: what customers wrote must not be in it
        pool: dict[str, Any] = {"pool_size": 10, "max_overflow": 20, "pool_timeout": 10, "hide_parameters": True}
        if not self.is_sqlite:
            return create_engine(self.url, pool_pre_ping=True, **pool)
        engine = create_engine(self.url, **pool)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine

    @contextmanager
    def write(self) -> Iterator[Session]:
        """One transaction that may write: committed on leaving, rolled back on any error."""
        with self._turn(), self._session(write=True) as session:
            yield session

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """SQLite's only writer: threads queue here, without a connection, as its own waiting is a sleep up to 0.1 s."""
        if not self.is_sqlite:
            yield
            return
        if not self._writing.acquire(timeout=BUSY_TIMEOUT_MS / 1000):
            raise Unavailable
        try:
            yield
        finally:
            self._writing.release()

    @contextmanager
    def read(self) -> Iterator[Session]:
        """One transaction that only reads: a consistent picture of everything, on both databases.

        A page that reads the state and then the messages would else show a state that nobody was told of yet.
        """
        with self._session(write=False) as session:
            if not self.is_sqlite:
                session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
            yield session

    @contextmanager
    def _session(self, *, write: bool) -> Iterator[Session]:
        engine = self.engine.execution_options(relevo_write=write)
        try:
            with Session(engine, expire_on_commit=False) as session, session.begin():
                yield session
        except (OperationalError, PoolTimeout) as exc:
            raise Unavailable from exc
        except DBAPIError as exc:
            if exc.connection_invalidated or getattr(exc.orig, "sqlstate", None) == READ_ONLY:
                raise Unavailable from exc
            raise

    def dispose(self) -> None:
        """Closes every pooled connection."""
        self.engine.dispose()


def _prepare_sqlite(connection: sqlite3.Connection, _record: Any) -> None:
    connection.isolation_level = None  # pysqlite would begin transactions by itself, and too late
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute("PRAGMA secure_delete=ON")  # what is erased is overwritten, not only forgotten
    if cursor.execute("PRAGMA synchronous").fetchone() != (2,):
        raise Unavailable("SQLite did not accept synchronous=FULL")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    write = connection.get_execution_options().get("relevo_write", True)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


def repeated_once(use_case: Callable[Given, Result]) -> Callable[Given, Result]:
    """The use case, done once more, whole, where another transaction has crossed it and nothing of it was stored."""

    @wraps(use_case)
    def run(*given: Given.args, **named: Given.kwargs) -> Result:
        try:
            return use_case(*given, **named)
        except Unavailable as exc:
            if getattr(getattr(exc.__cause__, "orig", None), "sqlstate", None) not in CROSSED:
                raise
            return use_case(*given, **named)

    return run


def locked(statement: Select[Any], *, skip: bool = False) -> Select[Any]:
    """`statement` with row locks on PostgreSQL; on SQLite the write transaction is the lock."""
    return statement.with_for_update(skip_locked=skip)


def one(session: Session, entity: type[Row], key: Any, *, lock: bool = False) -> Row | None:
    """The row of `entity` with primary key `key`, read anew, locked when asked."""
    return session.execute(_by_key(cast("Hashable", entity), lock), {"key": key}).scalar_one_or_none()


@cache
def _by_key(entity: Any, lock: bool) -> Select[Any]:
    """Built once: building a statement costs more than running one this small."""
    (mapper_key, *_) = inspect(entity).primary_key
    statement = select(entity).where(mapper_key == bindparam("key")).execution_options(populate_existing=True)
    return locked(statement) if lock else statement
