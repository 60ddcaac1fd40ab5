"""A credit code is read whatever way it was typed, and every typing mistake is named."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.credit_code import (
    ALPHABET,
    MESSAGES,
    CodeFault,
    CreditCodeError,
    check_character,
    compose,
    is_valid,
    normalise,
    org_check,
    parse,
)

VECTOR = "115000000092782446"

codes = st.builds(
    lambda head, division, organisation: (
        compose(authority=head[0], kind=head[1], division=division, organisation=organisation).text
    ),
    st.sampled_from(["11", "12", "13", "19", "51", "53", "81", "N1"]),
    st.from_regex(r"5[0-9]{5}", fullmatch=True),
    st.text(alphabet=ALPHABET, min_size=8, max_size=8),
)


def test_the_vector_from_an_official_index_number():
    code = parse(VECTOR)
    assert (code.authority, code.kind, code.division, code.organisation) == ("1", "1", "500000", "009278244")
    assert check_character(VECTOR[:17]) == "6"
    assert org_check(VECTOR[8:16]) == "4"
    assert code.looks_public
    assert str(code) == VECTOR


@pytest.mark.parametrize(
    "typed",
    [
        " 1150 0000 0092 782446 ",
        "".join(chr(ord(c) + 0xFEE0) for c in VECTOR),
        "115000-0000-9278-2446",
        "\u200b115000000092782446\ufeff",
        "1150000000 92782446\n",
    ],
)
def test_tolerant_of_how_it_was_typed(typed):
    assert parse(typed).text == VECTOR


def test_lower_case_is_read_as_capitals():
    code = compose(authority="1", kind="2", division="500103", organisation="MB1Q0A2X").text
    assert parse(code.lower()).text == code


@pytest.mark.parametrize(
    ("typed", "fault", "values"),
    [
        ("", CodeFault.LENGTH, {"expected": 18, "found": 0}),
        (VECTOR[:-1], CodeFault.LENGTH, {"expected": 18, "found": 17}),
        (VECTOR + "0", CodeFault.LENGTH, {"expected": 18, "found": 19}),
        ("11500000O092782446", CodeFault.ALPHABET, {"position": 9, "found": "O"}),
        ("1150000000927824渝6", CodeFault.ALPHABET, {"position": 17, "found": "渝"}),
        ("B15000000092782446", CodeFault.AUTHORITY, {"found": "B"}),
        ("145000000092782446", CodeFault.KIND, {"found": "4"}),
        ("105000000092782446", CodeFault.KIND, {"found": "0"}),
        ("1150A0000092782446", CodeFault.DIVISION, {"found": "50A000"}),
        ("115000000092782456", CodeFault.INNER_CHECK, {"expected": "4"}),
        ("115000000092782447", CodeFault.OUTER_CHECK, {"expected": "6"}),
        ("115000010092782446", CodeFault.OUTER_CHECK, None),
    ],
)
def test_the_mistake_is_named(typed, fault, values):
    with pytest.raises(CreditCodeError) as refusal:
        parse(typed)
    assert refusal.value.fault is fault
    if values is not None:
        assert refusal.value.values == values
    assert str(refusal.value) == MESSAGES[fault] % refusal.value.values
    assert not is_valid(typed)


@given(codes)
def test_composed_codes_are_valid_and_normal(code):
    assert parse(code).text == code == normalise(code)


@given(codes, st.data())
def test_every_wrong_character_is_caught(code, data):
    at = data.draw(st.integers(0, 17))
    other = data.draw(st.sampled_from(ALPHABET).filter(lambda character: character != code[at]))
    assert not is_valid(code[:at] + other + code[at + 1 :])


@given(codes, st.integers(0, 16))
def test_every_swap_of_neighbours_is_caught(code, at):
    swapped = code[:at] + code[at + 1] + code[at] + code[at + 2 :]
    assert swapped == code or not is_valid(swapped)


@given(st.text(max_size=30))
def test_any_text_is_read_or_refused_by_name(text):
    try:
        assert parse(text).text == normalise(text)
    except CreditCodeError as refusal:
        assert refusal.fault in CodeFault


@pytest.mark.parametrize("bad", ["", "1234567", "123456789", "1234567渝"])
def test_check_characters_need_whole_input(bad):
    with pytest.raises(ValueError):
        org_check(bad)
    with pytest.raises(ValueError):
        check_character(bad)
