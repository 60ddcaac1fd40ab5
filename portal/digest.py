"""The daily mail: one for each person who wants one, with what of the last days is neither read nor mailed."""

import logging
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import select

from portal import mail
from portal.db import db, transaction
from portal.models.job import Message
from portal.models.person import Person

log = logging.getLogger(__name__)
# Whoever switches to the daily mail is not sent the past.
BACK = timedelta(days=3)


def send(at: datetime) -> int:
    """Send what is due and mark it as mailed, person by person; safe to repeat. Gives the number of mails.

    Raises MailUnreachable as soon as the server takes nothing: whoever is left is not mailed yet.
    """
    settings = current_app.config["PORTAL"]
    waiting: dict[int, list[Message]] = {}
    for message in db.session.scalars(
            select(Message).join(Person, Person.id == Message.person_id)
            .where(Person.active, Person.notify == "digest", Person.email != "", Message.mailed_at.is_(None),
                   Message.read_at.is_(None), Message.created_at >= at - BACK).order_by(Message.id)):
        waiting.setdefault(message.person_id, []).append(message)
    people = {one.id: one for one in db.session.scalars(select(Person).where(Person.id.in_(waiting)))}
    sent = 0
    for number, messages in waiting.items():
        try:
            mail.send(mail.compose_digest(messages, people[number], settings), settings)
        except mail.MailRefused:
            log.exception("the daily mail of person %s is refused; it is tried again tomorrow", number)
            continue
        sent += 1
        with transaction():
            for message in messages:
                message.mailed_at = at
    return sent
