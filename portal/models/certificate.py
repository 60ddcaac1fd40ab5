"""Certificates and the series that their numbers, like all numbers, are drawn from."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.models.application import Application
from portal.models.base import Base, Key
from portal.models.institution import Institution


class Certificate(Base):
    """A certificate as issued: holder, title and division are kept as they were on the day.

    `ended_on` with `ended_as` (revoked or cancelled) ends it before its term; `published_at` puts it in the directory.
    """

    __tablename__ = "certificate"
    __table_args__ = (UniqueConstraint("scheme", "year", "serial"),
                      CheckConstraint("ended_as in ('', 'revoked', 'cancelled')", name="ended_as"),
                      CheckConstraint("(ended_as = '') = (ended_on is null)", name="ended"),
                      CheckConstraint("expires_on is null or expires_on > issued_on", name="term"),
                      Index("ix_certificate_listing", "scheme", "division_code", "id"))

    id: Mapped[Key]
    number: Mapped[str] = mapped_column(String(60), unique=True)
    verify_code: Mapped[str] = mapped_column(String(20), unique=True)
    scheme: Mapped[str] = mapped_column(String(40))
    edition: Mapped[str] = mapped_column(String(60))
    year: Mapped[int]
    serial: Mapped[int]
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), unique=True)
    institution_id: Mapped[int] = mapped_column(ForeignKey("institution.id"), index=True)
    holder: Mapped[str] = mapped_column(String(120))
    holder_short: Mapped[str] = mapped_column(String(60), default="")
    institution_type: Mapped[str] = mapped_column(String(20))
    division_code: Mapped[str] = mapped_column(ForeignKey("division.code"))
    division: Mapped[str] = mapped_column(String(80))
    title: Mapped[str] = mapped_column(String(80))
    issued_on: Mapped[date]
    expires_on: Mapped[date | None]
    dossier_digest: Mapped[str] = mapped_column(String(64), default="")
    paper_sha256: Mapped[str] = mapped_column(String(64), default="")
    issued_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    published_at: Mapped[datetime | None]
    reissued_on: Mapped[date | None]
    reverifying: Mapped[bool] = mapped_column(default=False)
    ended_as: Mapped[str] = mapped_column(String(10), default="")
    ended_on: Mapped[date | None]
    ended_reason: Mapped[str] = mapped_column(Text, default="")

    application: Mapped[Application] = relationship()
    institution: Mapped[Institution] = relationship()


class NumberSeries(Base):
    """The last number drawn of one series; locked while the next is drawn, so that there is no gap and no double."""

    __tablename__ = "number_series"

    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    last: Mapped[int] = mapped_column(default=0)
