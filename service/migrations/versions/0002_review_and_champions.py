"""Review, champions of models."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import service.database

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "champions",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("version", sa.String(length=64), nullable=False),
        sa.Column("promoted", service.database.Instant(), nullable=False),
        sa.Column("by", sa.String(length=255), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_champions")),
    )
    op.create_table(
        "corrections",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("review", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("tenant", sa.String(length=64), nullable=False),
        sa.Column("filing", sa.String(length=32), nullable=False),
        sa.Column("edit", sa.JSON(), nullable=False),
        sa.Column("path", sa.String(length=255), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        sa.Column("machine", sa.Text(), nullable=False),
        sa.Column("models", sa.JSON(), nullable=False),
        sa.Column("key", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("at", service.database.Instant(), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.Column("undone", service.database.Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_corrections")),
        sa.UniqueConstraint("review", "number", name=op.f("uq_corrections_review_number")),
    )
    with op.batch_alter_table("corrections", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_corrections_filing"), ["filing"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_corrections_tenant_at"), ["tenant", "at"], unique=False
        )

    op.create_table(
        "reviews",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("tenant", sa.String(length=64), nullable=False),
        sa.Column("filing", sa.String(length=32), nullable=False),
        sa.Column("reading", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("errors", sa.Float(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("created", service.database.Instant(), nullable=False),
        sa.Column("started", service.database.Instant(), nullable=True),
        sa.Column("finished", service.database.Instant(), nullable=True),
        sa.Column("holder", sa.String(length=16), nullable=True),
        sa.Column("lease", service.database.Instant(), nullable=True),
        sa.Column("reviewer", sa.String(length=16), nullable=True),
        sa.Column("reviewer_name", sa.String(length=255), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reviews")),
    )
    with op.batch_alter_table("reviews", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reviews_filing"), ["filing"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_reviews_tenant_state"), ["tenant", "state"], unique=False
        )

    op.create_table(
        "sessions",
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("key", sa.String(length=16), nullable=False),
        sa.Column("csrf", sa.String(length=64), nullable=False),
        sa.Column("created", service.database.Instant(), nullable=False),
        sa.Column("expires", service.database.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_sessions")),
    )
    op.create_table(
        "snippets",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("tenant", sa.String(length=64), nullable=False),
        sa.Column("filing", sa.String(length=32), nullable=False),
        sa.Column("page", sa.Integer(), nullable=False),
        sa.Column("box", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("created", service.database.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_snippets")),
    )
    with op.batch_alter_table("snippets", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_snippets_filing"), ["filing"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_snippets_state_created"), ["state", "created"], unique=False
        )

    with op.batch_alter_table("filings", schema=None) as batch_op:
        batch_op.add_column(sa.Column("priority", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("roles", sa.JSON(), nullable=False, server_default="{}"))
        batch_op.add_column(sa.Column("reviewed", service.database.Instant(), nullable=True))


def downgrade() -> None:
    """Back."""
    with op.batch_alter_table("filings", schema=None) as batch_op:
        batch_op.drop_column("reviewed")
        batch_op.drop_column("roles")
        batch_op.drop_column("priority")

    with op.batch_alter_table("snippets", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_snippets_state_created"))
        batch_op.drop_index(batch_op.f("ix_snippets_filing"))

    op.drop_table("snippets")
    op.drop_table("sessions")
    with op.batch_alter_table("reviews", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_reviews_tenant_state"))
        batch_op.drop_index(batch_op.f("ix_reviews_filing"))

    op.drop_table("reviews")
    with op.batch_alter_table("corrections", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_corrections_tenant_at"))
        batch_op.drop_index(batch_op.f("ix_corrections_filing"))

    op.drop_table("corrections")
    op.drop_table("champions")
