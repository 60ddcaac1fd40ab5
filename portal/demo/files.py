"""Evidence files by their asked-for name: a scan, a photograph, a spreadsheet or a text document."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from random import Random

from portal.demo import photos, scans, sheets
from portal.demo.institutions import Institution
from portal.demo.statistics import YearOfStatistics

_PICTURED = ("照片", "图片", "截图", "影像", "实景")
_TABLED = ("台账", "清单", "报表", "统计", "明细", "名单")


def kind_for(document_name: str, *, kinds: tuple[str, ...]) -> str:
    """Which of the permitted kinds ("pdf", "image", "sheet", "document") a document of that name would come as."""
    if "image" in kinds and any(word in document_name for word in _PICTURED):
        return "image"
    if "sheet" in kinds and any(word in document_name for word in _TABLED):
        return "sheet"
    return "pdf" if "pdf" in kinds else kinds[0]


def evidence_file(
    rng: Random,
    *,
    document_name: str,
    institution: Institution,
    kind: str,
    today: date,
    figures: YearOfStatistics | None = None,
) -> tuple[str, bytes]:
    """A file's name and content, marked as demonstration; the same for the same generator state and arguments.

    `figures` fills an energy ledger with the year's own numbers. Raises `ValueError` for an unknown kind.
    """
    holder = institution.name
    stem = f"{document_name.split('（')[0].replace('/', '、')}（{institution.short_name}）"
    if kind == "pdf":
        return f"{stem}.pdf", scans.pdf(rng, document_name=document_name, holder=holder, today=today)
    if kind == "image":
        return _picture(rng, document_name=document_name, holder=holder, stem=stem, today=today)
    if kind == "sheet":
        genre = scans.genre_of(document_name)
        own = figures if genre is scans.Genre.LEDGER else None
        content = sheets.workbook(rng, document_name=document_name, holder=holder, genre=genre.value, today=today, figures=own)
        return f"{stem}.xlsx", content
    if kind == "document":
        return f"{stem}.docx", sheets.text_document(rng, document_name=document_name, holder=holder, today=today)
    raise ValueError(f"no demonstration file of kind {kind!r}")


def _picture(rng: Random, *, document_name: str, holder: str, stem: str, today: date) -> tuple[str, bytes]:
    """A photograph, or a photographed page when the name is that of a paper."""
    day = today - timedelta(days=rng.randint(20, 500))
    if any(word in document_name for word in _PICTURED) or scans.genre_of(document_name) is scans.Genre.LETTER:
        taken = datetime.combine(day, time(rng.randint(8, 17), rng.randint(0, 59), rng.randint(0, 59)))
        content = photos.photo(rng, document_name=document_name, holder=holder, taken=taken)
        return f"{stem}{taken:%Y%m%d_%H%M%S}.jpg", content
    page = scans.page(rng, document_name=document_name, holder=holder, dated=day, number=rng.randint(3, 88))
    return f"{stem}.jpg", scans.jpeg(page, quality=66)
