"""Chinese letters on pictures: the typefaces of the portal's paper at any pixel size."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from PIL import ImageDraw, ImageFont

from portal.documents import typeface

MARK = "演示数据"
DISCLAIMER = "本页为系统演示数据，所述单位、人员、数字均为虚构"


@cache
def font(size: int, face: str = typeface.SONG) -> ImageFont.FreeTypeFont:
    """The typeface at `size` pixels; the basic layout gives the same picture with and without libraqm."""
    path = str(files("portal.documents").joinpath("fonts", typeface.FILES[face]))
    return ImageFont.truetype(path, size, layout_engine=ImageFont.Layout.BASIC)


def fitted(text: str, *, width: int, largest: int, smallest: int = 14, face: str = typeface.SONG) -> ImageFont.FreeTypeFont:
    """The largest size at which `text` fits into `width` pixels."""
    for size in range(largest, smallest, -2):
        if font(size, face).getlength(text) <= width:
            return font(size, face)
    return font(smallest, face)


def centred(
    draw: ImageDraw.ImageDraw, text: str, *, x: int, y: int, font: ImageFont.FreeTypeFont, fill: tuple[int, int, int]
) -> None:
    """Write `text` with its middle at `x` and its top at `y`."""
    draw.text((x - font.getlength(text) / 2, y), text, font=font, fill=fill)


def lines(text: str, *, width: int, font: ImageFont.FreeTypeFont) -> list[str]:
    """Break a Chinese paragraph into lines of at most `width` pixels; no line starts with a closing mark."""
    out, line = [], ""
    for character in text:
        if font.getlength(line + character) > width and character not in "，。；：、）》”":
            out.append(line)
            line = ""
        line += character
    return [*out, line] if line else out
