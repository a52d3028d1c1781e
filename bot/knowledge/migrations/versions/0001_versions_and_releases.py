"""Versions, releases, their members, and the current release."""

import sqlalchemy as sa
from alembic import op

from handoff.service import UtcDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "knowledge_versions",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("item_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("content", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("approver", sa.String(), nullable=True),
        sa.Column("approved_at", UtcDateTime(), nullable=True),
        sa.Column("retired_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "state IN ('draft', 'in_review', 'approved', 'retired')", name=op.f("ck_knowledge_versions_state_known")
        ),
        sa.CheckConstraint(
            "(state IN ('approved', 'retired')) = (approver IS NOT NULL)",
            name=op.f("ck_knowledge_versions_approved_by_somebody"),
        ),
        sa.CheckConstraint(
            "(approver IS NULL) = (approved_at IS NULL)", name=op.f("ck_knowledge_versions_approved_at_some_time")
        ),
        sa.CheckConstraint(
            "(state = 'retired') = (retired_at IS NOT NULL)", name=op.f("ck_knowledge_versions_retired_at_some_time")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_knowledge_versions")),
        sa.UniqueConstraint("item_id", "version", name=op.f("uq_knowledge_versions_item_id_version")),
    )
    op.create_table(
        "knowledge_releases",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_knowledge_releases")),
        sa.UniqueConstraint("digest", name=op.f("uq_knowledge_releases_digest")),
    )
    op.create_table(
        "knowledge_members",
        sa.Column("release_number", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["release_number"], ["knowledge_releases.number"], name=op.f("fk_knowledge_members_release_number")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["knowledge_versions.id"], name=op.f("fk_knowledge_members_version_id")
        ),
        sa.PrimaryKeyConstraint("release_number", "version_id", name=op.f("pk_knowledge_members")),
    )
    op.create_index(op.f("ix_knowledge_members_version_id"), "knowledge_members", ["version_id"])
    op.create_table(
        "knowledge_current",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("release_number", sa.Integer(), nullable=False),
        sa.Column("switched_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_knowledge_current_one_row")),
        sa.ForeignKeyConstraint(
            ["release_number"], ["knowledge_releases.number"], name=op.f("fk_knowledge_current_release_number")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_knowledge_current")),
    )


def downgrade() -> None:
    for table in ("knowledge_current", "knowledge_members", "knowledge_releases", "knowledge_versions"):
        op.drop_table(table)
