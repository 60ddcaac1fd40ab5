"""What the paper tests read a PDF with: poppler's tools and a QR reader, independent of the maker."""
import os
import re
import shutil
import subprocess
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

import pytest
import zxingcpp
from PIL import Image

FACES = {"NotoSerifSC-Regular", "NotoSerifSC-Bold", "PortalKai-Regular"}
STREAM = re.compile(rb"<<((?:(?!>>\s*stream)(?!endobj).)*)>>\s*stream\r?\n(.*?)endstream", re.DOTALL)
STRING = re.compile(rb"\((?:\\.|[^\\()])*\)", re.DOTALL)
PAINT = re.compile(rb"(?<=\s)(rg|RG|g|G|k|K|cs|CS|sc|SC|scn|SCN|sh)(?=\s)")
SPACES = {b"rg": "rgb", b"RG": "rgb", b"k": "cmyk", b"K": "cmyk", b"g": "grey", b"G": "grey"}


def flat(text: str) -> str:
    """Text without any white space: line breaks are the setter's business."""
    return re.sub(r"[\s\u3000]+", "", text)


class Word(NamedTuple):
    """A word on a page; points from the upper left corner."""

    page: int
    left: float
    top: float
    right: float
    bottom: float
    text: str


class Reader:
    """One PDF as other people's tools see it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def run(self, tool: str, *args: str) -> str:
        """A poppler tool's output; a missing tool fails in CI and is a visible skip elsewhere."""
        if shutil.which(tool) is None:
            report = pytest.fail if os.environ.get("CI") else pytest.skip
            report(f"{tool} is missing: install poppler-utils")
        return subprocess.run([tool, *args], capture_output=True, check=True).stdout.decode(errors="replace")

    def saved(self, pdf: bytes) -> str:
        path = self.folder / "paper.pdf"
        path.write_bytes(pdf)
        return str(path)

    def text(self, pdf: bytes) -> str:
        """The text as a reader copies it, white space removed."""
        return flat(self.run("pdftotext", "-raw", self.saved(pdf), "-"))

    def page_texts(self, pdf: bytes) -> list[str]:
        """The text of each page, white space removed."""
        return [flat(page) for page in self.run("pdftotext", "-raw", self.saved(pdf), "-").split("\f")[:-1]]

    def pages(self, pdf: bytes) -> int:
        found = re.search(r"Pages:\s+(\d+)", self.info(pdf))
        return int(found.group(1))

    def info(self, pdf: bytes, *options: str) -> str:
        return self.run("pdfinfo", *options, self.saved(pdf))

    def box(self, pdf: bytes, name: str) -> tuple[float, ...]:
        """A page box in millimetres: left, bottom, right, top."""
        found = re.search(rf"{name}Box:\s+([\d.]+)\s+([\d.]+)\s+([\d.]+)\s+([\d.]+)", self.info(pdf, "-box"))
        return tuple(round(float(n) / 72 * 25.4, 1) for n in found.groups())

    def words(self, pdf: bytes) -> list[Word]:
        """Every word with its box, narrowed from the face's full height to the height of the ink."""
        root = ElementTree.fromstring(self.run("pdftotext", "-bbox", self.saved(pdf), "-").replace("\x00", ""))
        found = []
        for number, page in enumerate(root.iter("{http://www.w3.org/1999/xhtml}page"), 1):
            for word in page:
                left, top, right, bottom = (float(word.get(n)) for n in ("xMin", "yMin", "xMax", "yMax"))
                trim = (bottom - top) * .2
                found.append(Word(number, left, top + trim, right, bottom - trim, word.text or ""))
        return found

    def streams(self, pdf: bytes) -> Iterator[tuple[bytes, bytes]]:
        """Each stream of the file, inflated, with its dictionary."""
        for found in STREAM.finditer(pdf):
            head, body = found.groups()
            yield head, zlib.decompress(body) if b"FlateDecode" in head else body

    def spaces(self, pdf: bytes) -> set[str]:
        """The colour spaces that pages and forms paint in."""
        return {SPACES.get(found, found.decode()) for head, body in self.streams(pdf)
                if b"Length1" not in head and b"begincmap" not in body for found in PAINT.findall(STRING.sub(b"", body))}

    def assert_sound(self, pdf: bytes) -> None:
        """Our faces only, embedded, subset, with a Unicode map; no raster image; no clock inside."""
        path = self.saved(pdf)
        rows = self.run("pdffonts", path).splitlines()[2:]
        assert rows
        for row in rows:
            assert re.search(r"\bTrueType\b.*\byes\s+yes\s+yes\s+\d+\s+\d+$", row), row
            assert row.split()[0].split("+")[-1] in FACES and "+" in row, row
        assert len(self.run("pdfimages", "-list", path).splitlines()) <= 2
        assert re.search(r"CreationDate:.*\b2000\b", self.info(pdf))

    def assert_says(self, pdf: bytes, *words: str) -> None:
        found = self.text(pdf)
        missing = [word for word in words if flat(word) not in found]
        assert not missing, missing

    def codes(self, pdf: bytes, dpi: int = 150) -> list[str]:
        """The contents of the QR codes on the first page, as a scanner reads them."""
        target = str(self.folder / "page")
        self.run("pdftoppm", "-r", str(dpi), "-png", "-singlefile", self.saved(pdf), target)
        with Image.open(target + ".png") as picture:
            return [found.text for found in zxingcpp.read_barcodes(picture.convert("L"))]


@pytest.fixture
def reader(tmp_path: Path) -> Reader:
    return Reader(tmp_path)
