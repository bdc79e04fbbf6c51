"""Pages and records know their batch, so that a batch is counted from indices alone."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

COUNTED = (("page", "outcome"), ("record", "state"))


def upgrade() -> None:  # noqa: D103
    for table, counted in COUNTED:
        op.add_column(table, sa.Column("batch_id", sa.String(length=64), nullable=False, server_default=""))
        op.execute(f"UPDATE {table} SET batch_id = (SELECT batch_id FROM unit WHERE unit.key = {table}.unit_key)")  # noqa: S608
        op.create_index(f"ix_{table}_batch_id_{counted}", table, ["batch_id", counted])
    op.drop_index("ix_sighting_batch_id", "sighting")
    op.create_index("ix_sighting_batch_id_state", "sighting", ["batch_id", "state"])
