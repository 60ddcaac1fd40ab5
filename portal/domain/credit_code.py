"""The unified social credit code 统一社会信用代码: parse it, name what is wrong, compute its check characters.

Source: GB 32100-2015 (the code) and GB 11714-1997 (the organisation code inside it).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""The 31 characters of a code: digits and capital letters without I, O, S, V, Z."""

LENGTH = 18

KINDS: Mapping[str, str] = MappingProxyType(
    {
        "1": "1239",  # 机构编制: 机关, 事业单位, 中央编办直管群众团体, 其他
        "2": "123456789",  # 外交
        "3": "123456789",  # 司法行政
        "4": "123456789",  # 文化
        "5": "1239",  # 民政: 社会团体, 民办非企业单位, 基金会, 其他
        "6": "123456789",  # 旅游
        "7": "123456789",  # 宗教
        "8": "123456789",  # 工会
        "9": "123456789",  # 工商
        "A": "123456789",  # 中央军委改革和编制办公室
        "N": "123456789",  # 农业
        "Y": "123456789",  # 其他
    }
)
"""Registering authority (1st character) → permitted kinds (2nd character); kinds are checked closely only
under the two authorities that register public institutions."""

PUBLIC_PREFIXES = frozenset({"11", "12", "13", "19", "51", "81"})
"""First two characters a public institution's code usually has; a hint for a page, not a refusal."""

_VALUE = {character: value for value, character in enumerate(ALPHABET)}
_WEIGHTS = tuple(pow(3, place, 31) for place in range(17))
_INNER_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_INNER_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)


class CodeFault(StrEnum):
    """What can be wrong with a code."""

    LENGTH = "length"
    ALPHABET = "alphabet"
    AUTHORITY = "authority"
    KIND = "kind"
    DIVISION = "division"
    INNER_CHECK = "inner_check"
    OUTER_CHECK = "outer_check"


MESSAGES: Mapping[CodeFault, str] = MappingProxyType(
    {
        CodeFault.LENGTH: "A credit code has %(expected)s characters; this one has %(found)s.",
        CodeFault.ALPHABET: (
            "Character %(position)s (%(found)s) cannot occur in a credit code: the letters I, O, S, V "
            "and Z are never used."
        ),
        CodeFault.AUTHORITY: "The first character (%(found)s) names no registering authority.",
        CodeFault.KIND: "The second character (%(found)s) is no kind of body registered by this authority.",
        CodeFault.DIVISION: "Characters 3 to 8 (%(found)s) are a division code and must be digits.",
        CodeFault.INNER_CHECK: (
            "Character 17 does not fit the organisation code before it: %(expected)s was expected. "
            "Please check characters 9 to 17."
        ),
        CodeFault.OUTER_CHECK: (
            "The last character does not fit the rest: %(expected)s was expected. Please check every character."
        ),
    }
)
"""The sentence for each fault, a message id for the catalogue; fill it with the error's `values`."""


class CreditCodeError(ValueError):
    """A text is not a credit code; `fault` says why and `values` fills the sentence in MESSAGES."""

    def __init__(self, fault: CodeFault, **values: str | int) -> None:
        self.fault = fault
        self.values = values
        super().__init__(MESSAGES[fault] % values)


@dataclass(frozen=True)
class CreditCode:
    """A code that passed both checks, in its parts."""

    text: str
    authority: str
    kind: str
    division: str
    organisation: str

    @property
    def looks_public(self) -> bool:
        """Tell whether the first two characters are those of public institutions."""
        return self.text[:2] in PUBLIC_PREFIXES

    def __str__(self) -> str:
        return self.text


def normalise(text: str) -> str:
    """Give the code as it would be written: half-width capitals without spaces, hyphens or invisible marks."""
    wide = unicodedata.normalize("NFKC", text).upper()
    return "".join(
        character
        for character in wide
        if not character.isspace() and unicodedata.category(character) not in ("Pd", "Cf", "Cc")
    )


def parse(text: str) -> CreditCode:
    """Read a code; raises CreditCodeError naming the first thing that is wrong, from left to right."""
    code = normalise(text)
    if len(code) != LENGTH:
        raise CreditCodeError(CodeFault.LENGTH, expected=LENGTH, found=len(code))
    for position, character in enumerate(code, start=1):
        if character not in _VALUE:
            raise CreditCodeError(CodeFault.ALPHABET, position=position, found=character)
    if code[0] not in KINDS:
        raise CreditCodeError(CodeFault.AUTHORITY, found=code[0])
    if code[1] not in KINDS[code[0]]:
        raise CreditCodeError(CodeFault.KIND, found=code[1])
    if not code[2:8].isdigit():
        raise CreditCodeError(CodeFault.DIVISION, found=code[2:8])
    if code[16] != (expected := org_check(code[8:16])):
        raise CreditCodeError(CodeFault.INNER_CHECK, expected=expected)
    if code[17] != (expected := check_character(code[:17])):
        raise CreditCodeError(CodeFault.OUTER_CHECK, expected=expected)
    return CreditCode(code, code[0], code[1], code[2:8], code[8:17])


def is_valid(text: str) -> bool:
    """Tell whether a text is a credit code."""
    try:
        parse(text)
    except CreditCodeError:
        return False
    return True


def check_character(first17: str) -> str:
    """Give the 18th character: (31 − Σ value·3^(i−1)) mod 31. GB 32100-2015, clause 4 and annex.

    Raises ValueError unless `first17` is 17 characters of the alphabet.
    """
    if len(first17) != 17 or any(character not in _VALUE for character in first17):
        raise ValueError("17 characters of the code's alphabet are needed")
    total = sum(_VALUE[character] * weight for character, weight in zip(first17, _WEIGHTS, strict=True))
    return ALPHABET[-total % 31]


def org_check(first8: str) -> str:
    """Give the organisation code's check character: 11 − Σ value·weight mod 11, 10 → X, 11 → 0.

    Raises ValueError unless `first8` is 8 digits or capital letters.
    """
    if len(first8) != 8 or any(character not in _INNER_ALPHABET for character in first8):
        raise ValueError("8 digits or capital letters are needed")
    total = sum(
        _INNER_ALPHABET.index(character) * weight for character, weight in zip(first8, _INNER_WEIGHTS, strict=True)
    )
    rest = 11 - total % 11
    return {10: "X", 11: "0"}.get(rest, str(rest))


def compose(*, authority: str, kind: str, division: str, organisation: str) -> CreditCode:
    """Build a code from its parts and the first eight characters of the organisation code.

    Raises CreditCodeError or ValueError for parts that no code can have.
    """
    first17 = f"{authority}{kind}{division}{organisation}{org_check(organisation)}"
    return parse(first17 + check_character(first17))
