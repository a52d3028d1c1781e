"""Runs the knowledge migrations on the connection that `bot.knowledge.tables.migrate` hands in."""

from alembic import context

from bot.knowledge.tables import VERSION_TABLE, Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    version_table=VERSION_TABLE,
    render_as_batch=True,
)
context.run_migrations()
