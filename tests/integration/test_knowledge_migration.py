"""The knowledge tables: migrations and models agree, and a killed or doubled migration does no harm."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text
from sqlalchemy.exc import IntegrityError

from bot.knowledge.tables import VERSION_TABLE, Base, Version, migrate
from handoff.service import Database
from handoff.service import migrate as migrate_core
from tests.support.knowledge import NOW


@pytest.fixture
def database(empty_url: str) -> Iterator[Database]:
    database = Database(empty_url)
    yield database
    database.dispose()


def ours(name: str | None, type_: str) -> bool:
    return type_ != "table" or (name or "").startswith("knowledge_")


def test_migrations_and_models_give_the_same_schema(database: Database) -> None:
    migrate(database)
    with database.engine.connect() as connection:
        options = {"include_name": lambda name, type_, _parents: ours(name, type_), "compare_type": True}
        context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE, **options})
        assert compare_metadata(context, Base.metadata) == []


def test_migrating_again_changes_nothing(database: Database) -> None:
    migrate(database)
    migrate(database)
    assert VERSION_TABLE in inspect(database.engine).get_table_names()


def test_core_and_knowledge_live_in_one_database(database: Database) -> None:
    migrate_core(database)
    migrate(database)
    migrate_core(database)
    names = inspect(database.engine).get_table_names()
    assert {"conversations", "knowledge_versions", VERSION_TABLE} <= set(names)


def test_several_processes_may_migrate_at_once(database: Database) -> None:
    with ThreadPoolExecutor(3) as pool:
        for done in [pool.submit(migrate, database) for _ in range(3)]:
            done.result()


def test_a_migration_that_breaks_off_leaves_nothing_behind(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("killed")

    monkeypatch.setattr("alembic.op.create_index", broken)
    with pytest.raises(RuntimeError):
        migrate(database)
    assert inspect(database.engine).get_table_names() == []
    monkeypatch.undo()
    migrate(database)
    assert "knowledge_current" in inspect(database.engine).get_table_names()


@pytest.mark.parametrize(
    "wrong",
    [
        {"state": "served"},
        {"state": "approved"},
        {"state": "draft", "approver": "Elena", "approved_at": NOW},
        {"state": "approved", "approver": "Elena"},
        {"state": "retired", "approver": "Elena", "approved_at": NOW},
    ],
)
def test_the_tables_refuse_an_impossible_state(database: Database, wrong: dict[str, object]) -> None:
    migrate(database)
    row = {"item_id": "a", "kind": "entry", "version": 1, "digest": "d", "content": {}, "author": "m"}
    with pytest.raises(IntegrityError), database.write() as session:
        session.add(Version(**row, created_at=NOW, **wrong))


def test_a_version_number_is_used_once(database: Database) -> None:
    migrate(database)
    row = {"item_id": "a", "kind": "entry", "version": 1, "digest": "d", "content": {}, "author": "m"}
    with pytest.raises(IntegrityError), database.write() as session:
        session.add_all([Version(**row, created_at=NOW, state="draft"), Version(**row, created_at=NOW, state="draft")])


def test_foreign_keys_hold(database: Database) -> None:
    migrate(database)
    with pytest.raises(IntegrityError), database.write() as session:
        session.execute(text("INSERT INTO knowledge_members (release_number, version_id) VALUES (1, 1)"))
