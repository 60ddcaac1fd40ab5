"""Places to sign, to date and to seal: opinion boxes, signature lines, the sealed foot of a letter.

A seal is never drawn: each place is a dashed circle, marked and left empty.
"""
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from io import BytesIO

from reportlab.lib.units import mm
from reportlab.lib.utils import ImageReader
from reportlab.platypus import Flowable

from portal.documents.lettering import fit, put, shrink
from portal.documents.palette import Palette
from portal.documents.paper import plain_date, seal_place
from portal.documents.prose import Prose, Style, Styles
from portal.documents.typeface import KAI, SONG, width


@dataclass(frozen=True)
class Signed:
    """A signature given on a screen: its picture (PNG, black on white) and when, and how, it was given."""

    picture: bytes
    line: str


@dataclass(frozen=True)
class Opinion:
    """One opinion of a form: who gives it, what they wrote, who signs; blank to write by hand."""

    label: str
    text: str = ""
    signer: str = "负责人（签字）："
    signed: date | None = None
    seal: str = "加盖公章处"             # empty: a signature only


class OpinionBox(Flowable):
    """A framed opinion with a place to sign, to date and to seal; a long text goes over the page."""

    LABEL, SEAL, FOOT = 11 * mm, 42 * mm, 47 * mm

    def __init__(self, opinion: Opinion, *, look: Styles, col: Palette, least: float = 0) -> None:
        super().__init__()
        self.opinion, self.look, self.col = opinion, look, col
        self.least = least or (67 if opinion.seal else 47) * mm
        self.prose: Flowable = Prose(opinion.text, look.hand.but(size=11, leading=18.5))
        self.last = True                 # only the last part of a cut box is signed

    def wrap(self, available: float, height: float) -> tuple[float, float]:
        """At least `least` points high, higher for a long text."""
        _, high = self.prose.wrap(available - self.LABEL - 8 * mm, height) if self.opinion.text else (0, 0)
        foot = (self.FOOT if self.opinion.seal else 17 * mm) if self.last else 0
        self.width = available
        self.height = max(self.least if self.last else 0, high + foot + 8 * mm)
        return self.width, self.height

    def split(self, available: float, height: float) -> list[Flowable]:
        """Cut a text that is too long for a page; a short one moves on as a whole."""
        self.wrap(available, height)
        if self.height < 200 * mm or height < 60 * mm:
            return []
        parts = self.prose.split(available - self.LABEL - 8 * mm, height - 8 * mm)
        if len(parts) < 2:
            return []
        boxes = [OpinionBox(self.opinion, look=self.look, col=self.col, least=self.least) for _ in parts]
        for box, part in zip(boxes, parts, strict=True):
            box.prose, box.last = part, box is boxes[-1]
        return list(boxes)

    def draw(self) -> None:
        c, col, o = self.canv, self.col, self.opinion
        c.setStrokeColor(col.ink)
        c.setLineWidth(.9)
        c.rect(0, 0, self.width, self.height)
        c.setLineWidth(.3)
        c.setStrokeColor(col.faint)
        c.line(self.LABEL, 0, self.LABEL, self.height)
        step = min(17.0, (self.height - 10) / len(o.label))
        y = self.height / 2 + step * len(o.label) / 2
        for sign in o.label:
            put(c, self.LABEL / 2, y - step / 2 - 3.8, sign, SONG, 10.5, col.text, "center")
            y -= step
        if o.text:
            self.prose.drawOn(c, self.LABEL + 4 * mm, self.height - self.prose.height - 4 * mm)
        if self.last:
            self._foot()

    def _foot(self) -> None:
        c, col, o, right = self.canv, self.col, self.opinion, self.width - 8 * mm
        if o.seal:
            centre = right - self.SEAL / 2
            seal_place(c, centre, self.SEAL / 2 + 2.5 * mm, self.SEAL, col.faint)
            put(c, centre, self.SEAL / 2 + 12 * mm, o.seal, SONG, 7.5, col.faint, "center", .1)
            put(c, centre, 11 * mm, plain_date(o.signed), KAI, 11, col.text, "center")
            put(c, self.LABEL + 12 * mm, 19 * mm, o.signer, SONG, 10.5, col.text)
        else:
            put(c, self.LABEL + 12 * mm, 8 * mm, o.signer, SONG, 10.5, col.text)
            put(c, right, 8 * mm, plain_date(o.signed), KAI, 11, col.text, "right")


