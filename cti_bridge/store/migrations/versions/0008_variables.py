"""What the PBX's dial plan said of a caller, with the contact."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from cti_bridge.store.metadata import json_of

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("interactions", sa.Column("variables", json_of()))


def downgrade() -> None:
    op.drop_column("interactions", "variables")
