"""First tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from sohoa.stores.catalogue.tables import UtcTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:  # noqa: D103
    op.create_table(
        "agency",
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=1024), nullable=True),
        sa.Column("parent_code", sa.String(length=64), nullable=True),
        sa.Column("valid_from", sa.String(length=10), nullable=True),
        sa.Column("valid_to", sa.String(length=10), nullable=True),
        sa.Column("successor_code", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_agency")),
    )
    op.create_table(
        "batch",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("folder", sa.String(length=4096), nullable=False),
        sa.Column("fonds_code", sa.String(length=64), nullable=False),
        sa.Column("agency_code", sa.String(length=64), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("created", UtcTime(), nullable=False),
        sa.Column("finished", UtcTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batch")),
    )
    op.create_table(
        "dossier",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("fonds_code", sa.String(length=64), nullable=False),
        sa.Column("code", sa.String(length=100), nullable=False),
        sa.Column("title", sa.String(length=1024), nullable=True),
        sa.Column("period", sa.String(length=64), nullable=True),
        sa.Column("retention", sa.String(length=64), nullable=True),
        sa.Column("sheets", sa.Integer(), nullable=True),
        sa.Column("pages", sa.Integer(), nullable=True),
        sa.Column("box", sa.String(length=64), nullable=True),
        sa.Column("shelf", sa.String(length=64), nullable=True),
        sa.Column("access_class", sa.String(length=64), nullable=True),
        sa.Column("secrecy", sa.String(length=16), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_dossier")),
    )
    with op.batch_alter_table("dossier", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_dossier_code"), ["code"], unique=False)
        batch_op.create_index(batch_op.f("ix_dossier_fonds_code"), ["fonds_code"], unique=False)

    op.create_table(
        "event",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("time", UtcTime(), nullable=False),
        sa.Column("who", sa.String(length=128), nullable=False),
        sa.Column("what", sa.String(length=64), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event")),
    )
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_event_subject"), ["subject"], unique=False)
        batch_op.create_index(batch_op.f("ix_event_what"), ["what"], unique=False)

    op.create_table(
        "file",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_file")),
    )
    op.create_table(
        "fonds",
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=1024), nullable=True),
        sa.Column("agency_code", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_fonds")),
    )
    op.create_table(
        "inventory_line",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("batch_id", sa.String(length=64), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("fonds_code", sa.String(length=64), nullable=False),
        sa.Column("agency_code", sa.String(length=64), nullable=False),
        sa.Column("dossier_key", sa.String(length=64), nullable=True),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("type", sa.String(length=64), nullable=True),
        sa.Column("pages", sa.Integer(), nullable=True),
        sa.Column("retention", sa.String(length=64), nullable=True),
        sa.Column("secrecy", sa.String(length=16), nullable=True),
        sa.Column("record_id", sa.String(length=64), nullable=True),
        sa.Column("matched_by", sa.String(length=16), nullable=True),
        sa.Column("number", sa.String(length=32), nullable=True),
        sa.Column("notation", sa.String(length=128), nullable=True),
        sa.Column("issued_date", sa.String(length=10), nullable=True),
        sa.Column("subject", sa.String(length=2048), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_inventory_line")),
    )
    with op.batch_alter_table("inventory_line", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_inventory_line_agency_code"), ["agency_code"], unique=False)
        batch_op.create_index(batch_op.f("ix_inventory_line_batch_id"), ["batch_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_inventory_line_dossier_key"), ["dossier_key"], unique=False)
        batch_op.create_index(batch_op.f("ix_inventory_line_record_id"), ["record_id"], unique=False)

    op.create_table(
        "lease",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("owner", sa.String(length=128), nullable=False),
        sa.Column("until", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_lease")),
    )
    op.create_table(
        "meta",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("value", sa.String(length=255), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_meta")),
    )
    op.create_table(
        "outbox",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("record_id", sa.String(length=64), nullable=False),
        sa.Column("created", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
    )
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_outbox_record_id"), ["record_id"], unique=False)

    op.create_table(
        "stage_run",
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("stage", sa.String(length=16), nullable=False),
        sa.Column("version", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("lease_owner", sa.String(length=128), nullable=True),
        sa.Column("lease_until", UtcTime(), nullable=True),
        sa.Column("error_class", sa.String(length=64), nullable=True),
        sa.Column("error_message", sa.String(length=2048), nullable=True),
        sa.Column("started", UtcTime(), nullable=True),
        sa.Column("finished", UtcTime(), nullable=True),
        sa.Column("seconds", sa.Double(), nullable=True),
        sa.PrimaryKeyConstraint("subject", "stage", "version", name=op.f("pk_stage_run")),
    )
    op.create_table(
        "sighting",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("batch_id", sa.String(length=64), nullable=False),
        sa.Column("path_hash", sa.String(length=64), nullable=False),
        sa.Column("path", sa.String(length=4096), nullable=True),
        sa.Column("size", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("mtime_ns", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("inode", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("unit_key", sa.String(length=64), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("duplicate_of", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("line_key", sa.String(length=64), nullable=True),
        sa.Column("dossier_code", sa.String(length=100), nullable=True),
        sa.Column("error_class", sa.String(length=64), nullable=True),
        sa.Column("error_message", sa.String(length=2048), nullable=True),
        sa.ForeignKeyConstraint(["batch_id"], ["batch.id"], name=op.f("fk_sighting_batch_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sighting")),
        sa.UniqueConstraint("batch_id", "path_hash", name=op.f("uq_sighting_batch_id_path_hash")),
    )
    with op.batch_alter_table("sighting", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sighting_batch_id"), ["batch_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_sighting_sha256"), ["sha256"], unique=False)
        batch_op.create_index("ix_sighting_state_id", ["state", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_sighting_unit_key"), ["unit_key"], unique=False)

    op.create_table(
        "unit",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("batch_id", sa.String(length=64), nullable=False),
        sa.Column("first_sighting", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("line_key", sa.String(length=64), nullable=True),
        sa.Column("dossier_code", sa.String(length=100), nullable=True),
        sa.Column("secrecy", sa.String(length=16), nullable=True),
        sa.Column("secrecy_reason", sa.String(length=255), nullable=True),
        sa.Column("kept_version", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["batch_id"], ["batch.id"], name=op.f("fk_unit_batch_id")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_unit")),
    )
    with op.batch_alter_table("unit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_unit_batch_id"), ["batch_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_unit_state"), ["state"], unique=False)

    op.create_table(
        "page",
        sa.Column("unit_key", sa.String(length=64), nullable=False),
        sa.Column("page", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=8), nullable=False),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.Column("words", sa.Integer(), nullable=False),
        sa.Column("confidence", sa.Double(), nullable=False),
        sa.Column("rotation", sa.Integer(), nullable=False),
        sa.Column("dpi", sa.Integer(), nullable=True),
        sa.Column("blank_reason", sa.String(length=64), nullable=True),
        sa.Column("error_class", sa.String(length=64), nullable=True),
        sa.Column("error_message", sa.String(length=2048), nullable=True),
        sa.ForeignKeyConstraint(["unit_key"], ["unit.key"], name=op.f("fk_page_unit_key")),
        sa.PrimaryKeyConstraint("unit_key", "page", name=op.f("pk_page")),
    )
    op.create_table(
        "record",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("unit_key", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("fonds_code", sa.String(length=64), nullable=False),
        sa.Column("agency_code", sa.String(length=64), nullable=False),
        sa.Column("dossier_key", sa.String(length=64), nullable=True),
        sa.Column("line_key", sa.String(length=64), nullable=True),
        sa.Column("superseded_by", sa.String(length=64), nullable=True),
        sa.Column("type", sa.String(length=64), nullable=True),
        sa.Column("type_code", sa.String(length=2), nullable=True),
        sa.Column("type_confidence", sa.Double(), nullable=True),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("title", sa.String(length=2048), nullable=True),
        sa.Column("retention", sa.String(length=64), nullable=True),
        sa.Column("access_class", sa.String(length=64), nullable=True),
        sa.Column("box", sa.String(length=64), nullable=True),
        sa.Column("shelf", sa.String(length=64), nullable=True),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["unit_key"], ["unit.key"], name=op.f("fk_record_unit_key")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_record")),
    )
    with op.batch_alter_table("record", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_record_agency_code"), ["agency_code"], unique=False)
        batch_op.create_index(batch_op.f("ix_record_dossier_key"), ["dossier_key"], unique=False)
        batch_op.create_index(batch_op.f("ix_record_line_key"), ["line_key"], unique=False)
        batch_op.create_index(batch_op.f("ix_record_state"), ["state"], unique=False)
        batch_op.create_index(batch_op.f("ix_record_unit_key"), ["unit_key"], unique=False)

    op.create_table(
        "unit_file",
        sa.Column("unit_key", sa.String(length=64), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["sha256"], ["file.sha256"], name=op.f("fk_unit_file_sha256")),
        sa.ForeignKeyConstraint(["unit_key"], ["unit.key"], name=op.f("fk_unit_file_unit_key")),
        sa.PrimaryKeyConstraint("unit_key", "position", name=op.f("pk_unit_file")),
    )
    with op.batch_alter_table("unit_file", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_unit_file_sha256"), ["sha256"], unique=False)

    op.create_table(
        "part",
        sa.Column("record_id", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("first_page", sa.Integer(), nullable=False),
        sa.Column("last_page", sa.Integer(), nullable=False),
        sa.Column("unit_key", sa.String(length=64), nullable=False),
        sa.Column("unit_page", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name=op.f("fk_part_record_id")),
        sa.ForeignKeyConstraint(["sha256"], ["file.sha256"], name=op.f("fk_part_sha256")),
        sa.PrimaryKeyConstraint("record_id", "version", "position", name=op.f("pk_part")),
    )
    with op.batch_alter_table("part", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_part_sha256"), ["sha256"], unique=False)
        batch_op.create_index(batch_op.f("ix_part_unit_key"), ["unit_key"], unique=False)

    op.create_table(
        "value",
        sa.Column("record_id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("value", sa.String(length=4096), nullable=False),
        sa.Column("confidence", sa.Double(), nullable=False),
        sa.Column("page", sa.Integer(), nullable=True),
        sa.Column("box", sa.JSON(), nullable=True),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.Column("review", sa.Boolean(), nullable=False),
        sa.Column("confirmed_by", sa.String(length=128), nullable=True),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name=op.f("fk_value_record_id")),
        sa.PrimaryKeyConstraint("record_id", "name", name=op.f("pk_value")),
    )


def downgrade() -> None:  # noqa: D103
    op.drop_table("value")
    with op.batch_alter_table("part", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_part_unit_key"))
        batch_op.drop_index(batch_op.f("ix_part_sha256"))

    op.drop_table("part")
    with op.batch_alter_table("unit_file", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_unit_file_sha256"))

    op.drop_table("unit_file")
    with op.batch_alter_table("record", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_record_unit_key"))
        batch_op.drop_index(batch_op.f("ix_record_state"))
        batch_op.drop_index(batch_op.f("ix_record_line_key"))
        batch_op.drop_index(batch_op.f("ix_record_dossier_key"))
        batch_op.drop_index(batch_op.f("ix_record_agency_code"))

    op.drop_table("record")
    op.drop_table("page")
    with op.batch_alter_table("unit", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_unit_state"))
        batch_op.drop_index(batch_op.f("ix_unit_batch_id"))

    op.drop_table("unit")
    with op.batch_alter_table("sighting", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sighting_unit_key"))
        batch_op.drop_index("ix_sighting_state_id")
        batch_op.drop_index(batch_op.f("ix_sighting_sha256"))
        batch_op.drop_index(batch_op.f("ix_sighting_batch_id"))

    op.drop_table("sighting")
    op.drop_table("stage_run")
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_outbox_record_id"))

    op.drop_table("outbox")
    op.drop_table("meta")
    op.drop_table("lease")
    with op.batch_alter_table("inventory_line", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_inventory_line_record_id"))
        batch_op.drop_index(batch_op.f("ix_inventory_line_dossier_key"))
        batch_op.drop_index(batch_op.f("ix_inventory_line_batch_id"))
        batch_op.drop_index(batch_op.f("ix_inventory_line_agency_code"))

    op.drop_table("inventory_line")
    op.drop_table("fonds")
    op.drop_table("file")
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_event_what"))
        batch_op.drop_index(batch_op.f("ix_event_subject"))

    op.drop_table("event")
    with op.batch_alter_table("dossier", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_dossier_fonds_code"))
        batch_op.drop_index(batch_op.f("ix_dossier_code"))

    op.drop_table("dossier")
    op.drop_table("batch")
    op.drop_table("agency")
