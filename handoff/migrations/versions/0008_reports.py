"""Pauses of teams, and indexes by time for the reports."""

import sqlalchemy as sa
from alembic import op

from handoff.store import UtcDateTime

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "team_pauses",
        sa.Column("team", sa.String(), nullable=False),
        sa.Column("agent_id", sa.String(), nullable=False),
        sa.Column("until", UtcDateTime(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("set_by", sa.String(), nullable=False),
        sa.Column("set_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["agent_id"], ["agents.id"], name=op.f("fk_team_pauses_agent_id")),
        sa.ForeignKeyConstraint(["set_by"], ["agents.id"], name=op.f("fk_team_pauses_set_by")),
        sa.PrimaryKeyConstraint("team", "agent_id", name=op.f("pk_team_pauses")),
    )
    op.create_index(op.f("ix_team_pauses_agent_id"), "team_pauses", ["agent_id"])
    op.create_index("ix_handoffs_opened_at", "handoffs", ["opened_at"])
    op.create_index("ix_promises_made_at", "promises", ["made_at"])
    op.create_index("ix_ratings_at", "ratings", ["at"])
    _partial("ix_messages_said_at", "author = 'customer'")
    _partial("ix_messages_decided_at", "decision IS NOT NULL")


def _partial(name: str, where: str) -> None:
    op.create_index(name, "messages", ["at"], sqlite_where=sa.text(where), postgresql_where=sa.text(where))
