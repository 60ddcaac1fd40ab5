"""The command that photographs the portal: every page of a desk in four pictures, and sheets on which they can be seen."""

from pathlib import Path

from PIL import Image

from tests.browser import contact
from tests.browser.pictures import SIZES, THEMES, shoot


def test_a_desk_is_photographed_whole(tmp_path: Path) -> None:
    work = shoot(tmp_path, worlds=("empty",), desks=("public",), minutes=3)
    assert work.complaints == []
    assert {one.said for one in work.taken} >= {"empty · public · directory.front", "empty · public · directory.units",
                                               "empty · public · notices.index", "empty · public · accounts.sign_in"}
    for one in work.taken:
        for width in SIZES:
            light, dark = (Image.open(tmp_path / f"{one.name}-{width}-{theme}.png").convert("L") for theme in THEMES)
            assert light.width == dark.width == width
            assert light.getpixel((2, light.height - 2)) > 128 > dark.getpixel((2, dark.height - 2))
        assert one.name in (tmp_path / "index.html").read_text("utf-8")
    assert len(list(tmp_path.glob("contact-*.png"))) == -(-len(work.taken) // (contact.ACROSS * contact.DOWN))
    with Image.open(tmp_path / "contact-1.png") as sheet:
        colours = sheet.convert("RGB").getcolors(1 << 24)
    assert colours is not None and len(colours) > 1000
