"""Knock at every address as everybody: what each person is answered for the own, another and a foreign case."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from typing import Any

from flask import Flask
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from portal.db import db, transaction
from portal.domain.workflow import Role
from portal.models.person import Person
from portal.web.guard import Desk
from portal.web.limits import limiter
from tests.make import PASSWORD, Make
from tests.permissions import city as city_module
from tests.permissions.addresses import PLACES, Place
from tests.permissions.city import FOREIGN, OTHER, OWN, RELATIONS, City, Parts

DONE, TOLD, LATER, GONE, REFUSED, SIGN_IN, FIRST = "✓", "422", "409", "404", "403", "sign in", "password"
BEST = (DONE, TOLD, LATER, GONE, REFUSED, FIRST, SIGN_IN)
"""Answers from the most to the least that somebody gets: of two roles at one address the better one counts."""
PUBLIC = "public"
WATER_BODIES, ENERGY_BODIES = ("water", "water-office"), ("drc", "finance")

ROLES = (PUBLIC, "applicant", "signatory", "recommender of a district", "recommender of a department", "officer", "expert",
         "moderator", "team-leader", "inspector", "leader", *(f"countersigner ({one})" for one in WATER_BODIES + ENERGY_BODIES),
         "administrator", "auditor")
SPECIAL: dict[str, tuple[str, ...]] = {
    "officer whose session ended": (PUBLIC,), "deactivated officer": (PUBLIC,),
    "officer with a first password": ("officer",), "officer whose role was taken back": ("officer",),
    "officer of the superior body": ("officer",), "expert of the institution": ("expert",),
    "moderator of the institution": ("moderator",), "inspector of the institution": ("inspector",),
    "leader of the institution": ("leader",), "countersigner of the institution": ("countersigner (water)",),
    "officer who scores the case": ("officer", "expert"), "moderator who scores the case": ("moderator", "expert"),
    "leader who scored the case": ("leader", "expert"), "administrator who scores the case": ("administrator", "expert"),
    "officer who recommended the case": ("officer", "recommender of a district"),
}
"""People for whom another rule holds, with the roles that they are compared with."""

TURNED_AWAY = frozenset(list(SPECIAL)[:4])
"""Those of them at whom the door itself looks, whatever the desk."""
AT_PUBLIC_DESKS = frozenset({PUBLIC, "applicant", "auditor"})
LIKE = {"countersigner (water-office)": "countersigner (water)", "countersigner (finance)": "countersigner (drc)"}
"""Who stands for whom in a short run."""

Row = tuple[str, str]
"""Endpoint and method."""
Cells = dict[str, dict[str, str]]
"""Answers by person and relation; the relation is empty where an address concerns no case."""


@dataclass
class Matrix:
    """What everybody was answered, and what should never happen: faults, and changes by somebody who was refused."""

    rows: dict[Row, Cells] = field(default_factory=dict)
    rules: dict[Row, str] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)


def rows_of(app: Flask) -> list[tuple[Row, Rule]]:
    """Every endpoint and method of the URL map, in the order of PLACES; those not in PLACES last."""
    known = {name: n for n, name in enumerate(PLACES)}
    found: dict[Row, Rule] = {}
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            if rule.endpoint != "static":
                found.setdefault((rule.endpoint, method), rule)
    return sorted(found.items(), key=lambda one: (known.get(one[0][0], len(known)), one[0]))


class Visitors:
    """Everybody's session, and the database as it was: each knock finds the same city."""

    def __init__(self, app: Flask, city: City) -> None:
        self.app, self.city = app, city
        self.client = app.test_client(use_cookies=False)
        self.cookies: dict[str, str] = {PUBLIC: ""}
        for name in [*ROLES, *SPECIAL]:
            if name != PUBLIC:
                self._sign_in(name)
        with app.app_context(), transaction() as session:
            ended = session.get_one(Person, city.ids["officer whose session ended"])
            ended.password_hash = ended.password_hash[:-1] + "x"
            city_module.taken_away(city)
        with app.app_context():
            path = str(db.engine.url.database)
            db.engine.dispose()
        self.live = sqlite3.connect(path, isolation_level=None)
        self.kept = sqlite3.connect(":memory:")
        self.live.backup(self.kept)
        self.version = self._version()

    def _sign_in(self, name: str) -> None:
        client = self.app.test_client()
        answer = client.post("/sign-in", data={"sign_in": self.city.sign_ins[name], "password": PASSWORD})
        assert answer.status_code == 302, name
        cookie = client.get_cookie("session")
        assert cookie is not None
        self.cookies[name] = f"session={cookie.value}"

    def _version(self) -> int:
        return int(self.live.execute("pragma data_version").fetchone()[0])

    def changed(self) -> bool:
        """Whether anything was written since the last knock; if so the database is put back."""
        if self._version() == self.version:
            return False
        self.kept.backup(self.live)
        self.version = self._version()
        return True

    def knock(self, name: str, method: str, url: str, place: Place, parts: Parts) -> TestResponse:
        """One request of one person."""
        sent: dict[str, Any] = dict(place.sends(parts)) if method != "GET" else {}
        given: dict[str, Any] = {"json": sent["json"]} if "json" in sent else {"data": sent.get("body", sent)} if sent else {}
        headers = {"Accept": "application/json", **place.head} | ({"Cookie": self.cookies[name]} if self.cookies[name] else {})
        with self.client.open(url, method=method, headers=headers, buffered=True, **given) as answer:
            return answer

    def close(self) -> None:
        """Let the database go."""
        self.live.close()
        self.kept.close()


