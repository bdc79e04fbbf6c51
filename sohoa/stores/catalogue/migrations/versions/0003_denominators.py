"""Denominators with their versions; lines and dossiers know their group, and whether they are still listed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from sohoa.stores.catalogue.tables import UtcTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:  # noqa: D103
    for table in ("dossier", "inventory_line"):
        op.add_column(table, sa.Column("group_id", sa.String(length=64), nullable=True))
        op.add_column(table, sa.Column("withdrawn", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column(
        "inventory_line", sa.Column("origin", sa.String(length=16), nullable=False, server_default="inventory")
    )
    op.add_column("dossier", sa.Column("batch_id", sa.String(length=64), nullable=False, server_default=""))
    op.add_column("dossier", sa.Column("year", sa.Integer(), nullable=True))
    op.create_index("ix_dossier_batch_id", "dossier", ["batch_id"])
    op.create_table(
        "denominator",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("series", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("origin", sa.String(length=16), nullable=False),
        sa.Column("quality", sa.String(length=16), nullable=False),
        sa.Column("agency_code", sa.String(length=64), nullable=False),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("unit", sa.String(length=16), nullable=False),
        sa.Column("count", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("stated", sa.String(length=10), nullable=False),
        sa.Column("entered", UtcTime(), nullable=False),
        sa.Column("who", sa.String(length=128), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("change", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_denominator")),
        sa.UniqueConstraint("series", "version", name=op.f("uq_denominator_series_version")),
    )
