"""What the crew can do: one function for each deed, with plain numbers for arguments and a plain answer."""

from portal import jobs, series
from portal.db import db, transaction
from portal.domain.appointment import Held
from portal.domain.workflow import Role
from portal.models.application import Application
from portal.models.certificate import Certificate
from portal.models.institution import Institution
from portal.models.notice import NoticeEntry
from portal.models.person import Person
from portal.models.review import Sheet
from portal.models.round import Round

CONTACT = {"title": "关于示例名单的公示", "basis": "根据示例。", "contact_office": "节能管理处",
           "contact_phone": "023-00000000", "contact_address": "示例路1号"}


def _case(number: int) -> Application:
    return db.session.get_one(Application, number)


def _person(number: int) -> Person:
    return db.session.get_one(Person, number)


def draw(name: str) -> int:
    """A number of a series, in a transaction of its own."""
    with transaction():
        return series.draw(name)


def open_case(round: int, house: int, by: int) -> str:
    """An application in a round; gives its number."""
    from portal.stages.apply import actions

    return actions.open_case(db.session.get_one(Round, round), db.session.get_one(Institution, house),
                             by=_person(by)).number


def issue(case: int, by: int) -> str:
    """A certificate; gives its number."""
    from portal.stages.certify import actions

    return actions.issue(_case(case), by=_person(by)).number


def revoke(case: int, by: int) -> None:
    """End a certificate."""
    from portal.stages.certify import actions

    actions.revoke(_case(case), by=_person(by), reason="经查不再符合条件。")


def reissue(case: int, by: int) -> None:
    """Print a certificate anew."""
    from portal.stages.certify import actions

    actions.reissue(_case(case), by=_person(by), reason="名称变更。")


def publish_notice(cases: list[int], by: int) -> str:
    """A public notice of these cases in this order; gives its number."""
    from portal.stages.announce import actions

    return actions.publish([_case(one) for one in cases], by=_person(by), **CONTACT).number


def object_to(entry: int, name: str) -> str:
    """An objection of somebody; gives its receipt."""
    from portal.stages.announce import actions

    return actions.object_to(db.session.get_one(NoticeEntry, entry), party="person", name=name, phone="13900000000",
                             address="示例巷2号", facts="现场所见与所列不符，附照片为证。").receipt


def score(case: int, item: str, points: str, by: int) -> None:
    """One score of an expert's own sheet."""
    from decimal import Decimal

    from portal.domain.judging import Mark
    from portal.stages.review import actions

    sheet = db.session.query(Sheet).filter_by(application_id=case, expert_id=by).one()
    row = next((one for one in sheet.scores if one.item_id == item), None)
    actions.score(sheet, item, mark=Mark(points=Decimal(points), reason="核对后评定。"),
                  revision=row.revision if row else 0, by=_person(by))


def assign(pairs: list[list[int]], by: int) -> int:
    """Cases to experts, all or none."""
    from portal.stages.screen import actions

    return len(actions.assign_all([(_case(case), _person(expert)) for case, expert in pairs], by=_person(by)))


def report_year(house: int, year: int, water: str, by: int) -> list[int]:
    """A year's water of an institution; everything else stays as it is reported."""
    from decimal import Decimal

    from portal.registry import actions, forms, queries

    row = db.session.get_one(Institution, house)
    sheet = forms.stored_sheet((year,), queries.statistics(row, (year,)))
    sheet.years[0].values["water_m3"] = Decimal(water)
    return actions.save_statistics(row, sheet, by=_person(by))


def sign_off(case: int, by: int) -> None:
    """The head's signature."""
    from portal.stages.apply import handing_in

    handing_in.sign_off(_case(case), by=_person(by))


def give_role(person: int, role: str, by: int, authority: str | None = None) -> None:
    """A role for somebody."""
    from portal.administer import actions

    actions.give_role(_person(person), Held(role=Role(role), authority=authority), by=_person(by))


def signed_in(person: int) -> None:
    """Somebody comes in."""
    from portal.accounts import actions

    actions.signed_in(_person(person))


def change_profile(person: int, phone: str) -> None:
    """Somebody's own telephone."""
    from portal.accounts import actions

    who = _person(person)
    actions.change_profile(who, language=who.language, notify=who.notify, email=who.email, phone=phone)


def create_round(edition: str, year: int, name: str, by: int) -> int:
    """A round; gives its key."""
    from datetime import timedelta

    from portal import clock
    from portal.administer import actions

    now = clock.now()
    dates = {key: now + timedelta(days=days) for key, days in {
        "opens_at": 1, "closes_at": 30, "recommend_by": 40, "review_by": 60, "visit_by": 90}.items()}
    return actions.create_round(edition=edition, year=year, name=name, statistics_year=year - 1, quota=None,
                                dates=dates, by=_person(by)).id


def use_mail(port: int) -> None:
    """From now on mail goes to this server; with 0 into the data folder again."""
    from dataclasses import replace

    from flask import current_app

    current_app.config["PORTAL"] = replace(current_app.config["PORTAL"], mail_host="127.0.0.1" if port else "", mail_port=port)


def sweep() -> int:
    """What a worker does every minute; gives how many jobs it did."""
    return sum(jobs.run(number) for number in jobs.waiting())


def certificates() -> list[str]:
    """Every number in the register."""
    return [one.number for one in db.session.query(Certificate).order_by(Certificate.serial)]

