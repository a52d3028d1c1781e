"""Migrations and models say the same, on both databases."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect

from handoff.models import Base
from handoff.service import Database, migrate


def test_migrations_give_the_schema_of_the_models(empty_url: str) -> None:
    database = Database(empty_url)
    migrate(database)
    with database.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []
    database.dispose()


def test_constraints_have_the_names_of_the_models(empty_url: str) -> None:
    """Autogenerate does not compare CHECKs and partial indexes, so their names are."""
    database = Database(empty_url)
    migrate(database)
    inspector = inspect(database.engine)
    for table in Base.metadata.tables.values():
        wanted = {str(each.name) for each in table.constraints | table.indexes if each.name}
        found = {
            each["name"]
            for look in (inspector.get_check_constraints, inspector.get_indexes, inspector.get_unique_constraints)
            for each in look(table.name)
        } | {inspector.get_pk_constraint(table.name)["name"]}
        found |= {each["name"] for each in inspector.get_foreign_keys(table.name)}
        assert wanted <= found, table.name
    database.dispose()


def test_migrating_again_changes_nothing(empty_url: str) -> None:
    database = Database(empty_url)
    migrate(database)
    migrate(database)
    database.dispose()
