"""Finding the few conversations that try the website channel."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_TESTS = sa.text("account = 'test'")


def upgrade() -> None:
    op.create_index("ix_conversations_tests", "conversations", ["id"], sqlite_where=_TESTS, postgresql_where=_TESTS)
