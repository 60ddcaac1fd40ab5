"""What somebody is in the middle of when the portal is killed: how it is done, gone on with, and what must hold after."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, ClassVar

from sqlalchemy import func, select

from portal.db import db
from portal.models.application import Application
from portal.models.event import Event
from portal.models.job import Message
from tests.faults.cast import Cast
from tests.faults.instance import Instance
from tests.faults.visitor import Answer, Visitor


@dataclass
class Deed:
    """One deed of one person; `answered` when its last answer came, `faults` what broke a promise."""

    at: Instance
    cast: Cast
    seed: int
    name: ClassVar[str] = ""
    faults: list[str] = field(default_factory=list)
    visitor: Visitor = field(init=False)
    answered: bool = field(default=False, init=False)

    def __post_init__(self) -> None:
        self.visitor = Visitor(self.at.port, broken=self.faults)
        self.prepare()

    def prepare(self) -> None:
        """Make the case as it stands before the deed."""
        raise NotImplementedError

    def enter(self) -> None:
        """Sign in and open the page with the button."""
        raise NotImplementedError

    def do(self) -> None:
        """Press it; CutOff may come at any point."""
        raise NotImplementedError

    def follow(self) -> None:
        """What goes on after the last answer, in the worker: returns when that is over."""

    def kept(self) -> bool:
        """Whether the database has it."""
        raise NotImplementedError

    def again(self) -> None:
        """Go on as the person would who sees the portal come back."""
        raise NotImplementedError

    def check(self) -> None:
        """What must hold once everything has calmed down."""
        raise NotImplementedError

    # --- for checks

    def holds(self, what: bool, otherwise: str) -> None:
        """A promise; what broke it is kept."""
        if not what:
            self.faults.append(f"{self.name}: {otherwise}")

    def same(self, found: object, wanted: object, what: str) -> None:
        """A promise about a value."""
        self.holds(found == wanted, f"{what}: {found!r} instead of {wanted!r}")

    def done(self, answer: Answer, *, otherwise: tuple[int, ...] = ()) -> Answer:
        """An answer that says it is done, or one of the statuses that say it was done before."""
        self.holds(answer.ok or answer.status in otherwise, f"answered {answer.status}: {said(answer)}")
        return answer

    def case(self, number: int) -> Application:
        """A case as it is now."""
        db.session.rollback()
        return db.session.get_one(Application, number, populate_existing=True)

    def events(self, number: int, action: str) -> list[Event]:
        """The events of one deed on a case."""
        db.session.rollback()
        return list(db.session.scalars(select(Event).where(Event.application_id == number, Event.action == action)))

    def messages(self, number: int, text: str) -> int:
        """How many people were told this about a case."""
        return db.session.scalar(select(func.count()).select_from(Message).where(
            Message.application_id == number, Message.text == text)) or 0


def said(answer: Answer) -> str:
    """What a page or a machine's answer says, shortly."""
    found = re.search(r"<main.*?</main>", answer.text, re.DOTALL)
    return " ".join(re.sub(r"<[^>]*>", " ", found[0] if found else answer.text).split())[:300]


def outside(at: Instance, ask: Callable[[], Any]) -> Any:
    """Ask the database from a thread of its own."""
    with at.app.app_context():
        return ask()
