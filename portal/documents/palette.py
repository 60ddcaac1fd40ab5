"""The colours of the paper: one name, an RGB value for office printers, a CMYK value for plates."""
from dataclasses import dataclass
from typing import Literal

from reportlab.lib.colors import CMYKColor, Color

Space = Literal["rgb", "cmyk", "black"]

# name: (RGB 0-255, CMYK %); the highest ink sum is 239 %
COLOURS = {
    "text":  ((28, 27, 26), (0, 0, 0, 95)),
    "mute":  ((104, 99, 92), (0, 4, 9, 66)),
    "faint": ((168, 163, 155), (0, 3, 8, 38)),
    "gold":  ((166, 127, 62), (28, 45, 82, 12)),
    "tint":  ((235, 226, 208), (3, 8, 18, 2)),
    "paper": ((255, 255, 255), (0, 0, 0, 0)),
    "brass": ((240, 225, 184), (3, 9, 32, 2)),
    "red":   ((139, 29, 36), (25, 98, 88, 28)),
    "green": ((20, 82, 64), (85, 38, 74, 38)),
    "blue":  ((20, 72, 112), (94, 62, 28, 22)),
}
GROUNDS = {"paper", "brass", "tint"}


@dataclass(frozen=True)
class Palette:
    """Colours of one document: one colour space, never mixed (archives and plate makers)."""

    ink: Color
    text: Color
    mute: Color
    faint: Color
    gold: Color
    tint: Color
    paper: Color
    brass: Color


def palette(ink: str, *, space: Space = "rgb") -> Palette:
    """The palette whose scheme ink is "red", "green" or "blue"; KeyError for another name.

    "black" is the line art of an etched plate: one black, grounds left blank.
    """
    def colour(name: str) -> Color:
        rgb, cmyk = COLOURS[name]
        if space == "rgb":
            return Color(*(n / 255 for n in rgb))
        if space == "black":
            return CMYKColor(0, 0, 0, 0 if name in GROUNDS else 1)
        return CMYKColor(*(n / 100 for n in cmyk))
    rest = ("text", "mute", "faint", "gold", "tint", "paper", "brass")
    return Palette(ink=colour(ink), **{name: colour(name) for name in rest})
