"""Files on their way: in pieces as the script sends them, and by the plain form."""

import hashlib
import io
import json
import random
from pathlib import Path

from PIL import Image
from sqlalchemy import select

from portal.db import db
from portal.domain.workflow import Stage
from portal.models.evidence import Evidence, File
from portal.models.upload import Upload
from tests.faults.deeds import Deed

ITEM = "T2"
PIECE = 96 * 1024
PIECES = 6


def photo(source: random.Random, size: int) -> bytes:
    """A picture that nobody else sends and that does not pack, of about so many bytes."""
    side = int((size / 3) ** 0.5)
    out = io.BytesIO()
    Image.frombytes("RGB", (side, side), source.randbytes(side * side * 3)).save(out, "PNG", compress_level=1)
    return out.getvalue()


class Sending(Deed):
    """A draft into which files are sent."""

    def prepare(self) -> None:
        house = self.cast.institution()
        applicant = self.cast.applicant(house)
        made = self.cast.application(stage=Stage.DRAFT, institution=house, operator=applicant, complete=True)
        self.number, self.sign_in = made.id, applicant.sign_in
        from portal import scorecards

        self.request = next(one.id for one in scorecards.scheme_of(made).item(ITEM).evidence if "image" in one.kinds)
        self.files = self.make_files(random.Random(self.seed))

    def make_files(self, source: random.Random) -> list[tuple[str, bytes]]:
        raise NotImplementedError

    def enter(self) -> None:
        self.visitor.sign_in(self.sign_in).page(f"/apply/{self.number}/items/{ITEM}")

    def bound(self) -> list[Evidence]:
        db.session.rollback()
        return list(db.session.scalars(select(Evidence).where(Evidence.application_id == self.number).order_by(Evidence.id)))

    def kept(self) -> bool:
        return len(self.bound()) == len(self.files)

    def check(self) -> None:
        wanted = sorted(hashlib.sha256(data).hexdigest() for _name, data in self.files)
        self.same(sorted(one.file.sha256 for one in self.bound()), wanted, "files attached")
        told = sorted(one.detail["sha256"] for one in self.events(self.number, "attach"))
        self.same(told, wanted, "events of attaching")
        rows = db.session.scalars(select(File.sha256).where(File.sha256.in_(wanted)))
        self.same(sorted(rows), wanted, "rows of files")


class InPieces(Sending):
    """Open, several pieces, finish."""

    name = "upload in pieces"

    def make_files(self, source: random.Random) -> list[tuple[str, bytes]]:
        self.url, self.offset = "", 0
        return [(f"photo{self.seed}.png", photo(source, PIECE * PIECES - PIECE // 2))]

    def do(self) -> None:
        name, data = self.files[0]
        if not self.url:
            opened = self.done(self.visitor.post(f"/apply/{self.number}/uploads/{ITEM}/{self.request}", {
                "name": name, "size": len(data), "modified": "1764000000000"}, Accept="application/json"))
            self.url, stands = opened.json["url"], opened.json["offset"]
            self.holds(stands >= self.offset, f"acknowledged up to {self.offset}, found again only {stands}")
            self.offset = stands
        while self.offset < len(data):
            sent = self.done(self.visitor.piece(self.url, data[self.offset:self.offset + PIECE], self.offset))
            if not sent.ok:
                return
            self.offset = int(sent.headers["upload-offset"])
        self.finish()

    def finish(self) -> None:
        self.done(self.visitor.post(f"{self.url}/finish", Accept="application/json"))
        self.answered = True

    def again(self) -> None:
        if self.url:
            stands = self.done(self.visitor.ask("GET", self.url, Accept="application/json"))
            if not stands.ok:
                return
            told = json.loads(stands.body)
            self.holds(told["offset"] >= self.offset, f"acknowledged up to {self.offset}, found only {told['offset']}")
            self.offset = told["offset"]
            if told["done"]:
                self.finish()
                return
        self.do()

    def check(self) -> None:
        super().check()
        rows = list(db.session.scalars(select(Upload).where(Upload.application_id == self.number)))
        self.same([one.file_id for one in rows], [one.file_id for one in self.bound()], "uploads finished")


class Plain(Sending):
    """Three files by the form of a page without scripts."""

    name = "plain upload"

    def make_files(self, source: random.Random) -> list[tuple[str, bytes]]:
        return [(f"photo{self.seed}-{n}.png", photo(source, 200_000)) for n in range(3)]

    def do(self) -> None:
        self.done(self.visitor.upload(f"/apply/{self.number}/upload/{ITEM}/{self.request}", self.files))
        self.answered = True

    def again(self) -> None:
        # what is there already is refused by name, each for itself
        self.do()


def left_aside(uploads: Path) -> list[Path]:
    """What killed writers left half written."""
    return [one for folder in (".arriving", ".pieces") for one in (uploads / folder).glob("*") if one.is_file()]
