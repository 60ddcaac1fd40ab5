"""An instant as a number of days in SQL, so that the database itself can average how long something took."""

from typing import Any

from sqlalchemy import Float
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import GenericFunction


class days_of(GenericFunction[float]):
    """Days since 1970 began in UTC, with fractions, of a column that holds naive UTC."""

    type = Float()
    inherit_cache = True


@compiles(days_of, "sqlite")
def _on_sqlite(element: Any, compiler: Any, **how: Any) -> str:
    return f"(julianday({compiler.process(element.clauses, **how)}) - 2440587.5)"


@compiles(days_of, "postgresql")
def _on_postgresql(element: Any, compiler: Any, **how: Any) -> str:
    return f"(extract(epoch from {compiler.process(element.clauses, **how)}) / 86400)"
