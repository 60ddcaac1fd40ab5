"""Contact sheets: every page small, desktop and phone, light and dark, two pages a row, with its desk and title below."""

from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

WIDTHS = {"1440-light": 420, "1440-dark": 420, "390-light": 108, "390-dark": 108}
HEIGHT, GAP, WORDS, ACROSS, DOWN = 300, 8, 26, 2, 6
GROUND, INK = "#d9d9d4", "#1a221e"


@dataclass(frozen=True)
class Picture:
    """A page that was taken: the stem of its four files, which world, desk and view, its address and title."""

    name: str
    said: str
    address: str
    title: str


def sheets(folder: Path, taken: list[Picture]) -> list[Path]:
    """Write `contact-1.png` … into the folder, twelve pages each; gives their paths."""
    face = ImageFont.truetype(str(files("portal.documents").joinpath("fonts", "NotoSerifSC-Regular.subset.ttf")), 15)
    each = ACROSS * DOWN
    made = []
    for number, start in enumerate(range(0, len(taken), each), 1):
        path = folder / f"contact-{number}.png"
        _sheet(folder, taken[start:start + each], face).save(path)
        made.append(path)
    return made


def _sheet(folder: Path, pages: list[Picture], face: ImageFont.FreeTypeFont) -> Image.Image:
    """One sheet of at most ACROSS × DOWN pages."""
    across = sum(WIDTHS.values()) + GAP * (len(WIDTHS) + 1)
    down = HEIGHT + WORDS + GAP
    sheet = Image.new("RGB", (across * ACROSS, down * -(-len(pages) // ACROSS)), GROUND)
    words = ImageDraw.Draw(sheet)
    for n, page in enumerate(pages):
        left, top = n % ACROSS * across + GAP, n // ACROSS * down + GAP
        words.text((left, top + HEIGHT + 3), f"{page.said} · {page.title}"[:90], fill=INK, font=face)
        for which, width in WIDTHS.items():
            with Image.open(folder / f"{page.name}-{which}.png") as picture:
                tall = min(picture.height, picture.width * HEIGHT // width)
                part = picture.convert("RGB").crop((0, 0, picture.width, tall))
            sheet.paste(part.resize((width, HEIGHT * tall * width // (HEIGHT * picture.width))), (left, top))
            left += width + GAP
    return sheet
