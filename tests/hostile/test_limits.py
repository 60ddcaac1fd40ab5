"""Bombs burst in a process of their own: examining every hostile file stays below a ceiling of memory, and drawing ends."""

import io
import subprocess
import sys

import pytest

from portal import drawing, reading
from portal.imaging import CannotPicture
from portal.registry import workbook
from tests.hostile import builders as b
from tests.hostile.table import CASES
from tests.papers import pdf, picture

MIB = b.MIB
CEILING = 700
"""MiB beyond what Python and the decoders take before the first file: 80 million pixels of four bytes, and room to work."""

EXAMINING = f"""
import io, resource
from pathlib import Path
from portal.intake import FileRefused, examine
from tests.hostile.table import CASES

made = [(case.make(), case.name) for case in CASES]
size = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (size + {CEILING} * 1024 * 1024,) * 2)
resource.setrlimit(resource.RLIMIT_CPU, (300, 300))
for data, name in made:
    try:
        examine(io.BytesIO(data), name)
    except FileRefused:
        continue
print(len(made), "examined")
"""


def test_examining_every_hostile_file_stays_below_the_ceiling() -> None:
    run = subprocess.run([sys.executable, "-W", "ignore", "-c", EXAMINING], capture_output=True, text=True, check=False)
    assert run.returncode == 0 and f"{len(CASES)} examined" in run.stdout, run.stderr[-2000:]


def forms_in_forms() -> bytes:
    """Ten drawings, each of which draws the next one ten times."""
    inner = [b.stream(b"/A Do " * 10, b" /Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /A %d 0 R >> >>" % (n + 1))
             for n in range(5, 14)]
    return b.a_pdf(b"", b" /Contents 4 0 R /Resources << /XObject << /A 5 0 R >> >>", b.stream(b"/A Do " * 10), *inner,
                   b.stream(b"0 0 9 9 re f", b" /Type /XObject /Subtype /Form /BBox [0 0 9 9]"))


def test_pictures_are_drawn_by_a_process_of_their_own() -> None:
    for data, mime, pages in ((pdf(pages=2), "application/pdf", 2), (picture("JPEG"), "image/jpeg", 1)):
        drawn = drawing.pictures(io.BytesIO(data), mime=mime, pages=pages)
        assert [page for page, _data in drawn] == [*range(pages + 1)] and all(one[8:12] == b"WEBP" for _page, one in drawn)


@pytest.mark.parametrize(("title", "data", "seconds"), [
    ("swells to two gigabytes", b.flate_bomb(900 * MIB, 2), 120.0), ("draws for hours", forms_in_forms(), 4.0),
    ("is cut short", pdf()[:100], 120.0)])
def test_what_cannot_be_drawn_within_the_limits_has_no_picture(title: str, data: bytes, seconds: float) -> None:
    assert len(data) < 4096
    with pytest.raises(CannotPicture):
        drawing.pictures(io.BytesIO(data), mime="application/pdf", pages=1, seconds=seconds)


def test_a_swollen_spreadsheet_is_not_read() -> None:
    rows = "".join(b.row(n, "2023", "x" * 200) for n in range(1, 60_000))
    data = b.a_sheet(rows)
    assert len(data) < workbook.MOST_BYTES < workbook.MOST_TEXT < len(rows)
    with pytest.raises(workbook.Unreadable):
        workbook.read(io.BytesIO(data), "a.xlsx")
    with pytest.raises(reading.CannotRead):
        reading.read(io.BytesIO(b.a_sheet(rows * 5)), kind="sheet")


@pytest.mark.parametrize("case", [case for case in CASES if case.name.endswith((".xlsx", ".docx"))], ids=lambda case: case.title)
def test_no_office_file_breaks_its_reader(case: object) -> None:
    data, kind = case.make(), "sheet" if case.name.endswith("x") and "xls" in case.name else "document"  # type: ignore[attr-defined]
    try:
        assert isinstance(reading.read(io.BytesIO(data), kind=kind), list)
    except reading.CannotRead as why:
        assert str(why) or True
    if kind == "sheet" and len(data) < workbook.MOST_BYTES:
        try:
            assert workbook.read(io.BytesIO(data), "a.xlsx") is not None
        except workbook.Unreadable as why:
            assert len(str(why)) > 10