def answered(answer: TestResponse) -> str:
    """The word for an answer; anything unforeseen is its number, so that no table holds it."""
    if answer.status_code in {301, 302, 303}:
        where = answer.headers["Location"]
        return SIGN_IN if "/sign-in?next=" in where else FIRST if where == "/first-password" else DONE
    if answer.status_code < 300:
        return DONE
    return {401: SIGN_IN, 400: TOLD, 422: TOLD}.get(answer.status_code, str(answer.status_code))


def case_of(name: str, relation: str, kind: str, city: City) -> Parts:
    """The parts of the case that stands to this person in this relation (docs/permissions.md says what each means)."""
    here = (kind, relation)
    if kind == "message":
        whose = name if relation == OWN else "officer" if name != "officer" else "leader"
        return {"message": city.common.get(f"message of {whose}", city.common["message of officer"])}
    if name == "recommender of a department" and (f"{kind}@department", relation) in city.cases:
        here = (f"{kind}@department", relation)
    elif name.startswith("countersigner") and kind in {"to-nominate", "nominated"}:
        water = "water" in name or "institution" in name
        here = (kind, relation) if (relation == OTHER) == water else ("to-announce", OWN if relation == OTHER else relation)
    elif name.startswith("countersigner") and (f"{kind}-energy", relation) in city.cases:
        energy = any(body in name for body in ENERGY_BODIES)
        here = (f"{kind}-energy" if energy != (relation == OTHER) else kind, OWN if relation == OTHER else relation)
    return city.cases[here]


def relations_of(name: str, place: Place, desk: Desk) -> tuple[str, ...]:
    """The relations that are asked of a person at a place; a public desk asks nobody who comes, so each role knocks once."""
    if desk.public and name in SPECIAL:
        return ()
    if not place.kind:
        return ("",)
    if name in SPECIAL or (desk.public and name != PUBLIC):
        return (OWN,)
    return (OWN, OTHER) if place.kind == "message" else RELATIONS


def roles_of(name: str) -> frozenset[Role]:
    """The roles that somebody of the matrix holds."""
    bases = SPECIAL.get(name, (name,))
    return frozenset(Role(one.split(" ")[0]) for one in bases)


def address(app: Flask, endpoint: str, place: Place, parts: Parts, other: Parts | None = None) -> str:
    """The address of a place; `other` gives every variable but the first, to put parts of two cases together."""
    values: dict[str, Any] = {}
    for n, (variable, part) in enumerate(place.of.items()):
        source = other if other is not None and n else parts
        values[variable] = part[1:] if part.startswith("=") else source[part]
    return app.url_map.bind("localhost").build(endpoint, values)


def common(city: City, name: str) -> Parts:
    """What forms name besides the case: people to be chosen, the visitor's authority."""
    body = next((one for one in WATER_BODIES[::-1] + ENERGY_BODIES if f"({one})" in name), "water")
    return city.common | {"authority": body, "an-expert": city.ids["another expert"],
                          "a-team-leader": city.ids["team-leader"], "an-inspector": city.ids["inspector"]}


