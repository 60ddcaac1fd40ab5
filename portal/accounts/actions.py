"""Sign-ins recorded, profiles changed, messages read."""

from sqlalchemy import update

from portal import lifecycle, passwords
from portal.clock import now
from portal.db import transaction
from portal.models.job import Message
from portal.models.person import Person


def signed_in(person: Person) -> None:
    """Record that somebody signed in."""
    with transaction():
        person.signed_in_at = now()
        lifecycle.record("signed-in", by=person)


def change_profile(person: Person, *, language: str, notify: str, email: str, phone: str) -> None:
    """Set the person's own preferences."""
    with transaction():
        person.language, person.notify, person.email, person.phone = language, notify, email, phone
        lifecycle.record("changed-profile", by=person)


def change_password(person: Person, password: str) -> None:
    """Set a new password; every other session of this person ends."""
    with transaction():
        person.password_hash, person.first_password = passwords.hashed(password), False
        lifecycle.record("changed-password", by=person)


def read(message: Message, *, by: Person) -> None:
    """Mark a message as read."""
    if message.read_at is None and message.person_id == by.id:
        with transaction():
            message.read_at = now()


def read_all(*, by: Person) -> None:
    """Mark all of one's messages as read."""
    with transaction() as session:
        session.execute(update(Message).where(Message.person_id == by.id, Message.read_at.is_(None))
                        .values(read_at=now()))
