"""Signatures on the screen: a picture under what was recorded, in force until the record changes."""

import hashlib
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import BinaryIO

from flask_babel import gettext as _
from PIL import Image, ImageDraw, ImageFont, ImageOps
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal import filing, imaging, lifecycle
from portal.clock import now
from portal.db import db, transaction
from portal.documents.typeface import FILES, KAI, MissingGlyph, runs
from portal.domain.refusal import Incomplete, Refused
from portal.domain.workflow import Action
from portal.models.application import Application
from portal.models.evidence import File
from portal.models.person import Person
from portal.models.visit import Visit, VisitSignature
from portal.stages.visit import queries
from portal.stages.visit.actions import current

SIZE = (900, 300)
"""A signature as it is kept: pixels, black on white."""
INK_LEAST = 60
"""A drawing with fewer dark pixels is an accidental touch."""


class NotASignature(Refused):
    """What was sent is no picture of a signature."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where somebody signs: a member by key, or the institution's representative (no key); with the signature in force.

    `stale` is a signature that a later change of the record left without effect.
    """

    person: Person | None
    leads: bool = False
    signature: VisitSignature | None = None
    stale: VisitSignature | None = None


def digest_of(visit: Visit) -> str:
    """The digest of everything that the team recorded (loaded by `queries.records`): what a signature stands under."""
    said = {
        "visit": [visit.application_id, str(visit.planned_on), visit.place, visit.attendees],
        "items": sorted([one.item_id, one.found, str(one.points), one.not_applicable, one.note]
                        for one in visit.site_scores),
        "points": sorted([one.id, one.place, one.listed or 0, one.fixture, one.sound, one.note]
                         for one in visit.samples),
        "problems": sorted([one.id, one.item_id, one.what, one.demand, one.owner, str(one.due_on), one.recheck,
                            one.recheck_note] for one in visit.findings),
        "photos": sorted([one.id, one.file_id, one.phase] for one in visit.photos)}
    return hashlib.sha256(json.dumps(said, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def signatures(visit: Visit) -> list[VisitSignature]:
    """Every signature of a visit with its picture, oldest first."""
    return list(db.session.scalars(select(VisitSignature).where(VisitSignature.visit_id == visit.id)
                                   .options(joinedload(VisitSignature.file)).order_by(VisitSignature.id)))


def places(visit: Visit) -> list[Place]:
    """The leader's place, the members' and the institution's; one query when the record is loaded."""
    digest, given = digest_of(visit), signatures(visit)
    team = sorted(visit.members, key=lambda one: (not one.leads, one.id))
    return [_place(given, digest, one.person, one.leads) for one in team] + [_place(given, digest, None, False)]


def _place(given: Sequence[VisitSignature], digest: str, person: Person | None, leads: bool) -> Place:
    own = [one for one in given if one.person_id == (person.id if person else None)]
    last = own[-1] if own else None
    fits = last is not None and last.digest == digest
    return Place(person=person, leads=leads, signature=last if fits else None, stale=None if fits else last)


def sign(case: Application, *, name: str, post: str = "", drawing: BinaryIO | None, for_unit: bool,
         by: Person) -> VisitSignature:
    """Sign the record for oneself, or witness the signature of the institution's representative.

    Without a drawing the confirmed name is set in the house's Kai. Raises Incomplete, NotASignature.
    """
    picture = _typed(name) if drawing is None else _drawn(drawing)
    with transaction() as session:
        lifecycle.advance(case, Action.INSPECT, by=by, detail={
            "signature": "unit" if for_unit else "member", "typed": drawing is None})
        visit = queries.records(current(case, Action.INSPECT, by=by))
        if not name.strip():
            raise Incomplete(_("Enter the name of whoever signs."))
        if not _recorded(visit):
            raise Incomplete(_("Nothing is recorded yet that could be signed."),
                             instead=_("Record what you see first."))
        sha256, size, store = filing.keep_bytes(picture)
        file = File(sha256=sha256, size=size, mime="image/png", kind="image", name="signature.png", store=store,
                    pages=None, preview="none", institution_id=None, uploaded_by_id=by.id, uploaded_at=now())
        row = VisitSignature(visit_id=visit.id, person_id=None if for_unit else by.id, name=name.strip(),
                             post=post.strip(), typed=drawing is None, digest=digest_of(visit), file=file,
                             witness_id=by.id, signed_at=now())
        session.add(row)
        session.flush()
        return row


def _recorded(visit: Visit) -> bool:
    return bool(visit.site_scores or visit.samples or visit.findings or visit.photos)


def _drawn(stream: BinaryIO) -> bytes:
    try:
        with Image.open(stream, formats=["PNG"]) as picture:
            if picture.width * picture.height > 4_000_000:
                raise NotASignature(_("This is no picture of a signature."))
            layered = picture.convert("RGBA")
    except _errors() as error:
        raise NotASignature(_("This is no picture of a signature."),
                            instead=_("Sign again, or type the name.")) from error
    ground = Image.new("RGBA", layered.size, "white")
    ground.alpha_composite(layered)
    grey = ImageOps.autocontrast(ground.convert("L"))
    ink = grey.point(lambda value: 255 if value < 128 else 0)
    box = ink.getbbox()
    if box is None or ink.histogram()[255] < INK_LEAST:
        raise Incomplete(_("The place to sign is empty."), instead=_("Sign with the finger, or type the name."))
    return _kept(grey.crop(box))


def _errors() -> tuple[type[Exception], ...]:
    return (imaging.CannotPicture, OSError, ValueError, SyntaxError, ArithmeticError,
            LookupError, Image.DecompressionBombError, Image.DecompressionBombWarning)


def _typed(name: str) -> bytes:
    if not name.strip():
        raise Incomplete(_("Enter the name of whoever signs."))
    try:
        parts = runs(name, KAI)
    except MissingGlyph as error:
        raise NotASignature(
            _("No typeface of the portal can draw “%(character)s” in “%(name)s”.", character=error.character,
              name=name), instead=_("Sign with the finger instead.")) from error
    sheet = Image.new("L", (200 + 170 * len(name), 260), 255)
    at = 40.0
    pen = ImageDraw.Draw(sheet)
    for face, part in parts:
        font = ImageFont.truetype(str(files("portal.documents").joinpath("fonts", FILES[face])), 150)
        pen.text((at, 30), part, font=font, fill=0)
        at += pen.textlength(part, font=font)
    box = ImageOps.invert(sheet).getbbox()
    return _kept(sheet.crop(box) if box else sheet)


def _kept(ink: Image.Image) -> bytes:
    """A signature in the middle of its sheet, without anything that the sender's file told beside its picture."""
    ink.thumbnail((SIZE[0] - 40, SIZE[1] - 40))
    sheet = Image.new("L", SIZE, 255)
    sheet.paste(ink, ((SIZE[0] - ink.width) // 2, (SIZE[1] - ink.height) // 2))
    out = io.BytesIO()
    sheet.save(out, "PNG", optimize=True)
    return out.getvalue()
