"""Files and what they prove: a file belongs to an institution and is bound to items of its cases."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.models.base import Base, Key


class File(Base):
    """Stored bytes under their SHA-256; the row remembers its store. `kind` is pdf, image, sheet or document."""

    __tablename__ = "file"
    __table_args__ = (CheckConstraint("size > 0", name="size"),
                      CheckConstraint("preview in ('waiting', 'ready', 'none', 'failed')", name="preview"),
                      Index("ix_file_institution_sha256", "institution_id", "sha256"))

    id: Mapped[Key]
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    size: Mapped[int]
    mime: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(12))
    name: Mapped[str] = mapped_column(String(160))
    store: Mapped[str] = mapped_column(String(20))
    pages: Mapped[int | None]
    preview: Mapped[str] = mapped_column(String(10), default="waiting")
    institution_id: Mapped[int | None] = mapped_column(ForeignKey("institution.id"))
    uploaded_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    uploaded_at: Mapped[datetime]

    pictures: Mapped[list["Picture"]] = relationship(back_populates="file", order_by="Picture.page")


class Picture(Base):
    """A preview of one page of a file; page 0 is the thumbnail."""

    __tablename__ = "picture"
    __table_args__ = (UniqueConstraint("file_id", "page"),)

    id: Mapped[Key]
    file_id: Mapped[int] = mapped_column(ForeignKey("file.id"))
    page: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int]
    mime: Mapped[str] = mapped_column(String(40))
    store: Mapped[str] = mapped_column(String(20))

    file: Mapped[File] = relationship(back_populates="pictures")


class Evidence(Base):
    """A file bound to one item of one case, answering one of the documents asked for."""

    __tablename__ = "evidence"
    __table_args__ = (UniqueConstraint("application_id", "item_id", "request_id", "file_id"),)

    id: Mapped[Key]
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), index=True)
    item_id: Mapped[str] = mapped_column(String(20))
    request_id: Mapped[str] = mapped_column(String(40))
    file_id: Mapped[int] = mapped_column(ForeignKey("file.id"), index=True)
    bound_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    bound_at: Mapped[datetime]

    file: Mapped[File] = relationship()