def measure(app: Flask, visitors: Visitors, *, whole: bool = True) -> Matrix:
    """Everybody at every address.

    Unless `whole`, what cannot differ is asked once: whom the door of a desk turns away knocks for one case instead of
    three, somebody special only where the roles are let in, few at the public desks, one of two bodies that countersign alike.
    """
    found = Matrix()
    rows = [(row, rule) for row, rule in rows_of(app) if row[0] in PLACES]
    found.rules = {row: rule.rule for row, rule in rows}
    for name in [*ROLES, *SPECIAL]:
        limiter.reset()
        for row, _rule in rows:
            place, desk = PLACES[row[0]], app.blueprints[row[0].rpartition(".")[0]]
            assert isinstance(desk, Desk)
            cells = found.rows.setdefault(row, {}).setdefault(name, {})
            closed = not desk.admits(roles_of(name))
            if not whole and name in LIKE:
                found.rows[row][name] = found.rows[row][LIKE[name]]
                continue
            if not whole and desk.public and name not in AT_PUBLIC_DESKS:
                found.rows[row][name] = {} if name in SPECIAL else {
                    relation: found.rows[row][PUBLIC][relation] for relation in relations_of(name, place, desk)}
                continue
            for relation in relations_of(name, place, desk):
                if not whole and closed and name in SPECIAL and name not in TURNED_AWAY:
                    cells[relation] = REFUSED
                elif not whole and closed and relation not in {"", OWN} and cells[OWN] in {REFUSED, SIGN_IN}:
                    cells[relation] = cells[OWN]
                else:
                    cells[relation] = _asked(app, visitors, found, name, row, relation)
    return found


def _asked(app: Flask, visitors: Visitors, found: Matrix, name: str, row: Row, relation: str) -> str:
    """One knock, with a look at whether it changed anything that it should not."""
    (endpoint, method), place = row, PLACES[row[0]]
    parts = common(visitors.city, name) | (case_of(name, relation, place.kind, visitors.city) if relation else {})
    answer = visitors.knock(name, method, address(app, endpoint, place, parts), place, parts)
    said, changed = answered(answer), visitors.changed()
    where = f"{name}, {relation or 'no'} case: {method} {endpoint}"
    if said not in BEST:
        found.wrong.append(f"{where} is answered {answer.status}")
    if changed and said in {GONE, REFUSED, SIGN_IN, FIRST}:
        found.wrong.append(f"{where} is answered {answer.status} and changed something")
    if changed and name == "auditor" and not endpoint.startswith(("own.", "notices.", "accounts.")):
        found.wrong.append(f"{where}: an auditor changed something")
    return said


def mixed(app: Flask, visitors: Visitors) -> list[str]:
    """Where a part of another's case, put under one's own, is answered otherwise than a part that nobody has."""
    city, leaks = visitors.city, []
    for (endpoint, method), _rule in rows_of(app):
        place, desk = PLACES[endpoint], app.blueprints[endpoint.rpartition(".")[0]]
        parts_of = [part for part in place.of.values() if not part.startswith("=")]
        if len(parts_of) < 2 or set(parts_of[1:]) & {"item", "place", "request", "body", "grant"}:
            continue
        for name in ROLES:
            if not (isinstance(desk, Desk) and desk.admits(roles_of(name))):
                continue
            own = common(city, name) | case_of(name, OWN, place.kind, city)
            nobodys = {part: "x" * 32 if isinstance(own[part], str) else 10 ** 6 for part in parts_of}
            absent = visitors.knock(name, method, address(app, endpoint, place, own, nobodys), place, own)
            for relation in (OTHER, FOREIGN):
                other = case_of(name, relation, place.kind, city)
                answer = visitors.knock(name, method, address(app, endpoint, place, own, other), place, own)
                same = (answer.status_code, answer.data) == (absent.status_code, absent.data)
                if not same or answered(answer) == DONE or visitors.changed():
                    leaks.append(f"{name}: {method} {endpoint} with a part of the {relation} case: {answer.status}")
    return leaks


@contextmanager
def stage(app: Flask) -> Iterator[Visitors]:
    """The city in this app's (empty) database, everybody signed in; the caller empties the database."""
    with app.app_context():
        city = city_module.found(Make())
        db.session.remove()
    visitors = Visitors(app, city)
    with closing(visitors):
        yield visitors


