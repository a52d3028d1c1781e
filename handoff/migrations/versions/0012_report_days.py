"""What reports count on days that are over for good, and agents' replies by time."""

import sqlalchemy as sa
from alembic import op

from handoff.store import UtcDateTime

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_AGENTS = sa.text("author = 'agent'")


def upgrade() -> None:
    op.create_table(
        "report_days",
        sa.Column("report", sa.String(), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("day", sa.String(), nullable=False),
        sa.Column("cells", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("report", "zone", "day", name=op.f("pk_report_days")),
    )
    op.create_index("ix_messages_replied_at", "messages", ["at"], sqlite_where=_AGENTS, postgresql_where=_AGENTS)
