"""How Alembic meets the catalogue: always on a connection that the program hands it."""

from __future__ import annotations

from alembic import context

from sohoa.stores.catalogue.tables import Table

context.configure(
    connection=context.config.attributes["connection"], target_metadata=Table.metadata, render_as_batch=True
)
with context.begin_transaction():
    context.run_migrations()
