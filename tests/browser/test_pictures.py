"""The command that photographs the portal: every page of a desk in four pictures, and sheets on which they can be seen."""

import os
import subprocess
import sys
from pathlib import Path

from PIL import Image

from tests.browser import contact
from tests.browser.pictures import SIZES, THEMES


def test_a_desk_is_photographed_whole(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-m", "tests.browser.pictures", str(tmp_path)], capture_output=True, text=True,
                          env={**os.environ, "WORLDS": "empty", "DESKS": "public", "MINUTES": "5"}, timeout=400)
    assert done.returncode == 0, done.stderr
    names = sorted(one.name.removesuffix("-1440-light.png") for one in tmp_path.glob("*-1440-light.png"))
    assert done.stdout.strip() == f"{len(names)} pages in {tmp_path}; open {tmp_path}/index.html or the contact sheets"
    views = {name.split("-", 3)[3] for name in names}
    assert views >= {"directory-front", "directory-units", "notices-index", "accounts-sign_in", "selfcheck-sheet"}
    for name in names:
        for width in SIZES:
            light, dark = (Image.open(tmp_path / f"{name}-{width}-{theme}.png").convert("L") for theme in THEMES)
            assert light.width == dark.width == width
            assert light.getpixel((2, light.height - 2)) > 128 > dark.getpixel((2, dark.height - 2))
        assert name in (tmp_path / "index.html").read_text("utf-8")
    assert len(list(tmp_path.glob("contact-*.png"))) == -(-len(names) // (contact.ACROSS * contact.DOWN))
    with Image.open(tmp_path / "contact-1.png") as sheet:
        colours = sheet.convert("RGB").getcolors(1 << 24)
    assert colours is not None and len(colours) > 1000
