"""Put a case half-way with rows instead of walking there: complete, judged, decided, on notice or certified."""

import io
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from portal import clock, filing, intake
from portal.db import db, transaction
from portal.domain.evidence import dossier_digest
from portal.domain.self_report import chapters
from portal.domain.workflow import Stage
from portal.models.application import Application
from portal.models.decision import Nomination
from portal.models.evidence import Evidence, File
from portal.models.recommendation import PreliminaryScore, Recommendation
from portal.models.review import Sheet
from portal.models.round import Round
from portal.stages.review import bench
from tests.papers import fitting
from tests.stages import late

if TYPE_CHECKING:
    from tests.journeys.life import Life

WITH_INSTITUTION_FIRST = {Stage.DRAFT, Stage.RECOMMENDING, Stage.CORRECTING}
TITLED = {Stage.CERTIFIED, Stage.REVERIFYING}


def arrive(life: "Life", stage: Stage, *, shares: tuple[str, ...] = ("1",), sealed: bool = True, over: bool = False,
           **values: Any) -> Application:
    """The life's case at a stage, with every row that the stages before it leave, and its evidence.

    Sheets score at `shares` of the points, one after another; they are open when not `sealed` (REVIEWING only). `over`:
    the public notice has ended. `values` go to the case's row, at CERTIFIED to the certificate's maker.
    """
    whole: dict[str, Any] = {
        "edition": life.scheme.edition, "round": life.round, "institution": life.institution,
        "operator": life.people["applicant"], "signed_by_id": life.people["signatory"].id, "signed_at": clock.now(),
        "report": {one.key: "本单位按照标准逐项开展创建工作，情况属实。" * 3 for one in chapters(life.scheme.id)}} | values
    all_shares = tuple(shares[n % len(shares)] for n in range(life.scheme.process.experts))
    if stage in TITLED:
        case = late.certified(life.make, stage=stage, shares=all_shares, **whole).application
    elif stage in {Stage.NOMINATED, Stage.ANNOUNCED}:
        case = late.decided(life.make, stage=stage, shares=all_shares, **whole)
        if life.scheme.process.nomination:
            named = stage is Stage.ANNOUNCED
            with transaction() as session:
                session.add(Nomination(application_id=case.id, sent_at=clock.now(), outcome="named" if named else "",
                                       document="国管节能〔2026〕1号" if named else ""))
        if stage is Stage.ANNOUNCED:
            late.on_notice(life.make, over=over, cases=(case,))
    elif stage is Stage.DECIDING:
        case = late.deciding(life.make, shares=all_shares, **whole)
    else:
        case = life.make.application(stage=stage, complete=True, **whole)
        if stage in {Stage.REVIEWING, Stage.VISITING}:
            judge(life, case, all_shares, sealed=sealed)
    with transaction() as session:
        if stage not in WITH_INSTITUTION_FIRST:
            body = life.people["recommender"].id
            session.add(Recommendation(
                application_id=case.id, recommender_id=body, outcome="endorsed", rank=1,
                body=life.institution.division.name, opinion="材料齐全，同意推荐。", given_at=clock.now()))
            session.add_all(PreliminaryScore(application_id=case.id, item_id=item.id, points=item.points,
                                             scored_by_id=body, scored_at=clock.now()) for item in life.items)
            case.preliminary_total = sum((item.points for item in life.items), Decimal())
        bound = list(evidence(life, case))
        session.add_all(bound)
        case.dossier_digest = dossier_digest([(one.item_id, one.file.sha256, one.file.name) for one in bound])
    return case


def judge(life: "Life", case: Application, shares: tuple[str, ...], *, sealed: bool) -> None:
    """A sheet by every expert of the life, and the result that they give."""
    sheets: list[Sheet] = [life.make.sheet(case, expert=life.people[f"expert{n}"], sealed=sealed, share=share)
                           for n, share in enumerate(shares)]
    if sealed:
        with transaction():
            found = bench.outcome(case, sheets)
            case.review_result = found.total
            case.review_spread = found.combined.spread if found.combined else None


def evidence(life: "Life", case: Application) -> Iterator[Evidence]:
    """Real files for everything that the edition asks for; one file may answer several requests, as in life."""
    kept: dict[tuple[str, int], File] = {}
    by = life.people["applicant"]
    for owner, request in life.scheme.evidence_requests(life.institution.type):
        for n in range(max(1, request.least)):
            data, name = fitting(request.kinds, f"佐证材料{n + 1}")
            if (name, n) not in kept:
                stream = io.BytesIO(data)
                one = intake.examine(stream, name)
                kept[name, n] = filing.keep(stream, sha256=one.sha256, size=one.size, mime=one.mime,
                                            kind=one.kind.value, name=one.name, pages=one.pages,
                                            institution_id=life.institution.id, by=by)
            yield Evidence(application_id=case.id, item_id=owner.id, request_id=request.id, file=kept[name, n],
                           bound_by_id=by.id, bound_at=clock.now())


def next_round(life: "Life") -> Round:
    """The round of the following year, open now, under the same edition."""
    later = life.make.round(life.scheme.edition, year=clock.today().year + 1)
    with transaction():
        later.statistics_year = life.round.statistics_year
        later.closes_at = clock.now() + timedelta(days=30)
    return later


def rows(kind: type[Any], **by: Any) -> list[Any]:
    """The rows of a kind by columns, as they are now."""
    db.session.rollback()
    return list(db.session.query(kind).filter_by(**by).order_by(kind.id))
