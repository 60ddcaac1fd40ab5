"""Small real files for uploads: a PDF, a picture, a spreadsheet, a document."""

import io
from functools import lru_cache

from openpyxl import Workbook
from PIL import Image, ImageDraw
from reportlab.pdfgen.canvas import Canvas


@lru_cache(maxsize=64)
def pdf(title: str = "Evidence", pages: int = 2) -> bytes:
    """A PDF with a line of text on every page."""
    out = io.BytesIO()
    canvas = Canvas(out, invariant=1)
    for page in range(1, pages + 1):
        canvas.drawString(72, 720, f"{title} {page}")
        canvas.showPage()
    canvas.save()
    return out.getvalue()


@lru_cache(maxsize=64)
def picture(format: str = "JPEG", text: str = "meter") -> bytes:
    """A drawn photo in a format that Pillow (or its HEIF plug-in) writes."""
    import pillow_heif

    pillow_heif.register_heif_opener()
    image = Image.new("RGB", (640, 480), "#dfe8e2")
    ImageDraw.Draw(image).text((40, 40), text, fill="#123")
    out = io.BytesIO()
    image.save(out, format)
    return out.getvalue()


@lru_cache(maxsize=8)
def sheet() -> bytes:
    """A spreadsheet."""
    book = Workbook()
    book.active.append(["month", "kWh"])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def fitting(kinds: tuple[str, ...], name: str) -> tuple[bytes, str]:
    """Bytes and a file name of the first kind asked for."""
    if "pdf" in kinds:
        return pdf(name[:8].encode("ascii", "ignore").decode() or "file"), f"{name}.pdf"
    if "image" in kinds:
        return picture("JPEG", "x"), f"{name}.jpg"
    return sheet(), f"{name}.xlsx"
