"""The registry: divisions, supervising departments and public institutions."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.domain.scheme import InstitutionType
from portal.models.base import Base, Key, by_value


class Division(Base):
    """An administrative division or functional area that recommends and reports; `code` follows GB/T 2260."""

    __tablename__ = "division"

    code: Mapped[str] = mapped_column(String(6), primary_key=True)
    name: Mapped[str] = mapped_column(String(40), unique=True)
    kind: Mapped[str] = mapped_column(String(20))


class Department(Base):
    """A municipal department that supervises its own institutions and recommends them."""

    __tablename__ = "department"

    id: Mapped[Key]
    name: Mapped[str] = mapped_column(String(80), unique=True)
    short_name: Mapped[str] = mapped_column(String(40), default="")


class Institution(Base):
    """An entry of the registry; one under a department is recommended by it, any other by its division."""

    __tablename__ = "institution"
    __table_args__ = (CheckConstraint("length(credit_code) = 18", name="credit_code"),
                      Index("ix_institution_division", "division_code", "id"))

    id: Mapped[Key]
    name: Mapped[str] = mapped_column(String(120))
    short_name: Mapped[str] = mapped_column(String(60), default="")
    credit_code: Mapped[str] = mapped_column(String(18), unique=True)
    type: Mapped[InstitutionType] = mapped_column(by_value(InstitutionType))
    form_code: Mapped[str] = mapped_column(String(4), default="")
    division_code: Mapped[str] = mapped_column(ForeignKey("division.code"))
    department_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"), index=True)
    superior_id: Mapped[int | None] = mapped_column(ForeignKey("institution.id"), index=True)
    address: Mapped[str] = mapped_column(String(160), default="")
    postcode: Mapped[str] = mapped_column(String(6), default="")
    phone: Mapped[str] = mapped_column(String(40), default="")
    headcount: Mapped[int] = mapped_column(default=0)
    floor_area_m2: Mapped[Decimal] = mapped_column(default=Decimal(0))
    created_at: Mapped[datetime]

    division: Mapped[Division] = relationship()
    department: Mapped[Department | None] = relationship()
    superior: Mapped["Institution | None"] = relationship(remote_side="Institution.id")
