"""Slips of the hand: what a mistyped number or code may have been meant to be, offered to be compared, never assumed.

Nothing here asks the database: a suggestion only means that its check character fits.
"""

import itertools
import re
import unicodedata
from collections.abc import Iterable, Iterator

from portal.domain.certificate import ALPHABET, NumberError, parse, parse_verify_code

# What each character is taken for when read from paper: first characters that are never printed, then look-alikes.
NEVER = {"O": "0", "I": "1", "S": "5", "Z": "2", "V": "UY"}
ALIKE = {"0": "DQ", "1": "L7", "2": "7", "5": "6", "6": "G5", "7": "1", "8": "B3", "B": "8", "D": "0", "G": "6",
         "L": "1", "Q": "0", "U": "V", "C": "G", "E": "F", "F": "E", "M": "N", "N": "M", "P": "R", "R": "P", "3": "8"}
MOST = 3
_LOOSE = re.compile(r"(?P<words>\D*?[^\W\d_A-Z])[^\w]*(?P<year>[0-9A-Z]{4})[^\w]*第?[^\w]*"
                    r"(?P<serial>[0-9A-Z]{4})[^\w]*(?P<check>[0-9A-Z])[^\w]*号?")
_AS_DIGIT = str.maketrans({"O": "0", "D": "0", "Q": "0", "I": "1", "L": "1", "Z": "2", "S": "5", "B": "8"})


def suggestions(asked: str) -> list[str]:
    """At most three numbers or codes that differ by slips of the hand and whose check character fits."""
    plain = unicodedata.normalize("NFKC", asked).upper()
    found = dict.fromkeys(itertools.chain(_numbers(plain), _codes(plain)))
    return list(itertools.islice(found, MOST))


def _numbers(plain: str) -> Iterator[str]:
    """Certificate numbers with the brackets or the hyphen left out, or with letters for digits."""
    match = _LOOSE.fullmatch(plain.strip())
    if match is None:
        return
    year, serial = (match[part].translate(_AS_DIGIT) for part in ("year", "serial"))
    for check in (match["check"], *_read_as(match["check"])):
        number = f"{match['words']}〔{year}〕{serial}-{check}"
        try:
            yield parse(number).text
        except NumberError:
            continue


def _codes(plain: str) -> Iterator[str]:
    """Verification codes: characters that are never printed replaced, then at most one look-alike."""
    code = "".join(one for one in plain if one.isascii() and one.isalnum())
    if len(code) != 8 or len(code) != len(re.sub(r"[\W_]", "", plain)):
        return
    printed = (one if one in ALPHABET else NEVER.get(one, "") for one in code)
    bases = ["".join(one) for one in itertools.product(*printed)]
    yield from _fitting(bases)
    for base in bases:
        yield from _fitting(base[:at] + other + base[at + 1:]
                            for at, one in enumerate(base) for other in _read_as(one) if other in ALPHABET)


def _read_as(character: str) -> str:
    return NEVER.get(character, "") + ALIKE.get(character, "")


def _fitting(codes: Iterable[str]) -> Iterator[str]:
    for code in codes:
        try:
            yield parse_verify_code(code)
        except NumberError:
            continue
