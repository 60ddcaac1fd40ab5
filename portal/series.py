"""Draw the next number of a series under its row's lock: no gap, no double, whoever draws at the same time."""

from sqlalchemy.dialects import postgresql, sqlite

from portal.db import db
from portal.models.certificate import NumberSeries


def draw(name: str) -> int:
    """The next number of this series, from 1; runs inside the caller's transaction, which gives it back if it fails."""
    insert = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    db.session.execute(insert(NumberSeries).values(name=name, last=0).on_conflict_do_nothing())
    row = db.session.get_one(NumberSeries, name, with_for_update={"key_share": True}, populate_existing=True)
    row.last += 1
    db.session.flush()
    return row.last
