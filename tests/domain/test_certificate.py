"""A certificate's number survives typing, its standing follows from dates, its date is written in Chinese."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.certificate import (
    ALPHABET,
    CertificateDates,
    NumberError,
    NumberFault,
    Standing,
    number,
    parse,
    parse_verify_code,
    standing,
    validity_end,
    verify_code,
    zh_date,
    zh_digits,
    zh_number,
)

PATTERNS = [
    "渝节水证〔{year}〕{serial:04d}-{check}",
    "渝节示证〔{year}〕{serial:04d}-{check}",
    "渝节国示〔{year}〕第{serial:04d}-{check}号",
]
numbers = st.builds(
    lambda pattern, year, serial: number(pattern, year=year, serial=serial),
    st.sampled_from(PATTERNS),
    st.integers(2000, 2999),
    st.integers(1, 99999),
)


def refused(text):
    try:
        parse(text)
    except NumberError:
        return True
    return False


def test_a_number_reads_back():
    text = number(PATTERNS[0], year=2026, serial=7)
    assert text.startswith("渝节水证〔2026〕0007-")
    read = parse(text)
    assert (read.words, read.year, read.serial, read.text) == ("渝节水证", 2026, 7, text)
    assert str(read) == text


@given(numbers)
def test_every_number_reads_back(text):
    assert parse(text).text == text


@given(numbers, st.data())
def test_every_wrong_digit_or_check_character_is_caught(text, data):
    places = [at for at, character in enumerate(text) if character in ALPHABET]
    at = data.draw(st.sampled_from(places))
    other = data.draw(st.sampled_from(ALPHABET + "OISVZ渝").filter(lambda character: character != text[at]))
    assert refused(text[:at] + other + text[at + 1 :])


@given(numbers, st.data())
def test_every_swap_of_neighbours_is_caught_or_changes_nothing(text, data):
    at = data.draw(st.integers(text.index("〔"), len(text) - 2))
    swapped = text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    assert swapped == text or refused(swapped)


def test_another_schemes_words_do_not_fit_the_check_character():
    one, two = (number(pattern, year=2026, serial=12) for pattern in PATTERNS[:2])
    assert refused(one.replace("水", "示"))
    assert refused(two.replace("示", "水"))
    assert refused(one.replace("渝节", "节渝"))


@pytest.mark.parametrize(
    "retype",
    [
        lambda text: text.lower(),
        lambda text: text.replace("〔", "[").replace("〕", "]"),
        lambda text: text.replace("〔", "（").replace("〕", "）"),
        lambda text: text.replace("〔", "【").replace("〕", "】"),
        lambda text: text.replace("〔", " ( ").replace("〕", " ) "),
        lambda text: text.replace("-", "—"),
        lambda text: text.replace("-", "－"),
        lambda text: "\u3000" + " ".join(text) + "\n",
        lambda text: "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text),
        lambda text: "\ufeff" + text,
    ],
)
def test_tolerant_of_how_it_was_typed(retype):
    for serial in range(1, 40):
        text = number(PATTERNS[0], year=2026, serial=serial)
        assert parse(retype(text)).text == text


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", NumberFault.SHAPE),
        ("渝节水证", NumberFault.SHAPE),
        ("渝节水证2026 0007-A", NumberFault.SHAPE),
        ("〔2026〕0007-A", NumberFault.SHAPE),
        ("渝节水证〔202〕0007-A", NumberFault.SHAPE),
        ("渝节水证〔2026〕007-A", NumberFault.SHAPE),
        ("渝节水证〔2026〕0007-O", NumberFault.CHECK),
    ],
)
def test_what_is_wrong_is_named(text, fault):
    with pytest.raises(NumberError) as refusal:
        parse(text)
    assert refusal.value.fault is fault


@pytest.mark.parametrize(
    "pattern",
    ["证{serial}", "〔{year}〕{serial:04d}-{check}", "渝〔{year}〕{serial:03d}-{check}", "渝〔{year}〕{serial:04d}"],
)
def test_a_pattern_that_cannot_be_read_back_is_refused(pattern):
    with pytest.raises(ValueError):
        number(pattern, year=2026, serial=7)


@pytest.mark.parametrize(("year", "serial"), [(26, 1), (2026, 0), (2026, 10_000_000)])
def test_numbers_out_of_range_are_refused(year, serial):
    with pytest.raises(ValueError):
        number(PATTERNS[0], year=year, serial=serial)


@given(st.text(max_size=24))
def test_any_text_is_read_or_refused(text):
    refused(text)
    try:
        parse_verify_code(text)
    except NumberError as refusal:
        assert refusal.fault in NumberFault


seeds = st.binary(min_size=8, max_size=40)


@given(seeds)
def test_a_verification_code_reads_back_and_repeats(seed):
    code = verify_code(seed)
    assert code == verify_code(seed)
    assert len(code) == 9 and code[4] == "-"
    assert parse_verify_code(code) == parse_verify_code(f" {code.lower().replace('-', ' ')} ") == code


@given(seeds, st.data())
def test_a_mistyped_verification_code_is_caught(seed, data):
    code = verify_code(seed).replace("-", "")
    at = data.draw(st.integers(0, 7))
    other = data.draw(st.sampled_from(ALPHABET).filter(lambda character: character != code[at]))
    with pytest.raises(NumberError):
        parse_verify_code(code[:at] + other + code[at + 1 :])
    for at in range(7):
        swapped = code[:at] + code[at + 1] + code[at] + code[at + 2 :]
        if swapped != code:
            with pytest.raises(NumberError):
                parse_verify_code(swapped)


def test_verification_codes_differ_and_need_a_real_seed():
    assert len({verify_code(n.to_bytes(8, "big")) for n in range(5000)}) == 5000
    with pytest.raises(ValueError):
        verify_code(b"short")


DAY = date(2026, 11, 23)
BEFORE, AFTER = DAY - timedelta(days=1), DAY + timedelta(days=1)
OLD = date(2023, 1, 1)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (None, Standing.UNKNOWN),
        (CertificateDates(AFTER), Standing.UNKNOWN),
        (CertificateDates(DAY), Standing.VALID),
        (CertificateDates(OLD, until=DAY), Standing.VALID),
        (CertificateDates(OLD, until=BEFORE), Standing.EXPIRED),
        (CertificateDates(OLD, until=AFTER, revoked=DAY), Standing.REVOKED),
        (CertificateDates(OLD, until=AFTER, revoked=AFTER), Standing.VALID),
        (CertificateDates(OLD, until=BEFORE, revoked=BEFORE), Standing.REVOKED),
        (CertificateDates(OLD, until=AFTER, cancelled=DAY), Standing.CANCELLED),
        (CertificateDates(OLD, until=AFTER, cancelled=BEFORE, revoked=DAY), Standing.REVOKED),
        (CertificateDates(OLD, until=AFTER, reverification_opened=BEFORE), Standing.VALID),
        (CertificateDates(OLD, until=BEFORE, reverification_opened=OLD), Standing.REVERIFYING),
        (CertificateDates(OLD, until=BEFORE, reverification_opened=AFTER), Standing.EXPIRED),
        (CertificateDates(OLD, until=BEFORE, reverification_opened=OLD, revoked=DAY), Standing.REVOKED),
    ],
)
def test_standing_on_a_day(facts, expected):
    assert standing(facts, DAY) is expected


optional_dates = st.none() | st.dates(date(2020, 1, 1), date(2030, 1, 1))


@given(
    st.builds(
        CertificateDates,
        st.dates(date(2020, 1, 1), date(2030, 1, 1)),
        optional_dates,
        optional_dates,
        optional_dates,
        optional_dates,
    ),
    st.dates(date(2020, 1, 1), date(2031, 1, 1)),
)
def test_a_withdrawn_certificate_never_reads_as_valid(facts, today):
    withdrawn = any(day is not None and day <= today for day in (facts.revoked, facts.cancelled))
    if withdrawn:
        assert standing(facts, today) in (Standing.REVOKED, Standing.CANCELLED, Standing.UNKNOWN)
    if standing(facts, today) is Standing.VALID:
        assert facts.issued <= today and (facts.until is None or today <= facts.until)


@pytest.mark.parametrize(
    ("issued", "years", "until"),
    [
        (date(2026, 11, 23), 3, date(2029, 11, 23)),
        (date(2024, 2, 29), 5, date(2029, 2, 28)),
        (date(2024, 2, 29), 4, date(2028, 2, 29)),
        (date(2026, 12, 31), 1, date(2027, 12, 31)),
    ],
)
def test_the_last_valid_day(issued, years, until):
    assert validity_end(issued, years=years) == until


def test_a_term_has_at_least_a_year():
    with pytest.raises(ValueError):
        validity_end(DAY, years=0)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0, "〇"),
        (1, "一"),
        (10, "十"),
        (11, "十一"),
        (20, "二十"),
        (21, "二十一"),
        (31, "三十一"),
        (100, "一百"),
        (105, "一百〇五"),
        (110, "一百一十"),
        (1015, "一千〇一十五"),
        (1005, "一千〇五"),
        (1046, "一千〇四十六"),
        (9999, "九千九百九十九"),
    ],
)
def test_numbers_in_words(value, words):
    assert zh_number(value) == words


def test_dates_as_on_paper():
    assert zh_date(date(2026, 11, 3)) == "二〇二六年十一月"
    assert zh_date(date(2016, 10, 20), day=True) == "二〇一六年十月二十日"
    assert zh_date(date(2030, 1, 31), day=True) == "二〇三〇年一月三十一日"
    assert zh_digits(2009) == "二〇〇九"


@given(st.integers(0, 9999), st.integers(0, 9999))
def test_words_are_distinct(one, two):
    assert (zh_number(one) == zh_number(two)) == (one == two)


@pytest.mark.parametrize("value", [-1, 10000])
def test_numbers_out_of_words(value):
    with pytest.raises(ValueError):
        zh_number(value)
