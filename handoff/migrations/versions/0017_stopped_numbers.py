"""A number that has stopped our texts stays known to have done so when its owner is forgotten."""

import sqlalchemy as sa
from alembic import op

from handoff.store import UtcDateTime

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "stopped_numbers",
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("digest", "account", name=op.f("pk_stopped_numbers")),
    )
