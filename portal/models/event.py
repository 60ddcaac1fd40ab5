"""The append-only record of every deed, in one hash chain."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.models.base import Base, Key
from portal.models.person import Person


class Event(Base):
    """One deed: who, what, when, on which case, from which stage to which; chained by `previous` and `digest`."""

    __tablename__ = "event"
    __table_args__ = (
        Index("ix_event_application", "application_id", "seq"), Index("ix_event_action", "action", "at"),
        Index("ix_event_stay", "stage_before", "at", "stayed", sqlite_where=text("stayed IS NOT NULL"),
              postgresql_where=text("stayed IS NOT NULL")))

    id: Mapped[Key]
    seq: Mapped[int] = mapped_column(unique=True)
    application_id: Mapped[int | None] = mapped_column(ForeignKey("application.id"))
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    role: Mapped[str] = mapped_column(String(20), default="")
    action: Mapped[str] = mapped_column(String(40))
    stage_before: Mapped[str] = mapped_column(String(40), default="")
    stage_after: Mapped[str] = mapped_column(String(40), default="")
    reason: Mapped[str] = mapped_column(Text, default="")
    detail: Mapped[dict[str, Any]] = mapped_column(default=dict)
    at: Mapped[datetime]
    stayed: Mapped[int | None]
    """Seconds that the case had stood at `stage_before`; None where it stays, or had come there by no deed. It follows
    from the instants of the record, so the digest leaves it out."""
    previous: Mapped[str] = mapped_column(String(64))
    digest: Mapped[str] = mapped_column(String(64))

    actor: Mapped[Person | None] = relationship()

    def payload(self) -> dict[str, Any]:
        """Everything that the digest covers, as plain JSON values."""
        return {
            "seq": self.seq, "application": self.application_id, "actor": self.actor_id, "role": self.role,
            "action": self.action, "before": self.stage_before, "after": self.stage_after, "reason": self.reason,
            "detail": self.detail, "at": self.at.isoformat(timespec="microseconds"),
        }


class ChainHead(Base):
    """The one row that says where the chain ends; locked while an event is appended."""

    __tablename__ = "chain_head"

    id: Mapped[Key]
    seq: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
