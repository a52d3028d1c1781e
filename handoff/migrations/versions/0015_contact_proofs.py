"""Contacts that a code proves; a chat may go on by text at the customer's own wish, without an agent."""

import sqlalchemy as sa
from alembic import op

from handoff.store import UtcDateTime

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_ALIVE = sa.text("status <> 'over'")
_KEYS = {"conversation_id": "conversations", "handoff_id": "handoffs", "address_id": "addresses", "agent_id": "agents"}


def upgrade() -> None:
    _proofs()
    if op.get_bind().dialect.name == "postgresql":
        op.alter_column("text_routes", "agent_id", existing_type=sa.String(), nullable=True)
    else:
        _rebuild_routes()


def _proofs() -> None:
    op.create_table(
        "contact_proofs",
        sa.Column("id", sa.String(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("conversation_id", "kind", "value", "nonce")),
        sa.Column("wrong", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("country", sa.String(), nullable=True),
        sa.Column("network", sa.String(), nullable=True),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("proven_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("status IN ('asked', 'proven', 'over')", name=op.f("ck_contact_proofs_status")),
        sa.CheckConstraint("kind IN ('phone', 'email')", name=op.f("ck_contact_proofs_kind")),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name=op.f("fk_contact_proofs_conversation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_proofs")),
    )
    for name in ("conversation_id", "value", "asked_at"):
        op.create_index(op.f(f"ix_contact_proofs_{name}"), "contact_proofs", [name])
    op.create_index(
        "uq_contact_proofs_alive",
        "contact_proofs",
        ["conversation_id"],
        unique=True,
        sqlite_where=_ALIVE,
        postgresql_where=_ALIVE,
    )


def _rebuild_routes() -> None:
    """SQLite cannot loosen a column; nothing refers to this table, so it is made anew and filled from the old one."""
    op.rename_table("text_routes", "text_routes_before")
    for name in ("uq_text_routes_conversation", "uq_text_routes_phone"):
        op.drop_index(name, "text_routes_before")
    op.create_table(
        "text_routes",
        sa.Column("id", sa.String(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=name == "agent_id") for name in _KEYS),
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
            for name, table in _KEYS.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_text_routes")),
    )
    columns = f"id, {', '.join(_KEYS)}, phone, status, typed, ended_by, asked_at, live_at, ended_at"
    op.execute(f"INSERT INTO text_routes ({columns}) SELECT {columns} FROM text_routes_before")  # noqa: S608 - our names
    op.drop_table("text_routes_before")
    for name, column in (("uq_text_routes_conversation", "conversation_id"), ("uq_text_routes_phone", "phone")):
        op.create_index(name, "text_routes", [column], unique=True, sqlite_where=_ALIVE)
