"""Render a message as mail in its reader's language and send it by SMTP, or keep it in the data folder."""

import smtplib
from collections.abc import Sequence
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from pathlib import Path

from flask import render_template
from flask_babel import force_locale, ngettext

from portal import wording
from portal.models.job import Message
from portal.models.person import Person
from portal.settings import Settings


def compose(message: Message, person: Person, settings: Settings) -> EmailMessage:
    """The mail for one message, in the language of the person who gets it."""
    with force_locale(person.language):
        subject, sentence = wording.message(message.text, message.values)
        body = render_template("mail/message.txt", person=person, sentence=sentence, demo=settings.demo,
                               link=settings.base_url.rstrip("/") + message.url)
    return _addressed(subject, body, person, settings, key=str(message.id))


def _addressed(subject: str, body: str, person: Person, settings: Settings, *, key: str) -> EmailMessage:
    mail = EmailMessage()
    mail["Subject"], mail["From"], mail["To"] = subject, settings.mail_from, person.email
    mail["Date"] = formatdate()
    mail["Message-ID"] = make_msgid(idstring=key, domain=settings.mail_from.rsplit("@", 1)[-1])
    mail.set_content(body)
    return mail


def compose_digest(messages: Sequence[Message], person: Person, settings: Settings) -> EmailMessage:
    """One mail for the messages of a day, in the language of the person who gets it; the newest gives it its number."""
    base = settings.base_url.rstrip("/")
    with force_locale(person.language):
        lines = [(wording.message(one.text, one.values)[1], base + one.url) for one in messages]
        subject = ngettext("%(num)s new message", "%(num)s new messages", len(lines))
        body = render_template("mail/digest.txt", person=person, lines=lines, demo=settings.demo, link=base + "/desk")
    return _addressed(subject, body, person, settings, key=f"day-{messages[-1].id}")


def send(mail: EmailMessage, settings: Settings) -> None:
    """Hand a mail to the SMTP server of the settings; without one, write it under `mail/` in the data folder."""
    if not settings.mail_host:
        folder = Path(settings.data) / "mail"
        folder.mkdir(parents=True, exist_ok=True)
        name = "".join(c for c in mail["Message-ID"] if c.isalnum() or c in ".-@")
        (folder / f"{name}.eml").write_bytes(mail.as_bytes())
        return
    with smtplib.SMTP(settings.mail_host, settings.mail_port, timeout=20) as server:
        if settings.mail_tls:
            server.starttls()
        if settings.mail_user:
            server.login(settings.mail_user, settings.mail_password)
        server.send_message(mail)
