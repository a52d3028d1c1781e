"""What sites sign of their customers, and erasures."""

import sqlalchemy as sa
from alembic import op

from handoff.store import UtcDateTime

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_UNDONE = sa.text("done_at IS NULL")


def upgrade() -> None:
    _signed()
    _uses()
    _erasures()


def _signed() -> None:
    op.create_table(
        "signed_details",
        sa.Column("customer_id", sa.String(), nullable=False),
        sa.Column("site", sa.String(), nullable=False),
        sa.Column("details", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_signed_details_customer_id")),
        sa.PrimaryKeyConstraint("customer_id", name=op.f("pk_signed_details")),
    )


def _uses() -> None:
    op.create_table(
        "identity_uses",
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("conversation_id", sa.String(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name=op.f("fk_identity_uses_conversation_id")
        ),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_identity_uses")),
    )
    op.create_index(op.f("ix_identity_uses_conversation_id"), "identity_uses", ["conversation_id"])
    op.create_index(op.f("ix_identity_uses_expires_at"), "identity_uses", ["expires_at"])


def _erasures() -> None:
    op.create_table(
        "erasures",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("customer_id", sa.String(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("latest_at", UtcDateTime(), nullable=False),
        sa.Column("done_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_erasures_customer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasures")),
    )
    op.create_index(
        "uq_erasures_undone",
        "erasures",
        ["customer_id"],
        unique=True,
        sqlite_where=_UNDONE,
        postgresql_where=_UNDONE,
    )
