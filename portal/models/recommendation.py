"""What the district or department says of a case: preliminary scores and its opinion."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.models.base import Base, Key


class PreliminaryScore(Base):
    """The recommending body's score of one item."""

    __tablename__ = "preliminary_score"
    __table_args__ = (UniqueConstraint("application_id", "item_id"),
                      CheckConstraint("points is null or points >= 0", name="points"))

    id: Mapped[Key]
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"))
    item_id: Mapped[str] = mapped_column(String(20))
    points: Mapped[Decimal | None]
    not_applicable: Mapped[bool] = mapped_column(default=False)
    note: Mapped[str] = mapped_column(Text, default="")
    scored_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    scored_at: Mapped[datetime]


class Recommendation(Base):
    """One opinion: endorsed, returned or declined; a case returned twice has three."""

    __tablename__ = "recommendation"
    __table_args__ = (CheckConstraint("outcome in ('endorsed', 'returned', 'declined')", name="outcome"),)

    id: Mapped[Key]
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), index=True)
    recommender_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    body: Mapped[str] = mapped_column(String(80))
    outcome: Mapped[str] = mapped_column(String(10))
    opinion: Mapped[str] = mapped_column(Text, default="")
    rank: Mapped[int | None]
    given_at: Mapped[datetime]
