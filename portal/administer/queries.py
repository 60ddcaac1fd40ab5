"""What administrators and auditors read: people with their roles, rounds, the use of editions."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import selectinload

from portal import editions
from portal.db import db
from portal.domain.appointment import Held
from portal.domain.scheme import Authority, Provenance, Scheme
from portal.domain.workflow import FINAL, Role, Stage
from portal.models.application import Application
from portal.models.institution import Department, Division, Institution
from portal.models.person import Grant, Person
from portal.models.review import Sheet
from portal.models.round import Round
from portal.models.visit import Visit, VisitMember
from portal.web.filters import title_of

STATES = ("active", "inactive", "never")


def people(*, words: str = "", role: str = "", state: str = "") -> Select[Person]:
    """People by name, sign-in or employer, with a role, in a state; the newest first."""
    wanted = select(Person).options(selectinload(Person.grants)).order_by(Person.id.desc())
    if words:
        wanted = wanted.outerjoin(Institution, Institution.id == Person.employer_id).where(or_(
            Person.name.icontains(words, autoescape=True), Person.sign_in.icontains(words, autoescape=True),
            Institution.name.icontains(words, autoescape=True),
            Institution.short_name.icontains(words, autoescape=True)))
    if role in Role._value2member_map_:
        wanted = wanted.where(Person.grants.any(Grant.role == Role(role)))
    if state == "active":
        wanted = wanted.where(Person.active)
    elif state == "inactive":
        wanted = wanted.where(Person.active.is_(False))
    elif state == "never":
        wanted = wanted.where(Person.active, Person.signed_in_at.is_(None))
    return wanted


def person(number: int) -> Person | None:
    """One person with the roles held."""
    return db.session.scalar(select(Person).where(Person.id == number).options(selectinload(Person.grants)))


def grant(number: int, one: int) -> Grant | None:
    """One role of one person."""
    return db.session.scalar(select(Grant).where(Grant.id == one, Grant.person_id == number))


def held(person: Person) -> tuple[Held, ...]:
    """The roles of a person as the rule reads them, from the present rows."""
    return tuple(as_held(one) for one in db.session.scalars(select(Grant).where(Grant.person_id == person.id)))


def as_held(one: Grant) -> Held:
    """A row as the rule reads it."""
    return Held(role=one.role, institution=one.institution_id, division=one.division_code,
                department=one.department_id, authority=one.authority)


def authorities() -> dict[str, Authority]:
    """The bodies that countersign in any edition, by their id."""
    return {one.id: one for scheme in editions.every() for one in scheme.process.countersigners}


def scope_names(grants: Iterable[Grant]) -> dict[int, str]:
    """Where each role is held, in words, by the grant's id; at most three queries however many there are."""
    grants = list(grants)
    houses = _names(Institution.id, Institution.name, {one.institution_id for one in grants})
    divisions = _names(Division.code, Division.name, {one.division_code for one in grants})
    departments = _names(Department.id, Department.name, {one.department_id for one in grants})
    bodies = authorities()
    found = {}
    for one in grants:
        body = bodies.get(one.authority or "")
        found[one.id] = (houses.get(one.institution_id) or divisions.get(one.division_code)
                         or departments.get(one.department_id) or (title_of(body) if body else one.authority) or "")
    return found


def _names(key: object, name: object, wanted: Iterable[object]) -> dict[object, str]:
    asked = {one for one in wanted if one is not None}
    if not asked:
        return {}
    return {number: words for number, words in db.session.execute(
        select(key, name).where(key.in_(asked)))}  # type: ignore[call-overload, attr-defined]


def employer_names(found: Iterable[Person]) -> dict[object, str]:
    """The names of the institutions that people belong to, by id."""
    return _names(Institution.id, Institution.short_name, {one.employer_id for one in found})


def institutions_named(words: str) -> list[Institution]:
    """Institutions with this credit code, or with exactly this name or short name; at most two."""
    words = words.strip()
    if not words:
        return []
    return list(db.session.scalars(select(Institution).where(or_(
        Institution.credit_code == words.upper(), Institution.name == words, Institution.short_name == words))
        .order_by(Institution.id).limit(2)))


