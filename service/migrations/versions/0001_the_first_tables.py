"""The first tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import service.database

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("at", service.database.Instant(), nullable=False),
        sa.Column("tenant", sa.String(length=64), nullable=False),
        sa.Column("key", sa.String(length=16), nullable=False),
        sa.Column("action", sa.String(length=32), nullable=False),
        sa.Column("filing", sa.String(length=32), nullable=False),
        sa.Column("detail", sa.String(length=255), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
    )
    op.create_table(
        "batches",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("tenant", sa.String(length=64), nullable=False),
        sa.Column("created", service.database.Instant(), nullable=False),
        sa.Column("metadata", sa.JSON(), nullable=False),
        sa.Column("idempotency_key", sa.String(length=255), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("refused", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batches")),
        sa.UniqueConstraint(
            "tenant", "idempotency_key", name=op.f("uq_batches_tenant_idempotency_key")
        ),
    )
    with op.batch_alter_table("batches", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_batches_tenant_created_id"), ["tenant", "created", "id"], unique=False
        )

    op.create_table(
        "deliveries",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("tenant", sa.String(length=64), nullable=False),
        sa.Column("filing", sa.String(length=32), nullable=False),
        sa.Column("event", sa.String(length=32), nullable=False),
        sa.Column("url", sa.String(length=2048), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("created", service.database.Instant(), nullable=False),
        sa.Column("due", service.database.Instant(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deliveries")),
    )
    with op.batch_alter_table("deliveries", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_deliveries_filing"), ["filing"], unique=False)
        batch_op.create_index(batch_op.f("ix_deliveries_state_due"), ["state", "due"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_deliveries_tenant_created_id"), ["tenant", "created", "id"], unique=False
        )

    op.create_table(
        "filings",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("tenant", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("received", service.database.Instant(), nullable=False),
        sa.Column("finished", service.database.Instant(), nullable=True),
        sa.Column("form", sa.String(length=32), nullable=False),
        sa.Column("form_hint", sa.String(length=32), nullable=False),
        sa.Column("first_page", sa.Integer(), nullable=False),
        sa.Column("last_page", sa.Integer(), nullable=False),
        sa.Column("precision", sa.Float(), nullable=False),
        sa.Column("metadata", sa.JSON(), nullable=False),
        sa.Column("callback_url", sa.String(length=2048), nullable=False),
        sa.Column("pages_total", sa.Integer(), nullable=False),
        sa.Column("pages_done", sa.Integer(), nullable=False),
        sa.Column("confidence", sa.Float(), nullable=True),
        sa.Column("review", sa.Boolean(), nullable=True),
        sa.Column("models", sa.JSON(), nullable=False),
        sa.Column("seconds", sa.JSON(), nullable=False),
        sa.Column("error", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("reading", sa.Integer(), nullable=False),
        sa.Column("part_of", sa.String(length=32), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("batch", sa.String(length=32), nullable=False),
        sa.Column("batch_number", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=16), nullable=False),
        sa.Column("idempotency_key", sa.String(length=255), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_filings")),
        sa.UniqueConstraint(
            "tenant", "idempotency_key", name=op.f("uq_filings_tenant_idempotency_key")
        ),
    )
    with op.batch_alter_table("filings", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_filings_batch"), ["batch"], unique=False)
        batch_op.create_index(batch_op.f("ix_filings_part_of"), ["part_of"], unique=False)
        batch_op.create_index(batch_op.f("ix_filings_state"), ["state"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_filings_tenant_received_id"), ["tenant", "received", "id"], unique=False
        )

    op.create_table(
        "keys",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("tenant", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("requests_per_minute", sa.Integer(), nullable=True),
        sa.Column("pages_per_day", sa.Integer(), nullable=True),
        sa.Column("created", service.database.Instant(), nullable=False),
        sa.Column("last_used", service.database.Instant(), nullable=True),
        sa.Column("revoked", service.database.Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_keys")),
        sa.UniqueConstraint("hash", name=op.f("uq_keys_hash")),
    )
    op.create_table(
        "reference_lists",
        sa.Column("tenant", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("uploaded", service.database.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "kind", name=op.f("pk_reference_lists")),
    )
    op.create_table(
        "references",
        sa.Column("tenant", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("cik", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("name_key", sa.String(length=255), nullable=False),
        sa.Column("ticker", sa.String(length=16), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "kind", "line", name=op.f("pk_references")),
    )
    with op.batch_alter_table("references", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_references_tenant_kind_name_key"),
            ["tenant", "kind", "name_key"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_references_tenant_kind_ticker"),
            ["tenant", "kind", "ticker"],
            unique=False,
        )

    op.create_table(
        "secrets",
        sa.Column("tenant", sa.String(length=64), nullable=False),
        sa.Column("webhook", sa.String(length=128), nullable=False),
        sa.Column("previous", sa.String(length=128), nullable=False),
        sa.Column("rotated", service.database.Instant(), nullable=True),
        sa.PrimaryKeyConstraint("tenant", name=op.f("pk_secrets")),
    )
    op.create_table(
        "tries",
        sa.Column("delivery", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", service.database.Instant(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("fault", sa.String(length=255), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("delivery", "number", name=op.f("pk_tries")),
    )
    op.create_table(
        "usage",
        sa.Column("key", sa.String(length=16), nullable=False),
        sa.Column("period", sa.String(length=20), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key", "period", name=op.f("pk_usage")),
    )
    op.create_table(
        "workers",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("started", service.database.Instant(), nullable=False),
        sa.Column("beat", service.database.Instant(), nullable=False),
        sa.Column("beats", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workers")),
    )


def downgrade() -> None:
    """Back."""
    op.drop_table("workers")
    op.drop_table("usage")
    op.drop_table("tries")
    op.drop_table("secrets")
    with op.batch_alter_table("references", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_references_tenant_kind_ticker"))
        batch_op.drop_index(batch_op.f("ix_references_tenant_kind_name_key"))

    op.drop_table("references")
    op.drop_table("reference_lists")
    op.drop_table("keys")
    with op.batch_alter_table("filings", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_filings_tenant_received_id"))
        batch_op.drop_index(batch_op.f("ix_filings_state"))
        batch_op.drop_index(batch_op.f("ix_filings_part_of"))
        batch_op.drop_index(batch_op.f("ix_filings_batch"))

    op.drop_table("filings")
    with op.batch_alter_table("deliveries", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_deliveries_tenant_created_id"))
        batch_op.drop_index(batch_op.f("ix_deliveries_state_due"))
        batch_op.drop_index(batch_op.f("ix_deliveries_filing"))

    op.drop_table("deliveries")
    with op.batch_alter_table("batches", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_batches_tenant_created_id"))

    op.drop_table("batches")
    op.drop_table("audit")
