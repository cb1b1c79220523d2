"""What is recorded of a contact's calls."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from cti_bridge.store.metadata import json_of

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("interactions", sa.Column("recording", json_of()))


def downgrade() -> None:
    op.drop_column("interactions", "recording")
