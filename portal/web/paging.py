"""One page of a long list: rows, where it stands, and the address of its neighbours."""

from dataclasses import dataclass
from typing import Any

from flask import request, url_for
from sqlalchemy import Select, func, select

from portal.db import db


@dataclass(frozen=True)
class Page:
    """Rows of one page (1-based), the size of a page and the total number of rows."""

    rows: list[Any]
    number: int
    size: int
    total: int

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.total // self.size))

    @property
    def first(self) -> int:
        """Position of the first row shown, 0 when there is none."""
        return (self.number - 1) * self.size + 1 if self.total else 0

    @property
    def last(self) -> int:
        """Position of the last row shown."""
        return min(self.number * self.size, self.total)

    def url(self, number: int) -> str:
        """The address of another page with everything else unchanged."""
        args = request.args.to_dict(flat=False) | {"page": [str(number)]}
        return url_for(request.endpoint or "", **(request.view_args or {}), **args)  # type: ignore[arg-type]


def page_of(wanted: Select[Any], *, size: int = 50, number: int | None = None, scalars: bool = True,
            total: int | None = None) -> Page:
    """One page of a select in two queries: the count (unless it is known) and the rows. A number beyond the end gives
    the last page."""
    if total is None:
        total = db.session.scalar(select(func.count()).select_from(wanted.order_by(None).subquery())) or 0
    asked = number if number is not None else request.args.get("page", 1, type=int)
    at = min(max(1, asked or 1), max(1, -(-total // size)))
    found = db.session.execute(wanted.limit(size).offset((at - 1) * size)).unique()
    rows = list(found.scalars()) if scalars else list(found)
    return Page(rows=rows, number=at, size=size, total=total)
