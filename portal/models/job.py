"""Work to be done after the commit, and the messages that it leaves for people."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.models.base import Base, Key


class Job(Base):
    """A job written in the transaction that causes it; State: waiting, done or failed (after the last attempt)."""

    __tablename__ = "job"
    __table_args__ = (CheckConstraint("state in ('waiting', 'done', 'failed')", name="state"),
                      Index("ix_job_state", "state", "id"))

    id: Mapped[Key]
    kind: Mapped[str] = mapped_column(String(40))
    payload: Mapped[dict[str, Any]] = mapped_column(default=dict)
    state: Mapped[str] = mapped_column(String(10), default="waiting")
    attempts: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    error: Mapped[str] = mapped_column(Text, default="")


class Message(Base):
    """A notice in the portal for one person about one event; `mailed_at` says when the mail went."""

    __tablename__ = "message"
    __table_args__ = (UniqueConstraint("event_id", "person_id", "text"),
                      Index("ix_message_person", "person_id", "read_at", "id"))

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    event_id: Mapped[int | None] = mapped_column(ForeignKey("event.id"))
    application_id: Mapped[int | None] = mapped_column(ForeignKey("application.id"))
    text: Mapped[str] = mapped_column(String(40))
    values: Mapped[dict[str, Any]] = mapped_column(default=dict)
    url: Mapped[str] = mapped_column(String(200), default="")
    created_at: Mapped[datetime]
    read_at: Mapped[datetime | None]
    mailed_at: Mapped[datetime | None]
