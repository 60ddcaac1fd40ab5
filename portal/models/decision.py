"""Decisions, their countersignatures and the national result."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.models.application import Application
from portal.models.base import Base, Key
from portal.models.person import Person


class Decision(Base):
    """The bureau's decision on a case, with the result and the reasons that it used."""

    __tablename__ = "decision"
    __table_args__ = (CheckConstraint("outcome in ('pass', 'reject')", name="outcome"),)

    id: Mapped[Key]
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), unique=True)
    leader_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    outcome: Mapped[str] = mapped_column(String(8))
    result: Mapped[Decimal]
    grounds: Mapped[dict[str, Any]] = mapped_column(default=dict)
    remark: Mapped[str] = mapped_column(Text, default="")
    decided_at: Mapped[datetime]

    application: Mapped[Application] = relationship()
    leader: Mapped[Person] = relationship()
    countersignatures: Mapped[list["Countersignature"]] = relationship(
        back_populates="decision", order_by="Countersignature.id")


class Countersignature(Base):
    """A co-authority's word on a decision: empty while waited for, then agreed or objected with a remark."""

    __tablename__ = "countersignature"
    __table_args__ = (UniqueConstraint("decision_id", "authority"),)

    id: Mapped[Key]
    decision_id: Mapped[int] = mapped_column(ForeignKey("decision.id"))
    authority: Mapped[str] = mapped_column(String(40))
    agreed: Mapped[bool | None]
    remark: Mapped[str] = mapped_column(Text, default="")
    signed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    signed_at: Mapped[datetime | None]

    decision: Mapped[Decision] = relationship(back_populates="countersignatures")


class Nomination(Base):
    """A case sent to the national authorities and what came back (`outcome` empty, named or refused)."""

    __tablename__ = "nomination"
    __table_args__ = (CheckConstraint("outcome in ('', 'named', 'refused')", name="outcome"),)

    id: Mapped[Key]
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), unique=True)
    sent_at: Mapped[datetime]
    outcome: Mapped[str] = mapped_column(String(8), default="")
    document: Mapped[str] = mapped_column(String(80), default="")
    remark: Mapped[str] = mapped_column(Text, default="")
    recorded_at: Mapped[datetime | None]
