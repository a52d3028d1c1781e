"""Attachments of customers' messages, and phones on which web chats go on."""

import sqlalchemy as sa
from alembic import op

from handoff.store import UtcDateTime

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_NOT_OVER = sa.text("status <> 'over'")
_UNFINISHED = sa.text("status IN ('pending', 'sending')")


def upgrade() -> None:
    _attachments()
    _text_routes()
    with op.batch_alter_table("conversations", schema=None) as batch_op:
        batch_op.add_column(sa.Column("text_route_id", sa.String(), nullable=True))
    op.create_index(
        "ix_deliveries_address", "deliveries", ["address"], sqlite_where=_UNFINISHED, postgresql_where=_UNFINISHED
    )


def _attachments() -> None:
    op.create_table(
        "attachments",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("content_type", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"], name=op.f("fk_attachments_message_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachments")),
        sa.UniqueConstraint("message_id", "position", name=op.f("uq_attachments_message_id_position")),
    )


def _text_routes() -> None:
    keys = {
        "conversation_id": "conversations",
        "handoff_id": "handoffs",
        "address_id": "addresses",
        "agent_id": "agents",
    }
    op.create_table(
        "text_routes",
        sa.Column("id", sa.String(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in keys),
        sa.Column("phone", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("typed", sa.Boolean(), nullable=False),
        sa.Column("ended_by", sa.String(), nullable=True),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("live_at", UtcDateTime(), nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("status IN ('asked', 'live', 'paused', 'over')", name=op.f("ck_text_routes_status")),
        *(
            sa.ForeignKeyConstraint([name], [f"{table}.id"], name=op.f(f"fk_text_routes_{name}"))
            for name, table in keys.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_text_routes")),
    )
    for name, column in (("uq_text_routes_conversation", "conversation_id"), ("uq_text_routes_phone", "phone")):
        op.create_index(name, "text_routes", [column], unique=True, sqlite_where=_NOT_OVER, postgresql_where=_NOT_OVER)
