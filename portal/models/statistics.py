"""What an institution used in one year, in the rows of the statistical form."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.models.base import Base, Key


class YearlyStatistics(Base):
    """One institution's year: quantities in the unit of their name, costs in yuan, heads at year end.

    `costs` maps a quantity's name to yuan as text; `acknowledged` maps a warning's key to the reason given for it.
    """

    __tablename__ = "yearly_statistics"
    __table_args__ = (UniqueConstraint("institution_id", "year"),
                      CheckConstraint("year between 2000 and 2100", name="year"),
                      CheckConstraint("floor_area_m2 >= 0 and headcount >= 0 and water_headcount >= 0", name="sizes"))

    id: Mapped[Key]
    institution_id: Mapped[int] = mapped_column(ForeignKey("institution.id"))
    year: Mapped[int]
    electricity_kwh: Mapped[Decimal] = mapped_column(default=Decimal(0))
    natural_gas_m3: Mapped[Decimal] = mapped_column(default=Decimal(0))
    raw_coal_kg: Mapped[Decimal] = mapped_column(default=Decimal(0))
    gasoline_vehicle_l: Mapped[Decimal] = mapped_column(default=Decimal(0))
    gasoline_other_l: Mapped[Decimal] = mapped_column(default=Decimal(0))
    diesel_vehicle_l: Mapped[Decimal] = mapped_column(default=Decimal(0))
    diesel_other_l: Mapped[Decimal] = mapped_column(default=Decimal(0))
    lpg_kg: Mapped[Decimal] = mapped_column(default=Decimal(0))
    heat_mj: Mapped[Decimal] = mapped_column(default=Decimal(0))
    water_m3: Mapped[Decimal] = mapped_column(default=Decimal(0))
    nonconventional_water_m3: Mapped[Decimal] = mapped_column(default=Decimal(0))
    floor_area_m2: Mapped[Decimal] = mapped_column(default=Decimal(0))
    headcount: Mapped[Decimal] = mapped_column(default=Decimal(0))
    water_headcount: Mapped[Decimal] = mapped_column(default=Decimal(0))
    costs: Mapped[dict[str, Any]] = mapped_column(default=dict)
    acknowledged: Mapped[dict[str, Any]] = mapped_column(default=dict)
    updated_at: Mapped[datetime]
    updated_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


QUANTITIES: tuple[str, ...] = (
    "electricity_kwh", "natural_gas_m3", "raw_coal_kg", "gasoline_vehicle_l", "gasoline_other_l", "diesel_vehicle_l",
    "diesel_other_l", "lpg_kg", "heat_mj", "water_m3", "nonconventional_water_m3", "floor_area_m2", "headcount",
    "water_headcount",
)
