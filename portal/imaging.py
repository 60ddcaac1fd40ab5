"""Pictures of evidence files: previews, thumbnails, page counts; bytes in, WebP out, metadata left behind.

PDFium is not safe to use from two threads at once, so everything that touches it holds one lock.
"""

from __future__ import annotations

import io
import re
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import pillow_heif
import pypdfium2
import pypdfium2.raw as pdfium
from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from portal.domain.evidence import MOST_PIXELS

PREVIEW_LONGEST = 1600
THUMBNAIL_LONGEST = 320
PREVIEW_MIME = "image/webp"

_PILLOW_FORMATS = {
    "image/jpeg": ["JPEG", "MPO"],
    "image/png": ["PNG"],
    "image/webp": ["WEBP"],
    "image/tiff": ["TIFF"],
    "image/heic": ["HEIF"],
}

pillow_heif.register_heif_opener()
Image.MAX_IMAGE_PIXELS = MOST_PIXELS
# Between one and two times the limit Pillow only warns; a picture that large is refused here.
warnings.filterwarnings("error", category=Image.DecompressionBombWarning)

_pdf_lock = threading.RLock()


class CannotPicture(ValueError):
    """A file cannot be shown as a picture: it is damaged, or not of a kind that has one."""


class PdfEncrypted(CannotPicture):
    """A PDF asks for a password before it opens."""


class TooManyPixels(CannotPicture):
    """A picture has more pixels than are decoded here; `pixels` is how many."""

    def __init__(self, pixels: int) -> None:
        self.pixels = pixels
        super().__init__(f"{pixels} pixels")


Source = bytes | Path | BinaryIO


def preview(source: Source, *, mime: str, page: int = 1, longest: int = PREVIEW_LONGEST) -> bytes:
    """Draw one page (from 1) of a PDF or picture as WebP, its longer side at most `longest` pixels.

    The picture stands upright (EXIF orientation), in sRGB, on white, without metadata; small ones are not
    enlarged. Raises CannotPicture for other kinds, damaged files and pages that do not exist.
    """
    if mime == "application/pdf":
        picture = _draw_pdf_page(source, page=page, longest=longest)
    elif mime in _PILLOW_FORMATS:
        picture = _draw_picture(source, mime=mime, page=page, longest=longest)
    else:
        raise CannotPicture(f"{mime} has no picture")
    out = io.BytesIO()
    picture.save(out, "WEBP", quality=80, method=2)
    return out.getvalue()


def thumbnail(source: Source, *, mime: str) -> bytes:
    """Draw the first page as a small WebP for tiles; raises as `preview` does."""
    return preview(source, mime=mime, longest=THUMBNAIL_LONGEST)


def has_picture(mime: str) -> bool:
    """Tell whether `preview` can draw this media type."""
    return mime == "application/pdf" or mime in _PILLOW_FORMATS


# --- PDF


def pdf_pages(source: Source) -> int:
    """Count a PDF's pages; raises PdfEncrypted or CannotPicture when it does not open."""
    with _open_pdf(source) as document:
        return len(document)


def pdf_has_scripts(source: Source) -> bool:
    """Tell whether a PDF carries document-level JavaScript; raises as `pdf_pages` does."""
    with _open_pdf(source) as document:
        return bool(pdfium.FPDFDoc_GetJavaScriptActionCount(document) > 0)


def pdf_attachments(source: Source) -> list[str]:
    """The names of the files that a PDF carries; raises as `pdf_pages` does."""
    with _open_pdf(source) as document:
        return [document.get_attachment(number).get_name() for number in range(min(document.count_attachments(), 1000))]


@contextmanager
def _open_pdf(source: Source) -> Iterator[pypdfium2.PdfDocument]:
    with _pdf_lock:
        try:
            document = pypdfium2.PdfDocument(_rewound(source))
        except pypdfium2.PdfiumError as error:
            if "password" in str(error).lower():
                raise PdfEncrypted("the PDF asks for a password") from error
            raise CannotPicture("the PDF does not open") from error
        try:
            yield document
        finally:
            document.close()


