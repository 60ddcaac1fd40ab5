"""The three typefaces of the house: loaded once per process, with a fallback for rare signs."""
import unicodedata
from functools import lru_cache
from importlib.resources import files
from threading import Lock
from time import gmtime
from typing import Any

from reportlab import rl_config
from reportlab.lib.utils import TimeStamp
from reportlab.pdfbase import pdfdoc, pdfmetrics, ttfonts

SONG, BOLD, KAI = "Song", "SongBold", "Kai"
FILES = {SONG: "NotoSerifSC-Regular.subset.ttf", BOLD: "NotoSerifSC-Bold.subset.ttf",
         KAI: "PortalKai-Regular.subset.ttf"}
FALLBACK = {SONG: KAI, BOLD: KAI, KAI: SONG}
_loading = Lock()
_loaded: set[str] = set()


class MissingGlyph(ValueError):
    """A character that no typeface of the house can draw: refuse, never print a gap."""

    def __init__(self, character: str, text: str) -> None:
        self.character, self.text = character, text
        super().__init__(f"no typeface draws {self.named} in {text}")

    @property
    def named(self) -> str:
        """The character with its code point, which tells even when no screen can draw it: 𲎯（U+323AF）."""
        return f"{self.character}（U+{ord(self.character):04X}）"


def load() -> None:
    """Register the typefaces on first use; later calls cost a set look-up."""
    if len(_loaded) == len(FILES):
        return
    with _loading:
        ttfonts.makeToUnicodeCMap = _to_unicode
        pdfdoc.TimeStamp = _Standing
        rl_config.useA85 = 0             # binary streams: a fifth smaller
        for name, file in FILES.items():
            if name not in _loaded:
                path = str(files(__package__).joinpath("fonts", file))
                pdfmetrics.registerFont(ttfonts.TTFont(name, path, asciiReadable=False))
                _loaded.add(name)


@lru_cache(maxsize=4096)
def runs(text: str, face: str) -> tuple[tuple[str, str], ...]:
    """Split `text` into (face, part): Kai borrows Latin from Song, rare signs fall back.

    Raises MissingGlyph when no face has a character.
    """
    load()
    out: list[tuple[str, str]] = []
    for ch in text:
        pick = SONG if face == KAI and (ch in "“”‘’·—…–" or "!" <= ch <= "~") else face
        if not _has(pick, ch):
            pick = FALLBACK[face]
            if not _has(pick, ch):
                raise MissingGlyph(ch, text)
        if out and out[-1][0] == pick:
            out[-1] = pick, out[-1][1] + ch
        else:
            out.append((pick, ch))
    return tuple(out)


def check(*texts: str) -> None:
    """Raise MissingGlyph for the first character that could not be printed; else nothing."""
    for text in texts:
        runs(text, SONG)


def legible(text: str) -> str:
    """Free text made printable: a character that no typeface has becomes its code point, 〔U+1F600〕.

    For notes, comments and file names; the name of a unit is refused instead (`runs`).
    """
    load()
    return "".join(ch if ch == "\n" or _has(SONG, ch) or _has(KAI, ch) else f"〔U+{ord(ch):04X}〕"
                   for ch in tidy(text))


def tidy(text: str) -> str:
    """One kind of line end, tabs as spaces; without signs that are never seen (zero-width, variation selectors)."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", "　")
    return "".join(ch for ch in text if ch == "\n" or (
        unicodedata.category(ch) not in ("Cc", "Cf") and not 0xFE00 <= ord(ch) <= 0xFE0F))


def width(text: str, face: str, size: float, track: float = 0.0) -> float:
    """Set width in points; `track` is letter-space in em, none after the last sign."""
    plain: float = sum(pdfmetrics.stringWidth(t, f, size) for f, t in runs(text, face))
    return plain + max(0, len(text) - 1) * track * size


class _Standing(TimeStamp):
    """ReportLab's time stamp, which for an invariant file would still take SOURCE_DATE_EPOCH."""

    def __init__(self, invariant: object = None) -> None:
        if not invariant:
            super().__init__(invariant)
            return
        self.t, self.tzname, self.dhh, self.dmm = 946684800.0, "UTC", 0, 0
        self.lt = gmtime(self.t)
        self.YMDhms = tuple(self.lt)[:6]


def _has(face: str, ch: str) -> bool:
    font: Any = pdfmetrics.getFont(face)
    return ord(ch) in font.face.charToGlyph


def _to_unicode(name: str, subset: list[int]) -> str:
    """ToUnicode map with UTF-16BE values and blocks of 100: the library's own is wrong
    for characters beyond the BMP, which then copy and search as garbage."""
    rows = [f"<{i:02X}> <{chr(v).encode('utf-16-be').hex().upper()}>"
            for i, v in enumerate(subset) if v]
    blocks = [rows[i:i + 100] for i in range(0, len(rows), 100)]
    body = "\n".join(f"{len(b)} beginbfchar\n" + "\n".join(b) + "\nendbfchar" for b in blocks)
    return ("/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
            f"/CIDSystemInfo << /Registry ({name}) /Ordering ({name}) /Supplement 0 >> def\n"
            f"/CMapName /{name} def\n/CMapType 2 def\n1 begincodespacerange\n"
            f"<00> <{len(subset) - 1:02X}>\nendcodespacerange\n{body}\nendcmap\n"
            "CMapName currentdict /CMap defineresource pop\nend\nend")
