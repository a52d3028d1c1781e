"""What customers said of approved answers."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_JUDGED = sa.text("helped IS NOT NULL")


def upgrade() -> None:
    with op.batch_alter_table("messages", schema=None) as batch_op:
        batch_op.add_column(sa.Column("helped", sa.Boolean(), nullable=True))
    op.create_index("ix_messages_judged", "messages", ["id"], sqlite_where=_JUDGED, postgresql_where=_JUDGED)
