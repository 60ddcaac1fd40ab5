"""A case: one institution in one round, its answers and the corrections asked of it."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, defer, mapped_column, relationship

from portal.domain.workflow import Stage
from portal.models.base import Base, Key, by_value
from portal.models.institution import Institution
from portal.models.person import Person
from portal.models.round import Round


class Application(Base):
    """One institution in one round; `stage` is assigned by portal.lifecycle only.

    Totals are points; `figures` freezes at submission the statistics, averages and cross-scheme facts that were scored.
    """

    __tablename__ = "application"
    __table_args__ = (UniqueConstraint("round_id", "institution_id"),
                      Index("ix_application_stage", "stage", "scheme", "id"),
                      Index("ix_application_institution", "institution_id", "id"),
                      Index("ix_application_submitted", "submitted_at", "id"),
                      Index("ix_application_since", "stage_since", "id"),
                      Index("ix_application_standing", "stage", "stage_since"))

    id: Mapped[Key]
    number: Mapped[str] = mapped_column(String(40), unique=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"))
    institution_id: Mapped[int] = mapped_column(ForeignKey("institution.id"))
    scheme: Mapped[str] = mapped_column(String(40))
    edition: Mapped[str] = mapped_column(String(60))
    edition_digest: Mapped[str] = mapped_column(String(64))
    stage: Mapped[Stage] = mapped_column(by_value(Stage), default=Stage.DRAFT)
    stage_since: Mapped[datetime]
    due_at: Mapped[datetime | None]
    operator_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    report: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_at: Mapped[datetime]
    signed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    signed_at: Mapped[datetime | None]
    submitted_at: Mapped[datetime | None]
    dossier_digest: Mapped[str | None] = mapped_column(String(64))
    figures: Mapped[dict[str, Any]] = mapped_column(default=dict)
    self_total: Mapped[Decimal | None]
    preliminary_total: Mapped[Decimal | None]
    review_result: Mapped[Decimal | None]
    review_spread: Mapped[Decimal | None]
    site_total: Mapped[Decimal | None]
    drawn_for_visit: Mapped[bool] = mapped_column(default=True)
    ended_reason: Mapped[str] = mapped_column(Text, default="")

    round: Mapped[Round] = relationship()
    institution: Mapped[Institution] = relationship()
    operator: Mapped[Person] = relationship(foreign_keys=operator_id)
    signed_by: Mapped[Person | None] = relationship(foreign_keys=signed_by_id)
    answers: Mapped[list["Answer"]] = relationship(back_populates="application", cascade="all, delete-orphan")

    @classmethod
    def without_dossier(cls) -> tuple[Any, ...]:
        """Options of a list's select: the row without self-report and frozen figures, which are most of its bytes."""
        return defer(cls.report), defer(cls.figures)


class Answer(Base):
    """What the institution says of one item (or prerequisite): points, counts, yes or no, not applicable, a note.

    `revision` grows with every save, so that two tabs notice each other.
    """

    __tablename__ = "answer"
    __table_args__ = (UniqueConstraint("application_id", "item_id"),
                      CheckConstraint("points is null or points >= 0", name="points"))

    id: Mapped[Key]
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"))
    item_id: Mapped[str] = mapped_column(String(20))
    not_applicable: Mapped[bool] = mapped_column(default=False)
    points: Mapped[Decimal | None]
    met: Mapped[bool | None]
    counts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    note: Mapped[str] = mapped_column(Text, default="")
    revision: Mapped[int] = mapped_column(default=1)
    updated_at: Mapped[datetime]
    updated_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))

    application: Mapped[Application] = relationship(back_populates="answers")


class Correction(Base):
    """One thing to correct: an item (or the whole, when `item_id` is empty) with the reason."""

    __tablename__ = "correction"
    __table_args__ = (CheckConstraint("desk in ('recommend', 'screen')", name="desk"),)

    id: Mapped[Key]
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), index=True)
    desk: Mapped[str] = mapped_column(String(12))
    item_id: Mapped[str] = mapped_column(String(20), default="")
    reason: Mapped[str] = mapped_column(Text)
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime]
    reply: Mapped[str] = mapped_column(Text, default="")
    resolved_at: Mapped[datetime | None]
