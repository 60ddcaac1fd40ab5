"""The command that makes the guides' pictures: signed in, on the way, outlined, small."""

from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser

from portal.directory.guide import LANGUAGES
from tests.browser import guide
from tests.browser.conftest import Instance
from tests.browser.guide_shots import PHONE, Shot

RED = (200, 16, 46)
ENTRIES = (Shot("public-verify", "", ("header a[href='/verify']",), height=500, at="main h1", marks="main h1"),
           Shot("public-phone", "", ("/units",), PHONE, height=700))


def test_pictures_are_taken_in_both_languages(chromium: Browser, instance: Instance, tmp_path: Path) -> None:
    taken = guide.take(chromium, instance.url, tmp_path, ENTRIES)
    assert taken == [tmp_path / language / f"{shot.name}.png" for shot in ENTRIES for language in LANGUAGES]
    assert all(one.stat().st_size <= guide.LIMIT for one in taken)
    pictures = [Image.open(one).convert("RGB") for one in taken]
    assert [one.size for one in pictures] == [(1550, 625), (1550, 625), (PHONE, 700), (PHONE, 700)]
    assert pictures[0].tobytes() != pictures[1].tobytes()
    assert [_near(one, RED) for one in pictures] == [True, True, False, False]


def _near(picture: Image.Image, colour: tuple[int, int, int]) -> bool:
    """Whether the picture holds a patch of this colour."""
    counted = picture.getcolors(1 << 24) or []
    return sum(count for count, seen in counted if max(abs(a - b) for a, b in zip(seen, colour, strict=True)) < 12) > 500
