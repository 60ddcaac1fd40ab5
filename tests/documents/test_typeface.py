"""The typefaces: coverage, fallback and refusal."""
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.documents.lettering import TooLong, fit, in_two
from portal.documents.typeface import BOLD, KAI, SONG, MissingGlyph, runs, width

LIST = files("portal.documents").joinpath("fonts", "characters.txt").read_text("utf-8")
CHARACTERS = sorted(set(LIST) - {"\n"})


def gb2312() -> set[str]:
    found = set()
    for high in range(0xB0, 0xF8):
        for low in range(0xA1, 0xFF):
            try:
                found.add(bytes([high, low]).decode("gb2312"))
            except UnicodeDecodeError:
                continue
    return found


@pytest.mark.parametrize("face", [SONG, BOLD, KAI])
def test_every_listed_character_can_be_set_in_every_face(face):
    assert len(CHARACTERS) > 9000
    for character in CHARACTERS:
        assert width(character, face, 10) >= 0


def test_the_list_holds_gb2312_and_the_rare_characters_of_names():
    assert gb2312() <= set(CHARACTERS)
    assert set("镕䶮𬭎〇〔〕—…“”㎡④Ⅷ") <= set(CHARACTERS)


def test_a_sign_missing_in_one_face_is_taken_from_the_other():
    assert runs("𠮷", BOLD) == ((KAI, "𠮷"),)
    assert runs("图书馆A1", KAI) == ((KAI, "图书馆"), (SONG, "A1"))


def test_a_sign_missing_everywhere_is_refused_by_name():
    with pytest.raises(MissingGlyph) as refusal:
        runs("示例\U000323AF局", SONG)
    assert refusal.value.character == "\U000323AF" and "U+323AF" in str(refusal.value)


@given(st.text(st.sampled_from(CHARACTERS), min_size=4, max_size=60))
def test_breaking_a_name_loses_nothing(name):
    assert "".join(in_two(name)) == name
    assert "".join(part for _, part in runs(name, BOLD)) == name


def test_a_name_that_cannot_fit_is_refused():
    with pytest.raises(TooLong):
        fit("示" * 200, BOLD, 600, (23, 21, 19, 17.5))
