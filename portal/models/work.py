"""Long work: one deed done to many things by the worker, row by row, with what became of each."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.models.base import Base, Key
from portal.models.person import Person


class Work(Base):
    """A piece of long work, begun by one person; it is over when no row waits (`finished_at`)."""

    __tablename__ = "work"
    __table_args__ = (Index("ix_work_kind", "kind", "id"),)

    id: Mapped[Key]
    kind: Mapped[str] = mapped_column(String(40))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    language: Mapped[str] = mapped_column(String(5), default="zh")
    created_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship()


class WorkRow(Base):
    """One thing to be done: `subject` is the key that the deed gets, `label` its name; `note` says why it was refused.

    State: waiting, done, refused (by a rule) or failed (an error of ours).
    """

    __tablename__ = "work_row"
    __table_args__ = (UniqueConstraint("work_id", "position"), Index("ix_work_row_state", "work_id", "state"),
                      CheckConstraint("state in ('waiting', 'done', 'refused', 'failed')", name="state"))

    id: Mapped[Key]
    work_id: Mapped[int] = mapped_column(ForeignKey("work.id"))
    position: Mapped[int]
    subject: Mapped[int]
    label: Mapped[str] = mapped_column(String(160))
    url: Mapped[str] = mapped_column(String(200), default="")
    state: Mapped[str] = mapped_column(String(10), default="waiting")
    note: Mapped[str] = mapped_column(Text, default="")
    done_at: Mapped[datetime | None]
