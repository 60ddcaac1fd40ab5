"""Digital signatures on certificates' papers: the stored fact that pages read."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.models.base import Base, Key


class Signature(Base):
    """One signed paper: the drawing it was made from (`paper_sha256`), the signed file in its store, who signed.

    It is in force while the certificate still has that drawing; a paper printed anew gets a signature of its own.
    """

    __tablename__ = "signature"
    __table_args__ = (UniqueConstraint("certificate_id", "paper_sha256"),)

    id: Mapped[Key]
    certificate_id: Mapped[int] = mapped_column(ForeignKey("certificate.id"))
    paper_sha256: Mapped[str] = mapped_column(String(64))
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    size: Mapped[int]
    store: Mapped[str] = mapped_column(String(20))
    signer: Mapped[str] = mapped_column(String(200))
    key_sha256: Mapped[str] = mapped_column(String(64))
    demonstration: Mapped[bool] = mapped_column(default=False)
    signed_at: Mapped[datetime]
    checked_at: Mapped[datetime]
