"""Public notices, the cases they announce and the objections raised against them."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.models.application import Application
from portal.models.base import Base, Key
from portal.models.evidence import File


class PublicNotice(Base):
    """A list put on public notice: runs from the working day after `published_on` through `last_day`."""

    __tablename__ = "public_notice"
    __table_args__ = (CheckConstraint("workdays >= 5", name="workdays"),
                      CheckConstraint("last_day > published_on", name="period"))

    id: Mapped[Key]
    number: Mapped[str] = mapped_column(String(40), unique=True)
    scheme: Mapped[str] = mapped_column(String(40))
    title: Mapped[str] = mapped_column(String(200))
    basis: Mapped[str] = mapped_column(Text, default="")
    contact_office: Mapped[str] = mapped_column(String(80), default="")
    contact_phone: Mapped[str] = mapped_column(String(40), default="")
    contact_address: Mapped[str] = mapped_column(String(160), default="")
    published_on: Mapped[date]
    published_at: Mapped[datetime]
    workdays: Mapped[int]
    last_day: Mapped[date]
    published_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))

    entries: Mapped[list["NoticeEntry"]] = relationship(back_populates="notice", order_by="NoticeEntry.position")


class NoticeEntry(Base):
    """One case on a notice, in the order printed."""

    __tablename__ = "notice_entry"
    __table_args__ = (UniqueConstraint("notice_id", "application_id"),)

    id: Mapped[Key]
    notice_id: Mapped[int] = mapped_column(ForeignKey("public_notice.id"))
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), index=True)
    position: Mapped[int]

    notice: Mapped[PublicNotice] = relationship(back_populates="entries")
    application: Mapped[Application] = relationship()


class Objection(Base):
    """Somebody's objection to a case on notice; who they are is for the bureau only. State open, dismissed, upheld."""

    __tablename__ = "objection"
    __table_args__ = (CheckConstraint("state in ('open', 'dismissed', 'upheld')", name="state"),
                      CheckConstraint("party in ('person', 'organisation')", name="party"),
                      Index("ix_objection_application", "application_id", "state"))

    id: Mapped[Key]
    receipt: Mapped[str] = mapped_column(String(40), unique=True)
    notice_id: Mapped[int] = mapped_column(ForeignKey("public_notice.id"))
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"))
    party: Mapped[str] = mapped_column(String(14))
    name: Mapped[str] = mapped_column(String(120))
    phone: Mapped[str] = mapped_column(String(40))
    email: Mapped[str] = mapped_column(String(120), default="")
    address: Mapped[str] = mapped_column(String(160), default="")
    facts: Mapped[str] = mapped_column(Text)
    received_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(10), default="open")
    answer: Mapped[str] = mapped_column(Text, default="")
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    answered_at: Mapped[datetime | None]

    notice: Mapped[PublicNotice] = relationship()
    application: Mapped[Application] = relationship()
    attachments: Mapped[list["ObjectionFile"]] = relationship(back_populates="objection")


class ObjectionFile(Base):
    """A file attached to an objection."""

    __tablename__ = "objection_file"
    __table_args__ = (UniqueConstraint("objection_id", "file_id"),)

    id: Mapped[Key]
    objection_id: Mapped[int] = mapped_column(ForeignKey("objection.id"))
    file_id: Mapped[int] = mapped_column(ForeignKey("file.id"))

    objection: Mapped[Objection] = relationship(back_populates="attachments")
    file: Mapped[File] = relationship()