class SignatureLines(Flowable):
    """Places to sign by hand: a label and a rule each, `across` of them side by side.

    `signed` are the signatures given on a screen, in the order of the labels; None where the place is empty.
    """

    def __init__(self, labels: Sequence[str], *, col: Palette, across: int = 3,
                 signed: Sequence[Signed | None] = ()) -> None:
        super().__init__()
        self.labels, self.col, self.across = labels, col, across
        self.signed = [*signed, *[None] * (len(labels) - len(signed))]

    def wrap(self, available: float, _height: float) -> tuple[float, float]:
        self.width = available
        self.height = -(-len(self.labels) // self.across) * 13 * mm
        return self.width, self.height

    def draw(self) -> None:
        each = self.width / self.across
        size = shrink(self.labels, SONG, each - 20 * mm, start=10, least=6.5)
        for i, label in enumerate(self.labels):
            x, y = i % self.across * each, self.height - (i // self.across + 1) * 13 * mm + 3 * mm
            put(self.canv, x, y, label, SONG, size, self.col.text)
            self.canv.setStrokeColor(self.col.faint)
            self.canv.setLineWidth(.5)
            start = x + width(label, SONG, size) + 4
            self.canv.line(start, y - 2, x + each - 4 * mm, y - 2)
            given = self.signed[i]
            if given is not None:
                self.canv.drawImage(ImageReader(BytesIO(given.picture)), start, y - 1, x + each - 4 * mm - start, 8 * mm,
                                    mask=[250, 255] * 3, preserveAspectRatio=True, anchor="sw")
                put(self.canv, start, y - 8, given.line, SONG, 5.5, self.col.mute)


class CutLine(Flowable):
    """A dashed line to cut along, with what stands below it named on it."""

    def __init__(self, text: str, *, col: Palette) -> None:
        super().__init__()
        self.text, self.col = text, col

    def wrap(self, available: float, _height: float) -> tuple[float, float]:
        self.width, self.height = available, 5 * mm
        return self.width, self.height

    def draw(self) -> None:
        c, middle = self.canv, self.width / 2
        half = width(self.text, SONG, 9, .1) / 2 + 8
        c.saveState()
        c.setStrokeColor(self.col.faint)
        c.setLineWidth(.5)
        c.setDash(3, 2)
        c.line(0, 3 * mm, middle - half, 3 * mm)
        c.line(middle + half, 3 * mm, self.width, 3 * mm)
        c.restoreState()
        put(c, middle, 3 * mm - 3, self.text, SONG, 9, self.col.mute, "center", .1)


class SealedDate(Flowable):
    """Issuers and date at the foot of a letter, an empty seal place over each name (GB/T 9704).

    One issuer stands at the right; several stand in even rows of up to three, the lead
    department first, and the date under the last. Seals neither cross nor touch.
    """

    ACROSS, GAP = 3, 4 * mm

    def __init__(self, issuers: Sequence[str], day: str, style: Style, *, col: Palette,
                 seal_mm: float = 42) -> None:
        super().__init__()
        self.issuers, self.day, self.style, self.col = issuers, day, style, col
        self.seal = seal_mm * mm

    def wrap(self, available: float, _height: float) -> tuple[float, float]:
        self.width = available
        rows = -(-len(self.issuers) // self.ACROSS)
        self.each = -(-len(self.issuers) // rows)
        self.height = rows * self.seal + (rows - 1) * self.GAP + 3 * mm
        return self.width, self.height

    def draw(self) -> None:
        s, names = self.style, self.issuers
        if len(names) == 1:
            across = min(self.width, max(self.seal, width(names[0], s.face, s.size) + 4 * s.size))
            self._place(names[0], self.width - across / 2, self.height - self.seal / 2, across, s.size, last=True)
            return
        across = self.width / self.each
        size = shrink(names, s.face, across - 8, start=s.size, least=11)
        rows = [names[i:i + self.each] for i in range(0, len(names), self.each)]
        for down, row in enumerate(rows):
            y = self.height - self.seal / 2 - down * (self.seal + self.GAP)
            for k, name in enumerate(row):
                x = self.width - (len(row) - k - .5) * across
                self._place(name, x, y, across, size, last=name is names[-1])

    def _place(self, name: str, x: float, y: float, across: float, size: float, *, last: bool) -> None:
        s = self.style
        seal_place(self.canv, x, y, self.seal, self.col.faint)
        put(self.canv, x, y + 13 * mm, "加盖公章处", SONG, 7.5, self.col.faint, "center", .1)
        lines, size = fit(name, s.face, across, (size, size, size, 13, 12, 11))
        for k, line in enumerate(reversed(lines)):
            put(self.canv, x, y + 1 * mm + k * size * 1.35, line, s.face, size, s.color, "center")
        if last:
            put(self.canv, x, y - 7.4 * mm, self.day, s.face, size, s.color, "center")
