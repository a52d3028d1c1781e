"""Alembic's entry: the caller hands in the connection, inside a transaction."""

from alembic import context

from handoff.models import Base


def run() -> None:
    connection = context.config.attributes["connection"]
    context.configure(connection=connection, target_metadata=Base.metadata, render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()


run()
