"""Experts' sheets, their scores, questions to the institution and how a spread was settled."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.models.application import Application
from portal.models.base import Base, Key
from portal.models.evidence import Evidence
from portal.models.person import Person


class Sheet(Base):
    """One expert's scores for one case; sealed when final. State: assigned, sealed or recused."""

    __tablename__ = "sheet"
    __table_args__ = (UniqueConstraint("application_id", "expert_id"),
                      CheckConstraint("state in ('assigned', 'sealed', 'recused')", name="state"),
                      Index("ix_sheet_expert", "expert_id", "state", "id"))

    id: Mapped[Key]
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"))
    expert_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    assigned_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    assigned_at: Mapped[datetime]
    due_at: Mapped[datetime | None]
    state: Mapped[str] = mapped_column(String(10), default="assigned")
    comment: Mapped[str] = mapped_column(Text, default="")
    recused_reason: Mapped[str] = mapped_column(Text, default="")
    sealed_at: Mapped[datetime | None]
    total: Mapped[Decimal | None]

    application: Mapped[Application] = relationship()
    expert: Mapped[Person] = relationship(foreign_keys=expert_id)
    scores: Mapped[list["SheetScore"]] = relationship(back_populates="sheet", cascade="all, delete-orphan")


class SheetScore(Base):
    """One item on one sheet; `revision` grows with every save.

    `basis` is the page of the evidence on which the score rests; `steps` the positions of the item's steps it adds up.
    """

    __tablename__ = "sheet_score"
    __table_args__ = (UniqueConstraint("sheet_id", "item_id"),
                      CheckConstraint("points is null or points >= 0", name="points"))

    id: Mapped[Key]
    sheet_id: Mapped[int] = mapped_column(ForeignKey("sheet.id"))
    item_id: Mapped[str] = mapped_column(String(20))
    points: Mapped[Decimal | None]
    not_applicable: Mapped[bool] = mapped_column(default=False)
    reason: Mapped[str] = mapped_column(Text, default="")
    basis_id: Mapped[int | None] = mapped_column(ForeignKey("evidence.id"))
    basis_page: Mapped[int | None]
    steps: Mapped[list[int] | None] = mapped_column(JSON(none_as_null=True))
    revision: Mapped[int] = mapped_column(default=1)
    updated_at: Mapped[datetime]

    sheet: Mapped[Sheet] = relationship(back_populates="scores")
    basis: Mapped[Evidence | None] = relationship()


class Clarification(Base):
    """A question of an expert and the institution's answer; the institution does not learn who asked."""

    __tablename__ = "clarification"

    id: Mapped[Key]
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), index=True)
    sheet_id: Mapped[int | None] = mapped_column(ForeignKey("sheet.id"), index=True)
    item_id: Mapped[str] = mapped_column(String(20), default="")
    question: Mapped[str] = mapped_column(Text)
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime]
    answer: Mapped[str] = mapped_column(Text, default="")
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    answered_at: Mapped[datetime | None]


class Moderation(Base):
    """How a wide spread was settled: the result stands, or sheets were reopened."""

    __tablename__ = "moderation"
    __table_args__ = (CheckConstraint("outcome in ('stands', 'reopened')", name="outcome"),)

    id: Mapped[Key]
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), index=True)
    moderator_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    outcome: Mapped[str] = mapped_column(String(10))
    spread: Mapped[Decimal]
    reason: Mapped[str] = mapped_column(Text)
    settled_at: Mapped[datetime]
