"""Certificates: number and check character, verification code, validity, standing on a day, Chinese dates.

The check character is a weighted sum modulo the prime 31 with weights 3⁰, 3¹, 3² … from the right. Digits and
check characters are all smaller than 31 and neighbouring weights differ, so every wrong character and every
swap of two neighbours changes the sum. The words before the bracket take part too, as one more term.
"""

from __future__ import annotations

import calendar
import hashlib
import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""The 31 characters of check characters and verification codes: none that is easily read as another."""

_VALUE = {character: value for value, character in enumerate(ALPHABET)}
_RADIX = 3
_NUMBER = re.compile(r"(?P<words>[^\d〔〕]+)〔(?P<year>[0-9]{4})〕第?(?P<serial>[0-9]{4,7})-(?P<check>.)号?", re.DOTALL)
_CODE_LENGTH = 8


class NumberFault(StrEnum):
    """What can be wrong with a certificate number or a verification code."""

    SHAPE = "shape"
    CHECK = "check"


class NumberError(ValueError):
    """A text is not a certificate number, or not a verification code; `fault` says why."""

    def __init__(self, fault: NumberFault) -> None:
        self.fault = fault
        super().__init__(f"not a number of a certificate: {fault}")


@dataclass(frozen=True)
class CertificateNumber:
    """A number whose check character fits; `text` is the normal form under which it is stored."""

    words: str
    year: int
    serial: int
    check: str
    text: str

    def __str__(self) -> str:
        return self.text


def number(pattern: str, *, year: int, serial: int) -> str:
    """Give the number of a certificate from its scheme's pattern, e.g. `渝节水证〔{year}〕{serial:04d}-{check}`.

    `year` has four digits, `serial` starts at 1 and is never used twice for the same words and year. Raises
    ValueError for numbers out of range and for a pattern whose numbers could not be read back.
    """
    if not 1000 <= year <= 9999 or not 1 <= serial <= 9_999_999:
        raise ValueError("a year has four digits and a serial number is between 1 and 9999999")
    words = _tidy(pattern.partition("〔")[0])
    text = pattern.format(year=year, serial=serial, check=_check(words, year, serial))
    try:
        read = parse(text)
    except NumberError as error:
        raise ValueError(f"no number can be read back from the pattern {pattern!r}") from error
    if (read.year, read.serial) != (year, serial):
        raise ValueError(f"no number can be read back from the pattern {pattern!r}")
    return read.text


def parse(text: str) -> CertificateNumber:
    """Read a number however it was typed: full-width, with spaces, in lower case, with other brackets or dashes.

    Raises NumberError: SHAPE when it does not look like a number, CHECK when a character must be wrong.
    """
    tidy = _tidy(text)
    match = _NUMBER.fullmatch(tidy)
    if match is None:
        raise NumberError(NumberFault.SHAPE)
    words, year, serial = match["words"], int(match["year"]), int(match["serial"])
    if match["check"] != _check(words, year, serial):
        raise NumberError(NumberFault.CHECK)
    return CertificateNumber(words, year, serial, match["check"], tidy)


def _tidy(text: str) -> str:
    """Give half-width capitals, the brackets 〔〕 and the plain hyphen, without spaces and invisible marks."""
    kept = []
    for character in unicodedata.normalize("NFKC", text).upper():
        category = unicodedata.category(character)
        if category == "Pd" or character in "−_":
            kept.append("-")
        elif character in "([{【〖〈《「『":
            kept.append("〔")
        elif character in ")]}】〗〉》」』":
            kept.append("〕")
        elif category[0] not in "ZC":
            kept.append(character)
    return "".join(kept)


def _check(words: str, year: int, serial: int) -> str:
    digits = [int(digit) for digit in f"{year:04d}{serial:07d}"]
    return _check_of([_weigh([ord(character) for character in words]), *digits])


def _weigh(values: list[int]) -> int:
    total = 0
    for value in values:
        total = (total * _RADIX + value) % 31
    return total


def _check_of(values: list[int]) -> str:
    return ALPHABET[-_weigh([*values, 0]) % 31]


def verify_code(seed: bytes) -> str:
    """Give a verification code such as `7K3M-9QXA`: seven characters drawn from `seed` and a check character.

    `seed` is at least 8 bytes that nobody can guess: random ones, or a keyed digest of the number. The same
    seed gives the same code; 31⁷ codes make guessing one pointless. Raises ValueError for a shorter seed.
    """
    if len(seed) < 8:
        raise ValueError("a seed has at least 8 bytes")
    left = int.from_bytes(hashlib.sha256(b"verification code\x00" + seed).digest(), "big")
    values = []
    for _ in range(_CODE_LENGTH - 1):
        left, value = divmod(left, 31)
        values.append(value)
    code = "".join(ALPHABET[value] for value in values) + _check_of(values)
    return f"{code[:4]}-{code[4:]}"


def parse_verify_code(text: str) -> str:
    """Give a verification code in its normal form, however it was typed.

    Raises NumberError: SHAPE when it is not eight characters of the alphabet, CHECK when one must be wrong.
    """
    code = _tidy(text).replace("-", "")
    if len(code) != _CODE_LENGTH or any(character not in _VALUE for character in code):
        raise NumberError(NumberFault.SHAPE)
    if code[-1] != _check_of([_VALUE[character] for character in code[:-1]]):
        raise NumberError(NumberFault.CHECK)
    return f"{code[:4]}-{code[4:]}"


class Standing(StrEnum):
    """What a certificate is worth on a day."""

    VALID = "valid"
    REVERIFYING = "reverifying"
    EXPIRED = "expired"
    REVOKED = "revoked"
    CANCELLED = "cancelled"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class CertificateDates:
    """The dates a standing follows from; `until` is the last valid day, None means without a term."""

    issued: date
    until: date | None = None
    revoked: date | None = None
    cancelled: date | None = None
    reverification_opened: date | None = None


def standing(facts: CertificateDates | None, today: date) -> Standing:
    """Give the standing of a certificate on a day; of none, or one not issued yet, UNKNOWN.

    A withdrawal counts from its own day and outweighs everything, revocation 撤销 before cancellation 注销.
    Within its term a certificate stays VALID while it is re-verified; after the term it is REVERIFYING
    as long as that is open, and EXPIRED otherwise.
    """
    if facts is None or facts.issued > today:
        return Standing.UNKNOWN
    if facts.revoked is not None and facts.revoked <= today:
        return Standing.REVOKED
    if facts.cancelled is not None and facts.cancelled <= today:
        return Standing.CANCELLED
    if facts.until is None or today <= facts.until:
        return Standing.VALID
    if facts.reverification_opened is not None and facts.reverification_opened <= today:
        return Standing.REVERIFYING
    return Standing.EXPIRED


def validity_end(issued: date, *, years: int) -> date:
    """Give the last valid day of a term of whole years.

    It is the day of the same name, as in the Civil Code 民法典 art. 201 and 202 (the first day is not counted);
    where the month lacks that day, its last one. Raises ValueError for less than a year.
    """
    if years < 1:
        raise ValueError("a term has at least one year")
    year = issued.year + years
    return date(year, issued.month, min(issued.day, calendar.monthrange(year, issued.month)[1]))


_ZH_DIGITS = "〇一二三四五六七八九"


def zh_digits(value: int) -> str:
    """Write a year digit by digit: 2026 → 二〇二六."""
    return "".join(_ZH_DIGITS[int(digit)] for digit in str(value))


def zh_number(value: int) -> str:
    """Write a number from 0 to 9999 in words as read aloud: 10 → 十, 21 → 二十一, 105 → 一百〇五.

    Raises ValueError outside that range.
    """
    if not 0 <= value <= 9999:
        raise ValueError("only numbers from 0 to 9999 are written out")
    if value == 0:
        return "〇"
    words, gap = "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = value // unit % 10
        if digit:
            words += ("〇" if gap else "") + _ZH_DIGITS[digit] + name
            gap = False
        elif words:
            gap = True
    return words.removeprefix("一") if words.startswith("一十") else words


def zh_date(value: date, *, day: bool = False) -> str:
    """Write a date as on a certificate: 二〇二六年十一月, with `day` 二〇二六年十一月二十三日."""
    text = f"{zh_digits(value.year)}年{zh_number(value.month)}月"
    return f"{text}{zh_number(value.day)}日" if day else text
