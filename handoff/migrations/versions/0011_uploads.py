"""Pictures and files that customers send from the page."""

import sqlalchemy as sa
from alembic import op

from handoff.store import UtcDateTime

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "uploads",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("conversation_id", sa.String(), nullable=False),
        sa.Column("message_id", sa.String(), nullable=True),
        sa.Column("client_id", sa.String(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("content_type", sa.String(), nullable=False),
        sa.Column("bytes", sa.Integer(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversations.id"], name=op.f("fk_uploads_conversation_id")),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"], name=op.f("fk_uploads_message_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_uploads")),
        sa.UniqueConstraint("conversation_id", "client_id", name=op.f("uq_uploads_conversation_id_client_id")),
    )
    op.create_index(op.f("ix_uploads_message_id"), "uploads", ["message_id"])
    unsent = sa.text("message_id IS NULL")
    op.create_index("ix_uploads_unsent", "uploads", ["created_at"], sqlite_where=unsent, postgresql_where=unsent)
    op.create_table(
        "upload_contents",
        sa.Column("upload_id", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["upload_id"], ["uploads.id"], name=op.f("fk_upload_contents_upload_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("upload_id", name=op.f("pk_upload_contents")),
    )
