"""A round: one call of one scheme."""

from datetime import datetime

from sqlalchemy import CheckConstraint, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.models.base import Base, Key


class Round(Base):
    """One call of one scheme: its edition (with the digest of the file it started under), window and dates."""

    __tablename__ = "round"
    __table_args__ = (UniqueConstraint("scheme", "year", "name"),
                      CheckConstraint("opens_at < closes_at", name="window"))

    id: Mapped[Key]
    scheme: Mapped[str] = mapped_column(String(40))
    edition: Mapped[str] = mapped_column(String(60))
    edition_digest: Mapped[str] = mapped_column(String(64))
    year: Mapped[int]
    name: Mapped[str] = mapped_column(String(120))
    statistics_year: Mapped[int]
    quota: Mapped[int | None]
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    recommend_by: Mapped[datetime]
    review_by: Mapped[datetime]
    visit_by: Mapped[datetime]

    def is_open(self, moment: datetime) -> bool:
        """Whether institutions may submit at this instant."""
        return self.opens_at <= moment < self.closes_at
