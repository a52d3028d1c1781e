"""Canned replies, and which approved answers a reply was made of."""

import sqlalchemy as sa
from alembic import op

from handoff.store import UtcDateTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("messages", schema=None) as batch_op:
        batch_op.add_column(sa.Column("suggested", sa.JSON(none_as_null=True), nullable=True))
    op.create_table(
        "canned_replies",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("owner_id", sa.String(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("topic", sa.String(), nullable=False),
        sa.Column("texts", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.Column("updated_by", sa.String(), nullable=False),
        sa.Column("removed_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("version > 0", name=op.f("ck_canned_replies_version")),
        sa.ForeignKeyConstraint(["owner_id"], ["agents.id"], name=op.f("fk_canned_replies_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_canned_replies")),
    )
    _unique("uq_canned_replies_team_name", ["name"], "owner_id IS NULL AND removed_at IS NULL")
    _unique("uq_canned_replies_own_name", ["owner_id", "name"], "owner_id IS NOT NULL AND removed_at IS NULL")


def _unique(name: str, columns: list[str], where: str) -> None:
    op.create_index(
        name, "canned_replies", columns, unique=True, sqlite_where=sa.text(where), postgresql_where=sa.text(where)
    )
