"""The summary of a case's sheets as paper: facts out of the bench, bytes out of portal.documents."""

from collections.abc import Mapping
from decimal import Decimal

from flask import current_app

from portal.clock import today
from portal.documents import score_summary
from portal.documents.score_summary import ScoreSummaryFacts, SummaryRow
from portal.domain.scheme import Section
from portal.settings import Settings
from portal.stages.review.bench import Bench, Row, codes


def facts(bench: Bench, names: Mapping[int, str]) -> ScoreSummaryFacts:
    """What the summary says; experts appear by letter. ValueError while no sheet is sealed.

    `names` of the evidence by its id, for the pages on which scores rest.
    """
    if bench.outcome is None or bench.outcome.combined is None:
        raise ValueError("no sealed sheet")
    combined, process, case = bench.outcome.combined, bench.scheme.process, bench.case
    letters = codes(bench.sealed)
    settings: Settings = current_app.config["PORTAL"]
    method = ("去掉一个最高分和一个最低分后取平均值" if combined.dropped else "取平均值")
    return ScoreSummaryFacts(
        scheme_title=bench.scheme.name, ink=bench.scheme.certificate.ink, unit=case.institution.name,
        case_number=case.number, edition=bench.scheme.edition_name, experts=tuple(letters.values()),
        rows=tuple(row for section, rows in bench.groups for row in (_section(section, rows), *map(_item, rows))),
        totals=tuple(bench.totals[sheet.id] for sheet in bench.sealed), result=combined.result,
        pass_mark=bench.scheme.pass_mark, method=method, spread=combined.spread, spread_limit=process.spread_limit,
        verdict="达到合格线" if bench.outcome.passed else "未达到合格条件",
        comments=tuple((letters[sheet.id], _comment(bench, at, names)) for at, sheet in enumerate(bench.sealed)),
        made=today(),
        moderation=bench.settled.reason if bench.settled else "", digest=case.dossier_digest or "",
        specimen="演示数据" if settings.demo else "")


def render(bench: Bench, names: Mapping[int, str]) -> bytes:
    """The summary as PDF."""
    return score_summary.render(facts(bench, names))


def _comment(bench: Bench, at: int, names: Mapping[int, str]) -> str:
    """What the expert of a sheet says of the whole, then the pages on which the scores rest."""
    based = [f"{row.item.id} {names.get(cell.basis.evidence, '佐证材料')}第{cell.basis.page}页"
             for _section, rows in bench.groups for row in rows if (cell := row.cells[at]).basis]
    said = bench.sealed[at].comment or "未填写意见。"
    return said + (f"　计分依据：{'；'.join(based)}。" if based else "")


def _section(section: Section, rows: tuple[Row, ...]) -> SummaryRow:
    sheets = len(rows[0].cells)
    return SummaryRow(
        number="", title=section.title, points=section.points, section=True,
        scores=tuple(sum((row.cells[at].points or Decimal() for row in rows), Decimal()) for at in range(sheets)),
        result=sum((row.joined.mean or Decimal() for row in rows if row.joined), Decimal()))


def _item(row: Row) -> SummaryRow:
    return SummaryRow(number=row.item.id, title=row.item.title, points=row.item.points, star=row.item.star,
                      scores=tuple(None if cell.absent else cell.points for cell in row.cells),
                      result=row.joined.mean if row.joined else None)
