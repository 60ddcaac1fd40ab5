"""Render a message as mail in its reader's language and send it by SMTP, or keep it in the data folder."""

import smtplib
from collections.abc import Sequence
from email.message import EmailMessage
from email.utils import formatdate
from pathlib import Path

from flask import render_template
from flask_babel import force_locale, ngettext

from portal import wording
from portal.models.job import Message
from portal.models.person import Person
from portal.outages import MailUnreachable
from portal.settings import Settings


class MailRefused(RuntimeError):
    """The mail server will never take this mail: nobody has its address, or what it says is not wanted."""


def compose(message: Message, person: Person, settings: Settings) -> EmailMessage:
    """The mail for one message, in the language of the person who gets it."""
    with force_locale(person.language):
        subject, sentence = wording.message(message.text, message.values)
        body = render_template("mail/message.txt", person=person, sentence=sentence, demo=settings.demo,
                               link=settings.base_url.rstrip("/") + message.url)
    return _addressed(subject, body, person, settings, key=_key("message", message))


def _key(kind: str, message: Message) -> str:
    """What a mail is called: the same each time it is sent, so that a repeat is known for one."""
    return f"{kind}-{message.id}.{message.created_at:%Y%m%d%H%M%S%f}"


def _addressed(subject: str, body: str, person: Person, settings: Settings, *, key: str) -> EmailMessage:
    mail = EmailMessage()
    mail["Subject"], mail["From"], mail["To"] = subject, settings.mail_from, person.email
    mail["Date"] = formatdate()
    mail["Message-ID"] = f"<{key}@{settings.mail_from.rsplit('@', 1)[-1]}>"
    mail.set_content(body)
    return mail


def compose_digest(messages: Sequence[Message], person: Person, settings: Settings) -> EmailMessage:
    """One mail for the messages of a day, in the language of the person who gets it; the newest gives it its number."""
    base = settings.base_url.rstrip("/")
    with force_locale(person.language):
        lines = [(wording.message(one.text, one.values)[1], base + one.url) for one in messages]
        subject = ngettext("%(num)s new message", "%(num)s new messages", len(lines))
        body = render_template("mail/digest.txt", person=person, lines=lines, demo=settings.demo, link=base + "/desk")
    return _addressed(subject, body, person, settings, key=_key("day", messages[-1]))


def send(mail: EmailMessage, settings: Settings) -> None:
    """Hand a mail to the SMTP server of the settings; without one, write it under `mail/` in the data folder.

    Raises MailUnreachable while the server takes nothing, MailRefused when it will not take this one.
    """
    if not settings.mail_host:
        _write(mail, Path(settings.data) / "mail")
        return
    try:
        with smtplib.SMTP(settings.mail_host, settings.mail_port, timeout=20) as server:
            if settings.mail_tls:
                server.starttls()
            if settings.mail_user:
                server.login(settings.mail_user, settings.mail_password)
            server.send_message(mail)
    except (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError) as error:
        if _for_good(error):
            raise MailRefused(str(error)) from error
        raise MailUnreachable(str(error)) from error
    except OSError as error:  # every other error of smtplib is one as well
        raise MailUnreachable(f"{type(error).__name__}: {error}") from error


def _for_good(error: smtplib.SMTPRecipientsRefused | smtplib.SMTPDataError) -> bool:
    """Whether a refusal is final (5xx); after 4xx the same mail may be taken later."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return any(code >= 500 for code, _text in error.recipients.values())
    return error.smtp_code >= 500


def _write(mail: EmailMessage, folder: Path) -> None:
    """Under the name that the mail always has, whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    name = "".join(c for c in mail["Message-ID"] if c.isalnum() or c in ".-@")
    aside = folder / f".{name}.part"
    aside.write_bytes(mail.as_bytes())
    aside.replace(folder / f"{name}.eml")