def institution_name(number: int | None) -> str:
    """An institution's name; empty for none."""
    return (db.session.scalar(select(Institution.name).where(Institution.id == number)) or "") if number else ""


def divisions() -> list[tuple[str, str]]:
    """Every division as (code, name)."""
    return [(code, name) for code, name in db.session.execute(
        select(Division.code, Division.name).order_by(Division.code))]


def departments() -> list[tuple[int, str]]:
    """Every department as (id, name)."""
    return [(number, name) for number, name in db.session.execute(
        select(Department.id, Department.name).order_by(Department.id))]


@dataclass(frozen=True, kw_only=True)
class OpenWork:
    """What a person still has in hand: unsealed sheets, visits without a verdict, cases not at an end."""

    sheets: int
    visits: int
    cases: int

    @property
    def any(self) -> bool:
        """Whether somebody else must take something over."""
        return bool(self.sheets or self.visits or self.cases)


def open_work(person: Person) -> OpenWork:
    """What would be left without a hand if this person went."""
    sheets = db.session.scalar(select(func.count()).select_from(Sheet).join(Sheet.application).where(
        Sheet.expert_id == person.id, Sheet.state == "assigned", Application.stage == Stage.REVIEWING)) or 0
    visits = db.session.scalar(select(func.count()).select_from(VisitMember).join(Visit).where(
        VisitMember.person_id == person.id, Visit.verdict == "")) or 0
    cases = db.session.scalar(select(func.count()).select_from(Application).where(
        Application.operator_id == person.id,
        Application.stage.not_in([*FINAL, Stage.CERTIFIED]))) or 0
    return OpenWork(sheets=sheets, visits=visits, cases=cases)


def rounds() -> list[tuple[Round, int]]:
    """Every round with the number of its cases, the newest first."""
    cases = select(Application.round_id, func.count().label("n")).group_by(Application.round_id).subquery()
    return [(row, number) for row, number in db.session.execute(
        select(Round, func.coalesce(cases.c.n, 0)).outerjoin(cases, cases.c.round_id == Round.id)
        .order_by(Round.year.desc(), Round.opens_at.desc(), Round.id.desc()))]


def round(number: int) -> Round | None:
    """One round."""
    return db.session.get(Round, number)


def cases_of(one: Round) -> int:
    """How many cases a round has."""
    return db.session.scalar(select(func.count()).where(Application.round_id == one.id)) or 0


def same_round(scheme: str, year: int, name: str, *, other_than: int | None = None) -> bool:
    """Whether a scheme has a round of this name in this year already."""
    wanted = select(Round.id).where(Round.scheme == scheme, Round.year == year, Round.name == name)
    if other_than is not None:
        wanted = wanted.where(Round.id != other_than)
    return db.session.scalar(wanted.limit(1)) is not None


@dataclass(frozen=True, kw_only=True)
class Edition:
    """One edition as an administrator sees it: what it holds, how sure its texts are, who uses it."""

    scheme: Scheme
    digest: str
    provenance: dict[Provenance, int]
    rounds: int
    cases: int
    changed: bool
    """Whether a round started under another text than the file has now: its cases can no longer be scored."""


def edition_list() -> list[Edition]:
    """Every edition, in two queries."""
    rounds = {(edition, digest): number for edition, digest, number in db.session.execute(
        select(Round.edition, Round.edition_digest, func.count()).group_by(Round.edition, Round.edition_digest))}
    cases = {edition: number for edition, number in db.session.execute(
        select(Application.edition, func.count()).group_by(Application.edition))}
    found = []
    for scheme in editions.every():
        digest = editions.digest_of(scheme.edition)
        texts = [one.provenance for one in scheme.items()] + [one.provenance for one in scheme.prerequisites]
        found.append(Edition(
            scheme=scheme, digest=digest, provenance={kind: texts.count(kind) for kind in Provenance},
            rounds=sum(number for (edition, _), number in rounds.items() if edition == scheme.edition),
            cases=cases.get(scheme.edition, 0),
            changed=any(edition == scheme.edition and used != digest for edition, used in rounds)))
    return found