def _draw_pdf_page(source: Source, *, page: int, longest: int) -> Image.Image:
    with _open_pdf(source) as document:
        if not 1 <= page <= len(document):
            raise CannotPicture(f"there is no page {page}")
        try:
            document.init_forms()  # else what was typed into a form stays invisible
            sheet = document[page - 1]
            width, height = sheet.get_size()
            scale = longest / max(width, height, 1.0)
            picture: Image.Image = sheet.render(scale=scale).to_pil()
        except (pypdfium2.PdfiumError, ValueError, RuntimeError) as error:
            raise CannotPicture(f"page {page} cannot be drawn") from error
        picture = picture.convert("RGB")
    picture.thumbnail((longest, longest))  # rounding may have given one pixel too many
    return picture


# --- pictures


def picture_facts(source: Source, *, mime: str) -> tuple[int, int, int]:
    """Give (width, height, pages) of a picture as it stands upright, after decoding it to its end.

    Raises TooManyPixels before anything is decoded, CannotPicture when it is damaged or of another format.
    """
    with _open_picture(source, mime=mime) as picture:
        width, height = picture.size
        pages = int(getattr(picture, "n_frames", 1)) if mime == "image/tiff" else 1
        if picture.getexif().get(0x0112, 1) in (5, 6, 7, 8):
            width, height = height, width
        # JPEG can be decoded at an eighth, which reads the whole file in little memory.
        picture.draft("RGB", (max(1, picture.width // 8), max(1, picture.height // 8)))
        picture.load()
    return width, height, pages


@contextmanager
def _open_picture(source: Source, *, mime: str) -> Iterator[Image.Image]:
    """Open a picture; every way in which Pillow can fail on a hostile file becomes CannotPicture."""
    try:
        with Image.open(_rewound(source), formats=_PILLOW_FORMATS[mime]) as picture:
            _refuse_too_large(picture)
            yield picture
    except CannotPicture:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise TooManyPixels(_pixels_in(str(error))) from error
    except (UnidentifiedImageError, OSError, EOFError, ValueError, SyntaxError, ArithmeticError,
            LookupError, TypeError, RuntimeError, MemoryError) as error:  # fmt: skip
        raise CannotPicture("the picture is damaged") from error


def _refuse_too_large(picture: Image.Image) -> None:
    if picture.width * picture.height > MOST_PIXELS:
        raise TooManyPixels(picture.width * picture.height)


def _pixels_in(message: str) -> int:
    """Read the number from Pillow's sentence about a decompression bomb, the only place where it says it."""
    digits = re.search(r"\d+", message)
    return int(digits[0]) if digits else MOST_PIXELS + 1


def _draw_picture(source: Source, *, mime: str, page: int, longest: int) -> Image.Image:
    with _open_picture(source, mime=mime) as picture:
        if page != 1:
            try:
                picture.seek(page - 1)
            except EOFError as error:
                raise CannotPicture(f"there is no page {page}") from error
            _refuse_too_large(picture)
        picture.draft("RGB", (longest, longest))
        upright = ImageOps.exif_transpose(picture)
        upright.thumbnail((longest, longest))
        return _plain(upright)


def _plain(picture: Image.Image) -> Image.Image:
    """Give an sRGB copy on white that carries pixels and nothing else."""
    profile = picture.info.get("icc_profile")
    if profile and picture.mode in ("RGB", "CMYK", "L"):
        picture = _in_srgb(picture, profile)
    if picture.mode.startswith("I;16") or picture.mode in ("I", "F"):
        picture = picture.convert("F").point(lambda value: value / 257 + 0).convert("L")
    if picture.has_transparency_data:
        layered = picture.convert("RGBA")
        ground = Image.new("RGB", layered.size, "white")
        ground.paste(layered, mask=layered.getchannel("A"))
        return ground
    plain = picture.convert("RGB")
    return Image.frombytes("RGB", plain.size, plain.tobytes())


def _in_srgb(picture: Image.Image, profile: bytes) -> Image.Image:
    try:
        changed: Any = ImageCms.profileToProfile(
            picture, ImageCms.ImageCmsProfile(io.BytesIO(profile)), ImageCms.createProfile("sRGB"), outputMode="RGB"
        )
    except (ImageCms.PyCMSError, OSError, ValueError):
        return picture  # a broken colour profile is no reason not to show the picture
    return changed if changed is not None else picture


def _rewound(source: Source) -> Any:
    if isinstance(source, bytes):
        return io.BytesIO(source)
    if isinstance(source, Path):
        return source
    source.seek(0)
    return source
