"""What administrators change: people, their roles, rounds; every deed is recorded, with numbers instead of names."""

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from portal import editions, lifecycle, passwords, seen
from portal.administer import queries
from portal.clock import now
from portal.db import lock, transaction
from portal.domain import timetable
from portal.domain.appointment import Bar, Held, bar
from portal.domain.refusal import Refused
from portal.domain.workflow import Role
from portal.models.person import Grant, Person
from portal.models.round import Round

# Letters and digits that are not mistaken for each other when they are read out or copied by hand.
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"

BARS = {
    Bar.HELD: _("This person holds this role there already."),
    Bar.SCOPE: _("This role needs the place where it is held."),
    Bar.BOTH_SIDES: _("The applicant and the head who signs off for one institution must be two people."),
    Bar.AUDITOR: _("An auditor reads everything and holds no other role."),
}


class SignInTaken(Refused):
    """Somebody else has this sign-in name."""


class RoleBarred(Refused):
    """The role cannot be given to this person."""


class OwnAccount(Refused):
    """An administrator may not do this to her own account."""


class RoundTaken(Refused):
    """The scheme has a round of this name in this year already."""


class PartUsed(Refused):
    """A part of the round is used and stays as it is."""


def _first_password() -> str:
    """Four groups of four, 79 bits: to be handed over once and changed at the first sign-in."""
    return "-".join("".join(secrets.choice(_LETTERS) for _n in range(4)) for _g in range(4))


def invite(*, sign_in: str, name: str, email: str = "", phone: str = "", position: str = "", language: str = "zh",
           employer: int | None = None, by: Person) -> tuple[Person, str]:
    """A new account and its first password, which is nowhere kept in the clear; SignInTaken."""
    password = _first_password()
    hashed = passwords.hashed(password)
    with transaction() as session:
        sign_in = sign_in.strip().lower()
        if session.scalar(select(Person.id).where(Person.sign_in == sign_in)):
            raise _taken()
        row = Person(sign_in=sign_in, name=name, email=email, phone=phone, position=position, language=language,
                     employer_id=employer, password_hash=hashed, first_password=True, created_at=now())
        session.add(row)
        try:
            session.flush()
        except IntegrityError:
            # another administrator took the name between the question and the insert
            raise _taken() from None
        lifecycle.record("invited-person", by=by, detail={"person": row.id})
    return row, password


def _taken() -> SignInTaken:
    return SignInTaken(_("This sign-in name is taken."), instead=_("Choose another one; it cannot be changed later."))


def facts_of(person: Person) -> list[Any]:
    """What an administrator sees and changes of a person, as it stands."""
    return [person.name, person.email, person.phone, person.position, person.language, person.employer_id]


def change_person(person: Person, *, read: str = "", by: Person, **values: Any) -> None:
    """Change name, e-mail, phone, position, language or employer; only what differs is recorded, by its key.

    `read` is the mark of what was shown; ChangedMeanwhile when somebody has saved since.
    """
    with transaction():
        lock(person)
        changed = sorted(key for key, value in values.items() if getattr(person, key) != value)
        if not changed:
            return
        seen.refuse_changed(read, *facts_of(person))
        for key in changed:
            setattr(person, key, values[key])
        lifecycle.record("changed-person", by=by, detail={"person": person.id, "changed": changed})


def give_role(person: Person, wanted: Held, *, by: Person) -> Grant:
    """Give a role; RoleBarred when the rule refuses it. An institution's or department's person becomes tied to it."""
    with transaction() as session:
        lock(person)
        found = bar(wanted, queries.held(person))
        if found is not None:
            raise RoleBarred(BARS[found],
                             instead=_("Give the role to somebody else, or take back the other role first."))
        row = Grant(person_id=person.id, role=wanted.role, institution_id=wanted.institution,
                    division_code=wanted.division, department_id=wanted.department, authority=wanted.authority)
        session.add(row)
        # whoever acts for a body belongs to it: the rule on conflicts of interest reads these two
        if wanted.institution is not None and person.employer_id is None:
            person.employer_id = wanted.institution
        if wanted.department is not None and person.department_id is None:
            person.department_id = wanted.department
        session.flush()
        lifecycle.record("gave-role", by=by, detail={"person": person.id, **_plain(wanted)})
    return row


def take_role(grant: Grant, *, by: Person) -> None:
    """Take a role back; nobody takes away her own administrator's role, so that one administrator always remains."""
    with transaction() as session:
        if grant.person_id == by.id and grant.role is Role.ADMINISTRATOR:
            raise OwnAccount(_("You cannot take away your own administrator's role."),
                             instead=_("Another administrator can do it."))
        lock(grant)
        detail = {"person": grant.person_id, **_plain(queries.as_held(grant))}
        session.delete(grant)
        session.flush()
        lifecycle.record("took-role", by=by, detail=detail)


