"""Why a step of a contact's journey was, as a code and figures beside the name."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from cti_bridge.store.metadata import json_of, key_of

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("journey", sa.Column("code", key_of(40), nullable=False, server_default=""))
    op.add_column("journey", sa.Column("figures", json_of()))


def downgrade() -> None:
    op.drop_column("journey", "figures")
    op.drop_column("journey", "code")
