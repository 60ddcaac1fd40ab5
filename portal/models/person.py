"""People and the roles they hold, each within its scope."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.domain.workflow import Role
from portal.models.base import Base, Key, by_value


class Person(Base):
    """Somebody who signs in; `employer_id` is the institution that the person belongs to.

    `first_password`: the password was given by an administrator and has to be changed before anything else.
    """

    __tablename__ = "person"
    __table_args__ = (CheckConstraint("language in ('zh', 'en')", name="language"),
                      CheckConstraint("notify in ('at-once', 'digest', 'off')", name="notify"))

    id: Mapped[Key]
    name: Mapped[str] = mapped_column(String(60))
    sign_in: Mapped[str] = mapped_column(String(60), unique=True)
    email: Mapped[str] = mapped_column(String(120), default="")
    phone: Mapped[str] = mapped_column(String(40), default="")
    position: Mapped[str] = mapped_column(String(80), default="")
    password_hash: Mapped[str] = mapped_column(String(200))
    language: Mapped[str] = mapped_column(String(5), default="zh")
    notify: Mapped[str] = mapped_column(String(10), default="at-once")
    first_password: Mapped[bool] = mapped_column(default=False)
    active: Mapped[bool] = mapped_column(default=True)
    employer_id: Mapped[int | None] = mapped_column(ForeignKey("institution.id"), index=True)
    department_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"), index=True)
    created_at: Mapped[datetime]
    signed_in_at: Mapped[datetime | None]

    grants: Mapped[list["Grant"]] = relationship(back_populates="person", cascade="all, delete-orphan")

    # what Flask-Login asks of a visitor
    is_authenticated = True
    is_anonymous = False

    @property
    def is_active(self) -> bool:
        """Whether this person may sign in."""
        return self.active

    def get_id(self) -> str:
        """The visitor's key in the session; a changed password ends every other session."""
        return f"{self.id}:{self.password_hash[-12:]}"

    @property
    def roles(self) -> frozenset[Role]:
        """Every role held anywhere."""
        return frozenset(grant.role for grant in self.grants)

    def scopes(self, role: Role) -> list["Grant"]:
        """The grants of one role: where it is held."""
        return [grant for grant in self.grants if grant.role == role]


class Grant(Base):
    """One role of one person; applicants hold it for an institution, recommenders for a division or a department,
    countersigners for an authority, all others everywhere."""

    __tablename__ = "grant"
    __table_args__ = (
        UniqueConstraint("person_id", "role", "institution_id", "division_code", "department_id", "authority"),
        CheckConstraint("role not in ('applicant', 'signatory') or institution_id is not null", name="institution"),
        CheckConstraint("role <> 'recommender' or division_code is not null or department_id is not null",
                        name="body"),
        CheckConstraint("role <> 'countersigner' or authority is not null", name="authority"),
        Index("ix_grant_role", "role"),
    )

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    role: Mapped[Role] = mapped_column(by_value(Role))
    institution_id: Mapped[int | None] = mapped_column(ForeignKey("institution.id"), index=True)
    division_code: Mapped[str | None] = mapped_column(ForeignKey("division.code"))
    department_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"))
    authority: Mapped[str | None] = mapped_column(String(40))

    person: Mapped[Person] = relationship(back_populates="grants")
