"""The agent who looks after a customer."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from cti_bridge.store.metadata import key_of

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("customers", sa.Column("owner", key_of(80), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("customers", "owner")