def _plain(held: Held) -> dict[str, Any]:
    given = {"institution": held.institution, "division": held.division, "department": held.department,
             "authority": held.authority}
    return {"role": held.role.value} | {key: value for key, value in given.items() if value is not None}


def deactivate(person: Person, *, by: Person) -> None:
    """End somebody's access at once, sessions included; what the person did stays."""
    with transaction():
        if person.id == by.id:
            raise OwnAccount(_("You cannot close your own account."), instead=_("Another administrator can do it."))
        lock(person)
        if person.active:
            person.active = False
            lifecycle.record("deactivated-person", by=by, detail={"person": person.id})


def reactivate(person: Person, *, by: Person) -> None:
    """Let somebody in again."""
    with transaction():
        lock(person)
        if not person.active:
            person.active = True
            lifecycle.record("reactivated-person", by=by, detail={"person": person.id})


def new_password(person: Person, *, by: Person) -> str:
    """A new first password for somebody who lost the old one; every session of the person ends."""
    if person.id == by.id:
        raise OwnAccount(_("Your own password is changed in your profile."), instead=_("Open your profile."))
    password = _first_password()
    hashed = passwords.hashed(password)
    with transaction():
        lock(person)
        person.password_hash, person.first_password = hashed, True
        lifecycle.record("gave-password", by=by, detail={"person": person.id})
    return password


def create_round(*, edition: str, year: int, name: str, statistics_year: int, quota: int | None,
                 dates: Mapping[str, datetime], by: Person) -> Round:
    """Announce a round of an edition; it keeps the edition's digest. RoundTaken for a second one of the same name."""
    scheme = editions.get(edition)
    with transaction() as session:
        if queries.same_round(scheme.id, year, name):
            raise _round_taken()
        row = Round(scheme=scheme.id, edition=edition, edition_digest=editions.digest_of(edition), year=year, name=name,
                    statistics_year=statistics_year, quota=quota, **dates)
        session.add(row)
        try:
            session.flush()
        except IntegrityError:
            # another administrator announced it between the question and the insert
            raise _round_taken() from None
        lifecycle.record("created-round", by=by, detail={"round": row.id, **told(row)})
    return row


def change_round(row: Round, *, read: str = "", by: Person, dates: Mapping[str, datetime], **values: Any) -> list[str]:
    """Change the parts of a round that are not used yet; PartUsed for any other, RoundTaken. Gives what changed.

    `read` is the mark of what was shown; ChangedMeanwhile when somebody has saved since.
    """
    with transaction() as session:
        lock(row)
        cases, at = queries.cases_of(row), now()
        wanted = {**values, **dates}
        changed = sorted(key for key, value in wanted.items() if getattr(row, key) != value)
        present = {key: getattr(row, key) for key in timetable.DATES}
        if set(changed) & timetable.used_parts(present, cases=cases, at=at) or timetable.faults(
                present | dict(dates), present, cases=cases, at=at):
            raise PartUsed(_("A part of this round has been used meanwhile and stays as it is. Nothing was changed."),
                           instead=_("Reload the page: it shows what can still be changed."))
        if not changed:
            return []
        seen.refuse_changed(read, told(row))
        scheme = editions.get(wanted.get("edition", row.edition)).id
        if queries.same_round(scheme, wanted.get("year", row.year), wanted.get("name", row.name), other_than=row.id):
            raise _round_taken()
        before = told(row)
        for key in changed:
            setattr(row, key, wanted[key])
        if "edition" in changed:
            row.scheme, row.edition_digest = scheme, editions.digest_of(row.edition)
        try:
            session.flush()
        except IntegrityError:
            raise _round_taken() from None
        after = told(row)
        lifecycle.record("changed-round", by=by, detail={
            "round": row.id, "before": {key: before[key] for key in changed},
            "after": {key: after[key] for key in changed}})
    return changed


def _round_taken() -> RoundTaken:
    return RoundTaken(_("This scheme has a round of this name in this year already."),
                      instead=_("Change that round, or choose another name."))


def told(row: Round) -> dict[str, Any]:
    """A round as plain values for the record."""
    told: dict[str, Any] = {key: getattr(row, key) for key in (*timetable.BASIS, "quota")}
    return told | {key: getattr(row, key).isoformat() for key in timetable.DATES}
