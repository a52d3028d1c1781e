"""The ladder, offers, expected waits, and notifications to people who are not at the desk."""

import sqlalchemy as sa
from alembic import op

from handoff.store import UtcDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _handoffs()
    _agents()
    _notifications()
    _sent_and_missed()
    _alerts()
    _index("promises", "ix_promises_due_at", ["due_at"], "closed_at IS NULL")


def _index(table: str, name: str, columns: list[str], where: str) -> None:
    op.create_index(name, table, columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))


def _handoffs() -> None:
    with op.batch_alter_table("handoffs", schema=None) as batch_op:
        batch_op.add_column(sa.Column("told_version", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("alarms", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("first_held_at", UtcDateTime(), nullable=True))
        batch_op.add_column(sa.Column("last_agent_id", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("place_told", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("wait_told", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("bot_offered_at", UtcDateTime(), nullable=True))
        batch_op.add_column(sa.Column("answered_upto", sa.Integer(), nullable=False, server_default="0"))
        batch_op.create_foreign_key(op.f("fk_handoffs_last_agent_id"), "agents", ["last_agent_id"], ["id"])
    _index("handoffs", "ix_handoffs_open_state", ["state", "waiting_since"], "deadline_at IS NOT NULL")
    _index("handoffs", "ix_handoffs_first_held_at", ["first_held_at"], "first_held_at IS NOT NULL")
    op.execute(sa.text("UPDATE handoffs SET told_version = version"))


def _alerts() -> None:
    """What lasted with its case is done with it; the open ones have an index that no other can outbid."""
    op.execute(
        sa.text(
            "UPDATE alerts SET done_at = (SELECT ended_at FROM handoffs WHERE handoffs.id = alerts.handoff_id)"
            " WHERE done_at IS NULL AND handoff_id IN (SELECT id FROM handoffs WHERE deadline_at IS NULL)"
            " AND kind NOT IN ('delivery_dead', 'untellable', 'withdrawn', 'review_due')"
        )
    )
    op.drop_index("ix_alerts_audience", table_name="alerts")
    _index("alerts", "ix_alerts_undone", ["audience", "at"], "done_at IS NULL")


def _sent_and_missed() -> None:
    """What the audit and the guarantee page need to know of sendings and of missed promises."""
    with op.batch_alter_table("deliveries", schema=None) as batch_op:
        batch_op.add_column(sa.Column("begun_epoch", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("begun_told", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("follow_at", UtcDateTime(), nullable=True))
    with op.batch_alter_table("promises", schema=None) as batch_op:
        batch_op.add_column(sa.Column("missed_at", UtcDateTime(), nullable=True))
    _index("deliveries", "ix_deliveries_follow_at", ["follow_at"], "follow_at IS NOT NULL")
    _index("promises", "ix_promises_missed_at", ["missed_at"], "missed_at IS NOT NULL")
    _index("promises", "ix_promises_closed_at", ["closed_at"], "closed_at IS NOT NULL")


def _agents() -> None:
    with op.batch_alter_table("agents", schema=None) as batch_op:
        batch_op.add_column(sa.Column("skills", sa.JSON(none_as_null=True), nullable=False, server_default="[]"))
        batch_op.add_column(sa.Column("shift", sa.JSON(none_as_null=True), nullable=True))
        batch_op.add_column(sa.Column("last_assigned_at", UtcDateTime(), nullable=True))


def _notifications() -> None:
    op.create_table(
        "notifications",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("target", sa.String(), nullable=False),
        sa.Column("audience", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("handoff_id", sa.String(), nullable=True),
        sa.Column("data", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_at", UtcDateTime(), nullable=False),
        sa.Column("lease_owner", sa.String(), nullable=True),
        sa.Column("lease_until", UtcDateTime(), nullable=True),
        sa.Column("error", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("sent_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("channel IN ('email', 'sms', 'webhook')", name=op.f("ck_notifications_channel")),
        sa.CheckConstraint(
            "status IN ('pending', 'sending', 'sent', 'superseded', 'dead')", name=op.f("ck_notifications_status")
        ),
        sa.ForeignKeyConstraint(["handoff_id"], ["handoffs.id"], name=op.f("fk_notifications_handoff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notifications")),
    )
    op.create_index("ix_notifications_handoff_id", "notifications", ["handoff_id"])
    op.create_index("ix_notifications_matter", "notifications", ["channel", "target", "kind", "created_at"])
    _index("notifications", "ix_notifications_due", ["next_at"], "status IN ('pending', 'sending')")
