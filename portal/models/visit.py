"""The acceptance visit: team, findings per item, sampled points, photos, problems and their rectification."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.models.application import Application
from portal.models.base import Base, Key
from portal.models.evidence import File
from portal.models.person import Person


class Visit(Base):
    """One acceptance visit of a case; verdict: accepted, rectify or rejected, empty while open."""

    __tablename__ = "visit"
    __table_args__ = (UniqueConstraint("application_id", "turn"),
                      CheckConstraint("verdict in ('', 'accepted', 'rectify', 'rejected')", name="verdict"))

    id: Mapped[Key]
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"))
    turn: Mapped[int] = mapped_column(default=1)
    planned_on: Mapped[date | None]
    place: Mapped[str] = mapped_column(String(160), default="")
    attendees: Mapped[str] = mapped_column(Text, default="")
    summary: Mapped[str] = mapped_column(Text, default="")
    appointed_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    appointed_at: Mapped[datetime]
    verdict: Mapped[str] = mapped_column(String(10), default="")
    verdict_reason: Mapped[str] = mapped_column(Text, default="")
    verdict_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    verdict_at: Mapped[datetime | None]
    seed: Mapped[str] = mapped_column(String(16), default="")
    """What the sampled points are drawn by; set with the first appointment, kept over later turns."""

    application: Mapped[Application] = relationship()
    members: Mapped[list["VisitMember"]] = relationship(back_populates="visit", cascade="all, delete-orphan")
    site_scores: Mapped[list["SiteScore"]] = relationship(back_populates="visit", cascade="all, delete-orphan")
    findings: Mapped[list["Finding"]] = relationship(back_populates="visit", order_by="Finding.id")
    samples: Mapped[list["SamplePoint"]] = relationship(back_populates="visit", order_by="SamplePoint.id")
    photos: Mapped[list["VisitPhoto"]] = relationship(back_populates="visit", order_by="VisitPhoto.id")
    rivals: Mapped[list["RivalNote"]] = relationship(back_populates="visit", order_by="RivalNote.id")
    signatures: Mapped[list["VisitSignature"]] = relationship(back_populates="visit", order_by="VisitSignature.id")


class VisitMember(Base):
    """A person on the team; exactly one leads."""

    __tablename__ = "visit_member"
    __table_args__ = (UniqueConstraint("visit_id", "person_id"),)

    id: Mapped[Key]
    visit_id: Mapped[int] = mapped_column(ForeignKey("visit.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    leads: Mapped[bool] = mapped_column(default=False)

    visit: Mapped[Visit] = relationship(back_populates="members")
    person: Mapped[Person] = relationship()


class SiteScore(Base):
    """What was found on site of one item: as reported, partly or not, with the site score."""

    __tablename__ = "site_score"
    __table_args__ = (UniqueConstraint("visit_id", "item_id"),
                      CheckConstraint("found in ('true', 'partly', 'false')", name="found"))

    id: Mapped[Key]
    visit_id: Mapped[int] = mapped_column(ForeignKey("visit.id"))
    item_id: Mapped[str] = mapped_column(String(20))
    found: Mapped[str] = mapped_column(String(8))
    points: Mapped[Decimal | None]
    not_applicable: Mapped[bool] = mapped_column(default=False)
    note: Mapped[str] = mapped_column(Text, default="")
    noted_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    noted_at: Mapped[datetime]
    revision: Mapped[int] = mapped_column(default=1)

    visit: Mapped[Visit] = relationship(back_populates="site_scores")
    noted_by: Mapped[Person] = relationship()


class SamplePoint(Base):
    """One point drawn and looked at on site: place, fixture, sound or not."""

    __tablename__ = "sample_point"

    id: Mapped[Key]
    visit_id: Mapped[int] = mapped_column(ForeignKey("visit.id"), index=True)
    place: Mapped[str] = mapped_column(String(120))
    listed: Mapped[int | None]
    """The point's number on the institution's list, when it was drawn from it."""
    fixture: Mapped[str] = mapped_column(String(80), default="")
    sound: Mapped[bool]
    note: Mapped[str] = mapped_column(Text, default="")
    noted_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    noted_at: Mapped[datetime]

    visit: Mapped[Visit] = relationship(back_populates="samples")


class Finding(Base):
    """A problem: what, demand, owner, due day; the institution's report; the re-check's result."""

    __tablename__ = "finding"
    __table_args__ = (CheckConstraint("recheck in ('', 'passed', 'failed')", name="recheck"),)

    id: Mapped[Key]
    visit_id: Mapped[int] = mapped_column(ForeignKey("visit.id"), index=True)
    item_id: Mapped[str] = mapped_column(String(20), default="")
    what: Mapped[str] = mapped_column(Text)
    demand: Mapped[str] = mapped_column(Text, default="")
    owner: Mapped[str] = mapped_column(String(80), default="")
    due_on: Mapped[date | None]
    found_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    found_at: Mapped[datetime]
    report: Mapped[str] = mapped_column(Text, default="")
    reported_at: Mapped[datetime | None]
    recheck: Mapped[str] = mapped_column(String(8), default="")
    recheck_note: Mapped[str] = mapped_column(Text, default="")
    rechecked_at: Mapped[datetime | None]

    visit: Mapped[Visit] = relationship(back_populates="findings")


class VisitPhoto(Base):
    """A photo taken on site or sent in after rectification (`phase` site, before or after).

    `source` tells who wrote down time and place: "camera" (in the file), "device" (the telephone, allowed by its
    owner); empty when nobody did.
    """

    __tablename__ = "visit_photo"
    __table_args__ = (CheckConstraint("phase in ('site', 'before', 'after')", name="phase"),)

    id: Mapped[Key]
    visit_id: Mapped[int] = mapped_column(ForeignKey("visit.id"), index=True)
    item_id: Mapped[str] = mapped_column(String(20), default="")
    finding_id: Mapped[int | None] = mapped_column(ForeignKey("finding.id"), index=True)
    phase: Mapped[str] = mapped_column(String(8), default="site")
    place: Mapped[str] = mapped_column(String(120), default="")
    taken_at: Mapped[datetime | None]
    source: Mapped[str] = mapped_column(String(8), default="")
    file_id: Mapped[int] = mapped_column(ForeignKey("file.id"))

    visit: Mapped[Visit] = relationship(back_populates="photos")
    file: Mapped[File] = relationship()


class RivalNote(Base):
    """What somebody found of an item while another's note was saved first: both stay until the team settles it."""

    __tablename__ = "rival_note"
    __table_args__ = (CheckConstraint("found in ('true', 'partly', 'false')", name="found"),)

    id: Mapped[Key]
    visit_id: Mapped[int] = mapped_column(ForeignKey("visit.id"), index=True)
    item_id: Mapped[str] = mapped_column(String(20))
    found: Mapped[str] = mapped_column(String(8))
    points: Mapped[Decimal | None]
    not_applicable: Mapped[bool] = mapped_column(default=False)
    note: Mapped[str] = mapped_column(Text, default="")
    noted_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    noted_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]

    visit: Mapped[Visit] = relationship(back_populates="rivals")
    noted_by: Mapped[Person] = relationship()


