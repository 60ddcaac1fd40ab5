"""An arriving photo: examined as every file is, then asked when and where it was taken."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, BinaryIO

from PIL import ExifTags, Image

from portal import imaging, intake
from portal.clock import CHINA
from portal.domain.evidence import Kind
from portal.intake import Examined

_COORDINATES = re.compile(r"-?\d{1,2}\.\d{1,6}, -?\d{1,3}\.\d{1,6}")


@dataclass(frozen=True, kw_only=True)
class Shot:
    """An examined photo; `taken_at` and `place` ("29.56301, 106.55156") where somebody wrote them down: `source`."""

    examined: Examined
    taken_at: datetime | None = None
    place: str = ""
    source: str = ""

    def noted_by_device(self, taken_at: datetime | None, place: str) -> Shot:
        """The shot with the device's time and place where the camera wrote none."""
        seen = place if _COORDINATES.fullmatch(place) else ""
        if self.source or not (taken_at or seen):
            return replace(self, place=self.place or seen)
        return replace(self, taken_at=taken_at, place=seen, source="device")


def photo(stream: BinaryIO, filename: str, *, limit: int) -> Shot:
    """Examine a picture of at most `limit` bytes and leave the stream rewound; raises portal.intake.FileRefused."""
    examined = intake.examine(stream, filename, kinds=[Kind.IMAGE], limit=limit)
    taken_at, place = None, ""
    with suppress(*imaging_errors()):
        stream.seek(0)
        with Image.open(stream) as picture:
            exif = picture.getexif()
            taken_at, place = _taken_at(exif), _place(exif)
    stream.seek(0)
    return Shot(examined=examined, taken_at=taken_at, place=place, source="camera" if taken_at or place else "")


def imaging_errors() -> tuple[type[Exception], ...]:
    """What a camera's odd notes may raise; the picture itself was decoded already, so it is taken all the same."""
    return (imaging.CannotPicture, OSError, ValueError, LookupError, TypeError, ArithmeticError, SyntaxError)


def _taken_at(exif: Any) -> datetime | None:
    inner = exif.get_ifd(ExifTags.IFD.Exif)
    text = inner.get(ExifTags.Base.DateTimeOriginal) or exif.get(ExifTags.Base.DateTime)
    if not text:
        return None
    moment = datetime.strptime(str(text).strip("\0 "), "%Y:%m:%d %H:%M:%S")
    offset = str(inner.get(ExifTags.Base.OffsetTimeOriginal) or "").strip("\0 ")
    if offset:
        with suppress(ValueError):
            return datetime.strptime(f"{moment:%Y-%m-%d %H:%M:%S}{offset}", "%Y-%m-%d %H:%M:%S%z")
    return moment.replace(tzinfo=CHINA)


def _place(exif: Any) -> str:
    """Degrees north and east with five decimals (about a metre)."""
    gps = exif.get_ifd(ExifTags.IFD.GPSInfo)
    parts = []
    for value, side, negative in ((ExifTags.GPS.GPSLatitude, ExifTags.GPS.GPSLatitudeRef, "S"),
                                  (ExifTags.GPS.GPSLongitude, ExifTags.GPS.GPSLongitudeRef, "W")):
        if value not in gps:
            return ""
        degrees, minutes, seconds = (float(part) for part in gps[value])
        decimal = degrees + minutes / 60 + seconds / 3600
        parts.append(f"{-decimal if str(gps.get(side, '')).strip(chr(0)) == negative else decimal:.5f}")
    return ", ".join(parts) if parts != ["0.00000", "0.00000"] else ""
