"""Tell people that it is their turn: one message for each person and event, and one mail if they want it."""

from typing import Any

from flask import current_app
from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from portal import editions, mail
from portal.clock import now
from portal.db import db, transaction
from portal.domain.notices import DESK, TOLD, Audience, Notice
from portal.domain.workflow import Action, Role
from portal.models.application import Application
from portal.models.event import Event
from portal.models.institution import Institution
from portal.models.job import Message
from portal.models.person import Grant, Person
from portal.models.review import Clarification, Sheet
from portal.models.visit import Visit, VisitMember


def tell(event: int, extra: list[list[str]]) -> None:
    """Write the messages of an event, then send the mails that have not gone yet; safe to repeat."""
    done = db.session.get(Event, event)
    if done is None or done.application_id is None:
        return
    case = db.session.get_one(Application, done.application_id)
    notices = [*TOLD.get(Action(done.action), ()), *(Notice(Audience(to), text) for to, text in extra)]
    values = _values(case, done)
    with transaction() as session:
        known = {(m.person_id, m.text) for m in session.scalars(select(Message).where(Message.event_id == event))}
        for notice in notices:
            for person in audience(notice.to, case, done):
                if (person.id, notice.text) in known or person.id == done.actor_id:
                    continue
                known.add((person.id, notice.text))
                session.add(Message(person_id=person.id, event_id=event, application_id=case.id, text=notice.text,
                                    values=values, url=f"/{DESK[notice.to]}/{case.id}", created_at=now()))
    _mail_unsent(event)


def _values(case: Application, done: Event) -> dict[str, Any]:
    scheme = editions.get(case.edition)
    institution = case.institution
    return {"institution": institution.short_name or institution.name, "number": case.number,
            "scheme": scheme.short_name, "reason": done.reason}


def _mail_unsent(event: int) -> None:
    settings = current_app.config["PORTAL"]
    waiting = db.session.execute(
        select(Message, Person).join(Person, Person.id == Message.person_id)
        .where(Message.event_id == event, Message.mailed_at.is_(None)).order_by(Message.id)).all()
    refused: mail.MailRefused | None = None
    for message, person in waiting:
        if not person.email or person.notify != "at-once" or not person.active:
            continue
        try:
            mail.send(mail.compose(message, person, settings), settings)
        except mail.MailRefused as error:
            refused = error  # an address that nobody has keeps nobody else waiting
            continue
        with transaction():
            message.mailed_at = now()
    if refused:
        raise refused


def audience(to: Audience, case: Application, done: Event) -> list[Person]:
    """The active people of an audience for one case."""
    wanted = select(Person).where(Person.active).options(selectinload(Person.grants)).order_by(Person.id)
    house: Institution = case.institution
    match to:
        case Audience.INSTITUTION:
            wanted = wanted.join(Grant).where(Grant.institution_id == house.id,
                                              Grant.role.in_([Role.APPLICANT, Role.SIGNATORY]))
        case Audience.SIGNATORY:
            wanted = wanted.join(Grant).where(Grant.institution_id == house.id, Grant.role == Role.SIGNATORY)
        case Audience.RECOMMENDER:
            here = (Grant.department_id == house.department_id if house.department_id
                    else Grant.division_code == house.division_code)
            wanted = wanted.join(Grant).where(Grant.role == Role.RECOMMENDER, here)
        case Audience.OFFICERS:
            wanted = wanted.join(Grant).where(Grant.role == Role.OFFICER)
        case Audience.MODERATORS:
            wanted = wanted.join(Grant).where(Grant.role == Role.MODERATOR)
        case Audience.LEADERS:
            wanted = wanted.join(Grant).where(Grant.role == Role.LEADER)
        case Audience.EXPERT:
            wanted = wanted.where(Person.id == int(done.detail["expert"]))
        case Audience.ASKING_EXPERT:
            wanted = wanted.join(Sheet, Sheet.expert_id == Person.id).join(
                Clarification, Clarification.sheet_id == Sheet.id).where(
                Clarification.id == int(done.detail["clarification"]), Sheet.state != "recused")
        case Audience.TEAM:
            present = select(func.max(Visit.turn)).where(Visit.application_id == case.id).scalar_subquery()
            wanted = wanted.join(VisitMember).join(Visit).where(Visit.application_id == case.id, Visit.turn == present)
        case Audience.COUNTERSIGNERS:
            bodies = [body.id for body in editions.get(case.edition).process.countersigners]
            wanted = wanted.join(Grant).where(Grant.role == Role.COUNTERSIGNER, Grant.authority.in_(bodies))
    return list(db.session.scalars(wanted).unique())
