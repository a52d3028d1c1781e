"""Builds of releases, the engines that serve them, the owner's test questions, and what was current before."""

import sqlalchemy as sa
from alembic import op

from handoff.service import UtcDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

BUILD_RULES = {
    "kind_known": "kind IN ('build', 'switch')",
    "state_known": "state IN ('asked', 'running', 'switched', 'failed')",
    "open_while_unfinished": "(state IN ('asked', 'running')) = (open IS NOT NULL)",
    "one_open": "open IS NULL OR open = 1",
    "ended_at_some_time": "(open IS NULL) = (ended_at IS NOT NULL)",
    "running_by_somebody": "(state = 'running') = (lease_owner IS NOT NULL)",
    "failed_for_a_reason": "(state = 'failed') = (error IS NOT NULL)",
}


def upgrade() -> None:
    op.add_column("knowledge_current", sa.Column("previous_number", sa.Integer(), nullable=True))
    _create_builds()
    op.create_table(
        "knowledge_engines",
        sa.Column("host", sa.String(), nullable=False),
        sa.Column("release_number", sa.Integer(), nullable=False),
        sa.Column("url", sa.String(), nullable=True),
        sa.Column("model", sa.String(), nullable=True),
        sa.Column("ready_at", UtcDateTime(), nullable=True),
        sa.Column("seen_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "ready_at IS NULL OR (url IS NOT NULL AND model IS NOT NULL)", name=op.f("ck_knowledge_engines_reachable")
        ),
        sa.ForeignKeyConstraint(
            ["release_number"], ["knowledge_releases.number"], name=op.f("fk_knowledge_engines_release_number")
        ),
        sa.PrimaryKeyConstraint("host", "release_number", name=op.f("pk_knowledge_engines")),
    )
    op.create_table(
        "knowledge_questions",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("entry_id", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_knowledge_questions")),
        sa.UniqueConstraint("language", "text", name=op.f("uq_knowledge_questions_language_text")),
    )


def _create_builds() -> None:
    op.create_table(
        "knowledge_builds",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("open", sa.Integer(), nullable=True),
        sa.Column("step", sa.String(), nullable=True),
        sa.Column("asked_by", sa.String(), nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("error", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("findings", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("report", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("certificate", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("trained", sa.Boolean(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("lease_owner", sa.String(), nullable=True),
        sa.Column("lease_until", UtcDateTime(), nullable=True),
        *(sa.CheckConstraint(rule, name=op.f(f"ck_knowledge_builds_{name}")) for name, rule in BUILD_RULES.items()),
        sa.ForeignKeyConstraint(["number"], ["knowledge_releases.number"], name=op.f("fk_knowledge_builds_number")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_knowledge_builds")),
        sa.UniqueConstraint("open", name=op.f("uq_knowledge_builds_open")),
    )
    op.create_index(op.f("ix_knowledge_builds_number"), "knowledge_builds", ["number"])


def downgrade() -> None:
    for table in ("knowledge_questions", "knowledge_engines", "knowledge_builds"):
        op.drop_table(table)
    op.drop_column("knowledge_current", "previous_number")
