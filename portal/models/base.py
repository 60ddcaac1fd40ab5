"""The declarative base and the column types that every noun shares."""

from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Annotated, Any

from sqlalchemy import JSON, BigInteger, DateTime, Enum, MetaData
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, mapped_column, registry
from sqlalchemy.types import TypeDecorator


class Instant(TypeDecorator[datetime]):
    """An aware instant, kept as naive UTC because SQLite knows no zones."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse naive instants: a missing zone is a mistake of the caller."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"naive instant {value!r}")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the zone back."""
        return None if value is None else value.replace(tzinfo=UTC)


class Exact(TypeDecorator[Decimal]):
    """A decimal with six places as an integer: exact and sortable on every database."""

    impl = BigInteger
    cache_ok = True
    scale = Decimal(10) ** 6

    def process_bind_param(self, value: Decimal | int | None, dialect: Dialect) -> int | None:
        """Decimal → millionths, rounded half up."""
        return None if value is None else int((Decimal(value) * self.scale).to_integral_value(ROUND_HALF_UP))

    def process_result_value(self, value: int | None, dialect: Dialect) -> Decimal | None:
        """Millionths → Decimal without trailing zeros."""
        if value is None:
            return None
        number = Decimal(value) / self.scale
        return number.quantize(Decimal(1)) if number == number.to_integral() else number.normalize()


def by_value(kind: type[StrEnum]) -> Enum:
    """An enum column kept as its value in plain text, the same on every database."""
    return Enum(kind, native_enum=False, length=40, create_constraint=False,
                values_callable=lambda members: [member.value for member in members])


class Base(DeclarativeBase):
    """Every table; constraint names are fixed so that migrations can name them."""

    metadata = MetaData(naming_convention={
        "ix": "ix_%(column_0_N_label)s", "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s", "pk": "pk_%(table_name)s",
    })
    registry = registry(type_annotation_map={datetime: Instant, Decimal: Exact, dict[str, Any]: JSON})


Key = Annotated[int, mapped_column(primary_key=True)]
