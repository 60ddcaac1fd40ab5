"""A small city for looking at every page: a case at every stage, somebody with something waiting at every desk."""

import hashlib
import io
from datetime import timedelta
from decimal import Decimal

from portal import clock, editions, filing
from portal.db import transaction
from portal.domain.workflow import Role, Stage
from portal.models.application import Application
from portal.models.evidence import Evidence
from portal.models.institution import Institution
from portal.models.person import Person
from tests.make import Make
from tests.papers import pdf, picture
from tests.stages import late
from tests.stages.visit_cases import scene


def settle(make: Make) -> dict[str, Person]:
    """Make the city; gives its people by the desk they sit at, the most telling desks first."""
    house = make.institution(name="重庆市渝北区清泉示例中学校")
    people = {
        "applicant": make.applicant(house), "signatory": make.signatory(house),
        "recommender": make.person(Role.RECOMMENDER, division=house.division_code),
        "officer": make.person(Role.OFFICER), "expert": make.person(Role.EXPERT),
        "moderator": make.person(Role.MODERATOR), "leader": make.person(Role.LEADER),
        "countersigner": make.person(Role.COUNTERSIGNER, authority="water"),
        "administrator": make.person(Role.ADMINISTRATOR), "auditor": make.person(Role.AUDITOR)}
    _of_the_institution(make, house, people["applicant"])
    _under_review(make, people)
    people |= _on_site(make)
    _decided(make)
    return people


def _of_the_institution(make: Make, house: Institution, applicant: Person) -> None:
    """Cases that wait for the institution, its recommending body and the bureau's check."""
    draft = make.application(stage=Stage.DRAFT, institution=house, operator=applicant)
    _attach(draft, applicant)
    make.round("municipal-2016")
    soon = clock.now() + timedelta(days=4)
    for stage in (Stage.CORRECTING, Stage.SUPPLEMENTING, Stage.NOT_RECOMMENDED):
        make.application(stage=stage, institution=house, operator=applicant, due_at=soon, ended_reason="示例理由。")
    make.application(stage=Stage.CANDIDATE, edition="national-2017", institution=house, operator=applicant, due_at=soon)
    for stage in (Stage.RECOMMENDING, Stage.RECOMMENDING, Stage.SCREENING, Stage.SCREENING):
        case = make.application(stage=stage, preliminary_total=Decimal("92"))
        _attach(case, case.operator)


def _attach(case: Application, by: Person) -> None:
    """A table and a photo to the first item."""
    item = editions.get(case.edition).items(case.institution.type)[0]
    with transaction() as session:
        for n, (data, mime, kind) in enumerate(((pdf(f"case {case.id}"), "application/pdf", "pdf"),
                                                (picture("JPEG", f"case {case.id}"), "image/jpeg", "image"))):
            file = filing.keep(io.BytesIO(data), sha256=hashlib.sha256(data).hexdigest(), size=len(data), mime=mime, kind=kind,
                               name=f"水表清单{n + 1}.{'pdf' if n == 0 else 'jpg'}", pages=2 if n == 0 else 1,
                               institution_id=case.institution_id, by=by)
            session.add(Evidence(application_id=case.id, item_id=item.id, request_id=item.evidence[0].id, file_id=file.id,
                                 bound_by_id=by.id, bound_at=clock.now()))


def _under_review(make: Make, people: dict[str, Person]) -> None:
    """An open and a sealed sheet of one expert; a case to assign, one to settle, one to conclude."""
    open_case = make.application(stage=Stage.REVIEWING)
    _attach(open_case, open_case.operator)
    make.sheet(open_case, expert=people["expert"])
    for shares in (("0.95", "0.95", "1"), ("0.6", "0.95", "1")):
        case = make.application(stage=Stage.REVIEWING)
        for n, share in enumerate(shares):
            make.sheet(case, expert=people["expert"] if n == 0 else None, sealed=True, share=share)
    make.application(stage=Stage.REVIEWING)


def _on_site(make: Make) -> dict[str, Person]:
    """A case nobody was appointed for, one under way, one to rectify; gives the team."""
    scene(make, drawn_for_visit=True)
    busy = scene(make, drawn_for_visit=True).ready()
    busy.find()
    for stage in (Stage.RECTIFYING, Stage.DECIDING):
        other = scene(make, drawn_for_visit=True)
        other.leader, other.member = busy.leader, busy.member
        other.ready()
        other.find(item="T1")
        with transaction():
            other.case.stage, other.case.due_at = stage, clock.now() + timedelta(days=9)
    return {"team-leader": busy.leader, "inspector": busy.member}


def _decided(make: Make) -> None:
    """Cases to decide, countersign, nominate, announce and issue; certificates in every standing."""
    late.deciding(make)
    late.deciding(make, shares=("0.5", "0.6", "0.7"))
    late.decided(make, agreed=None)
    late.decided(make)
    late.nominated(make, outcome="")
    late.objection(late.on_notice(make))
    late.on_notice(make, over=True)
    today = clock.today()
    late.certified(make)
    late.certified(make, published=False)
    late.certified(make, stage=Stage.REVERIFYING, expires=today + timedelta(days=100))
    late.certified(make, expires=today - timedelta(days=2), issued=today - timedelta(days=1800))
    for stage in (Stage.REVOKED, Stage.CANCELLED):
        row = late.certified(make, stage=stage)
        with transaction():
            row.ended_on, row.ended_as, row.ended_reason = today, stage.value, "示例理由。"
