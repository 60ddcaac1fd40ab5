"""The facts of the application form (申报表), gathered from a case for the printer; the paper is in Chinese."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal

from flask import current_app
from flask_babel import force_locale

from portal import clock, wording
from portal.documents.application_form import (
    STANDARD_OPINIONS,
    ApplicationFormFacts,
    EvidenceRow,
    ItemRow,
    PrerequisiteRow,
    SectionRows,
    StatisticsRow,
)
from portal.documents.cover import CoverFacts
from portal.domain.evidence import dossier_digest
from portal.domain.indicators import FUELS, STATISTICS_UNITS
from portal.domain.self_report import chapters
from portal.domain.sheet import ItemState
from portal.domain.wording import label, unit
from portal.models.application import Application
from portal.models.evidence import Evidence
from portal.models.statistics import YearlyStatistics
from portal.settings import Settings
from portal.stages.apply.progress import Progress, dossier_entries
from portal.web.filters import size

COMMITMENT = ApplicationFormFacts.__dataclass_fields__["commitment"].default
OPINIONS = STANDARD_OPINIONS
_ENERGY, _OTHER = "能源消费", "用水与规模"


def facts(case: Application, state: Progress, *, statistics: Mapping[int, YearlyStatistics],
          evidence: Iterable[Evidence], body: str) -> ApplicationFormFacts:
    """Everything that the form prints, as the case stands now."""
    settings: Settings = current_app.config["PORTAL"]
    scheme, house = state.scheme, case.institution
    files = list(evidence)
    digest = case.dossier_digest or dossier_digest(dossier_entries(files))
    years = tuple(case.round.statistics_year - back for back in (2, 1, 0))
    names = {request.id: request.name for _place, request in scheme.evidence_requests(house.type)}
    by_place = {(place.id, request.id): request.name for place, request in scheme.evidence_requests(house.type)}
    return ApplicationFormFacts(
        cover=CoverFacts(
            scheme_title=scheme.certificate.title, issuers=scheme.certificate.issuers, ink=scheme.certificate.ink,
            motif=scheme.certificate.motif, case_number=case.number, round_name=case.round.name,
            edition=scheme.edition_name, digest=digest,
            url=f"{settings.base_url.rstrip('/')}/apply/{case.id}", unit=house.name, credit_code=house.credit_code,
            division=house.division.name, recommender=body, person=case.operator.name,
            phone=case.operator.phone or house.phone, filled=_day(case.submitted_at or clock.now()),
            specimen="演示样本 · 非正式文件" if settings.demo else ""),
        basics=(("单位名称", house.name), ("统一社会信用代码", house.credit_code),
                ("单位类型", _in_chinese(wording.TYPES[house.type])), ("所在区县", house.division.name),
                ("推荐单位", body), ("单位地址", house.address), ("邮政编码", house.postcode),
                ("联系电话", house.phone),
                ("用能人数", str(house.headcount)), ("建筑面积", f"{house.floor_area_m2:,f} m²"),
                ("经办人", case.operator.name), ("单位负责人", case.signed_by.name if case.signed_by else "")),
        years=years, statistics=_statistics(years, statistics),
        prerequisites=tuple(PrerequisiteRow(one.text, state.conditions.get(one.id), _note(case, one.id))
                            for one in scheme.prerequisites),
        sections=tuple(SectionRows(
            title=block.section.title, points=block.section.points, self_score=block.points,
            items=tuple(ItemRow(
                number=row.item.id, title=row.item.title, points=row.item.points,
                self_score=None if row.score.state is ItemState.MISSING else row.score.points, star=row.item.star,
                not_applicable=row.score.state is ItemState.NA, note=(row.answer.note if row.answer else "")[:60])
                for row in block.rows)) for block in state.blocks),
        total=state.sheet.total, possible=state.sheet.max, pass_mark=scheme.pass_mark,
        evidence=tuple(EvidenceRow(
            item=one.item_id, document=by_place.get((one.item_id, one.request_id)) or names.get(one.request_id, ""),
            file=one.file.name, size=size(one.file.size), digest=one.file.sha256) for one in files),
        narratives=tuple((one.title.zh, str(case.report.get(one.key) or "").strip()) for one in chapters(scheme.id)
                         if str(case.report.get(one.key) or "").strip()))


def _in_chinese(word: object) -> str:
    with force_locale("zh"):
        return str(word)


def _day(moment: datetime) -> date:
    return clock.in_china(moment).date()


def _note(case: Application, place: str) -> str:
    return next((one.note for one in case.answers if one.item_id == place), "")


def _statistics(years: tuple[int, ...], known: Mapping[int, YearlyStatistics]) -> tuple[StatisticsRow, ...]:
    def row(key: str) -> StatisticsRow:
        values = tuple(getattr(known[year], key) if year in known else None for year in years)
        return StatisticsRow(name=label(key), unit=unit(STATISTICS_UNITS[key]), values=values)

    fuels = [one.key for one in FUELS]
    used = [key for key in fuels if key == "electricity_kwh" or any(
        getattr(known[year], key, Decimal()) for year in years if year in known)]
    rest = [key for key in STATISTICS_UNITS if key not in fuels]
    return (StatisticsRow(name=_ENERGY, heading=True), *(row(key) for key in used),
            StatisticsRow(name=_OTHER, heading=True), *(row(key) for key in rest))
