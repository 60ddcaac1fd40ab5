"""People by sign-in, and one person's messages."""

from sqlalchemy import Select, select

from portal.db import db
from portal.models.job import Message
from portal.models.person import Person


def by_sign_in(sign_in: str) -> Person | None:
    """The active person with this sign-in, whatever its case."""
    return db.session.scalar(select(Person).where(Person.sign_in == sign_in.strip().lower(), Person.active))


def messages(person: Person) -> Select[Message]:
    """A person's messages, unread ones first, then the newest."""
    return (select(Message).where(Message.person_id == person.id)
            .order_by(Message.read_at.is_not(None), Message.id.desc()))


def message(person: Person, number: int) -> Message | None:
    """One message of this person."""
    return db.session.scalar(select(Message).where(Message.id == number, Message.person_id == person.id))