class VisitSignature(Base):
    """A signature under what was recorded: a picture drawn on the screen, or the name typed and confirmed.

    `person_id` is the member who signs; empty for the institution's representative, whom `witness_id` saw sign.
    `digest` is that of the record as it was signed: a later change of the record leaves it without effect.
    """

    __tablename__ = "visit_signature"

    id: Mapped[Key]
    visit_id: Mapped[int] = mapped_column(ForeignKey("visit.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    name: Mapped[str] = mapped_column(String(60))
    post: Mapped[str] = mapped_column(String(60), default="")
    typed: Mapped[bool] = mapped_column(default=False)
    digest: Mapped[str] = mapped_column(String(64))
    file_id: Mapped[int] = mapped_column(ForeignKey("file.id"))
    witness_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    signed_at: Mapped[datetime]

    visit: Mapped[Visit] = relationship(back_populates="signatures")
    file: Mapped[File] = relationship()


class VisitReceipt(Base):
    """Something a telephone sent that was taken: the same key again is answered with the same page and does nothing."""

    __tablename__ = "visit_receipt"
    __table_args__ = (UniqueConstraint("person_id", "key"),)

    id: Mapped[Key]
    visit_id: Mapped[int] = mapped_column(ForeignKey("visit.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    key: Mapped[str] = mapped_column(String(36))
    answer: Mapped[dict[str, Any]]
    taken_at: Mapped[datetime]
