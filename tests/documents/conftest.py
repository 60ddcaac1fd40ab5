"""What the paper tests read a PDF with: poppler's tools and a QR reader, independent of the maker."""
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image


def flat(text: str) -> str:
    """Text without any white space: line breaks are the setter's business."""
    return re.sub(r"[\s\u3000]+", "", text)


class Reader:
    """One PDF as other people's tools see it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def run(self, tool: str, *args: str) -> str:
        """A poppler tool's output; a missing tool fails in CI and is a visible skip elsewhere."""
        if shutil.which(tool) is None:
            report = pytest.fail if os.environ.get("CI") else pytest.skip
            report(f"{tool} is missing: install poppler-utils")
        return subprocess.run([tool, *args], capture_output=True, check=True).stdout.decode()

    def saved(self, pdf: bytes) -> str:
        path = self.folder / "paper.pdf"
        path.write_bytes(pdf)
        return str(path)

    def text(self, pdf: bytes) -> str:
        """The text as a reader copies it, white space removed."""
        return flat(self.run("pdftotext", "-raw", self.saved(pdf), "-"))

    def pages(self, pdf: bytes) -> int:
        found = re.search(r"Pages:\s+(\d+)", self.run("pdfinfo", self.saved(pdf)))
        return int(found.group(1))

    def assert_sound(self, pdf: bytes) -> None:
        """Every face embedded, subset, with a Unicode map; no raster image; no clock inside."""
        path = self.saved(pdf)
        rows = self.run("pdffonts", path).splitlines()[2:]
        assert rows
        for row in rows:
            assert re.search(r"\byes\s+yes\s+yes\s+\d+\s+\d+$", row) and "+" in row, row
        assert len(self.run("pdfimages", "-list", path).splitlines()) <= 2
        assert re.search(r"CreationDate:.*\b2000\b", self.run("pdfinfo", path))

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
