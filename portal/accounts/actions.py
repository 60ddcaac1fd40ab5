"""Sign-ins recorded, profiles changed, messages read."""

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
        person.password_hash = passwords.hashed(password)
        lifecycle.record("changed-password", by=person)


def read(message: Message, *, by: Person) -> None:
    """Mark a message as read."""
    if message.read_at is None and message.person_id == by.id:
        with transaction():
            message.read_at = now()


def read_all(messages: list[Message], *, by: Person) -> None:
    """Mark all of one's messages as read."""
    with transaction():
        for message in messages:
            if message.person_id == by.id and message.read_at is None:
                message.read_at = now()
