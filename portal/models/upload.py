"""A file on its way: what it is for, how much of it has arrived, until when it is kept."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.models.base import Base, Key


class Upload(Base):
    """One person's upload in pieces to one request of a case; `file_id` is set once it is whole and attached.

    `size` and `received` are bytes, `modified` the file's own time in milliseconds as its browser tells (with name
    and size it tells the file from others). `pieces` lists [name, bytes, SHA-256] in order.
    """

    __tablename__ = "upload"
    __table_args__ = (CheckConstraint("size > 0 and received >= 0 and received <= size", name="received"),
                      Index("ix_upload_person_application", "person_id", "application_id"))

    id: Mapped[Key]
    token: Mapped[str] = mapped_column(String(32), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"))
    item_id: Mapped[str] = mapped_column(String(20))
    request_id: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(160))
    size: Mapped[int]
    modified: Mapped[str] = mapped_column(String(20), default="")
    received: Mapped[int] = mapped_column(default=0)
    pieces: Mapped[list[Any]] = mapped_column(JSON, default=list)
    store: Mapped[str] = mapped_column(String(20))
    file_id: Mapped[int | None] = mapped_column(ForeignKey("file.id"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)

    @property
    def whole(self) -> bool:
        """Whether every byte has arrived."""
        return self.received == self.size
