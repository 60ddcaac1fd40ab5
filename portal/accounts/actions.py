"""Sign-ins recorded, profiles changed, messages read."""

from sqlalchemy import update

from portal import lifecycle, passwords, seen
from portal.clock import now
from portal.db import lock, transaction
from portal.models.job import Message
from portal.models.person import Person


def signed_in(person: Person) -> None:
    """Record that somebody signed in."""
    with transaction():
        lock(person)
        person.signed_in_at = now()
        lifecycle.record("signed-in", by=person)


def preferences_of(person: Person) -> list[str]:
    """What somebody sets in the profile, as it stands."""
    return [person.language, person.notify, person.email, person.phone]


def change_profile(person: Person, *, language: str, notify: str, email: str, phone: str, read: str = "") -> None:
    """Set the person's own preferences; the same again changes nothing.

    `read` is the mark of what was shown; ChangedMeanwhile when another window, or an administrator, has saved since.
    """
    with transaction():
        lock(person)
        if preferences_of(person) == [language, notify, email, phone]:
            return
        seen.refuse_changed(read, *preferences_of(person))
        person.language, person.notify, person.email, person.phone = language, notify, email, phone
        lifecycle.record("changed-profile", by=person)


def change_password(person: Person, password: str) -> None:
    """Set a new password; every other session of this person ends."""
    fresh = passwords.hashed(password)  # slow on purpose, so not while others wait for the row
    with transaction():
        lock(person)
        person.password_hash, person.first_password = fresh, False
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
