"""The guides' pictures: what the guides show is what `python -m tests.browser.guide` makes, no more and no less."""

import re
from pathlib import Path

import pytest
from PIL import Image

from portal.directory.guide import LANGUAGES
from tests.browser.guide import LIMIT, referred
from tests.browser.guide_shots import DESK, PHONE, SHOTS, Shot

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "guide"
LISTED = {f"{language}/{shot.name}" for shot in SHOTS for language in LANGUAGES}


def test_every_picture_of_a_guide_is_listed() -> None:
    assert referred(GUIDE) - LISTED == set()


def test_every_listed_picture_is_shown_by_a_guide() -> None:
    assert LISTED - referred(GUIDE) == set()


def test_no_picture_is_left_over() -> None:
    made = {path.relative_to(GUIDE / "pictures").with_suffix("").as_posix() for path in (GUIDE / "pictures").rglob("*.png")}
    assert made == LISTED


@pytest.mark.parametrize("shot", SHOTS, ids=lambda shot: shot.name)
def test_a_picture_is_small(shot: Shot) -> None:
    for language in LANGUAGES:
        path = GUIDE / "pictures" / language / f"{shot.name}.png"
        assert path.stat().st_size <= LIMIT, path
        with Image.open(path) as drawn:
            assert drawn.mode == "P" and drawn.width <= max(DESK * shot.scale, PHONE), path


def test_a_guide_shows_pictures_in_its_own_language() -> None:
    for path in GUIDE.glob("*/*.md"):
        assert set(re.findall(r"\]\(\.\./pictures/(\w+)/", path.read_text("utf-8"))) <= {path.parent.name}, path


def test_names_are_used_once() -> None:
    assert len({shot.name for shot in SHOTS}) == len(SHOTS)
