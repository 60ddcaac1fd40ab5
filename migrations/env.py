"""Alembic's environment: runs inside the app, batch mode so that SQLite can alter its tables."""

from alembic import context
from flask import current_app

from portal import claims
from portal.models.base import Exact, Instant

db = current_app.extensions["migrate"].db


def plain(kind: str, item: object, _context: object) -> str | bool:
    """Write our own column types as the plain types they are kept in, so that old migrations need no portal code."""
    if kind == "type" and isinstance(item, Instant):
        return "sa.DateTime()"
    if kind == "type" and isinstance(item, Exact):
        return "sa.BigInteger()"
    return False


def run() -> None:
    """Run the migrations on the app's engine; of two processes that start at once the second finds them done."""
    with claims.waited_for("migrations"), db.engine.connect() as connection:
        context.configure(connection=connection, target_metadata=db.metadata, render_as_batch=True, compare_type=True,
                          render_item=plain,
                          transaction_per_migration=True)
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()


run()
