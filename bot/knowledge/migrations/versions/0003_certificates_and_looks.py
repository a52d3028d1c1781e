"""What was shown of each model, what the drift alarm last saw, and gaps that somebody has put aside."""

import sqlalchemy as sa
from alembic import op

from handoff.service import UtcDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "knowledge_certificates",
        sa.Column("model", sa.String(), nullable=False),
        sa.Column("release_number", sa.Integer(), nullable=False),
        sa.Column("content", sa.String(), nullable=False),
        sa.Column("languages", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("noted_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["release_number"], ["knowledge_releases.number"], name=op.f("fk_knowledge_certificates_release_number")
        ),
        sa.PrimaryKeyConstraint("model", name=op.f("pk_knowledge_certificates")),
    )
    op.create_index(op.f("ix_knowledge_certificates_release_number"), "knowledge_certificates", ["release_number"])
    op.create_table(
        "knowledge_looks",
        sa.Column("release_number", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("content", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("then", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("now", sa.JSON(none_as_null=True), nullable=False),
        sa.CheckConstraint("state IN ('quiet', 'too_few', 'drifted')", name=op.f("ck_knowledge_looks_state_known")),
        sa.ForeignKeyConstraint(
            ["release_number"], ["knowledge_releases.number"], name=op.f("fk_knowledge_looks_release_number")
        ),
        sa.PrimaryKeyConstraint("release_number", "language", name=op.f("pk_knowledge_looks")),
    )
    op.create_table(
        "knowledge_dismissals",
        sa.Column("gap_id", sa.String(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("gap_id", name=op.f("pk_knowledge_dismissals")),
    )


def downgrade() -> None:
    for table in ("knowledge_dismissals", "knowledge_looks", "knowledge_certificates"):
        op.drop_table(table)
