"""What a visitor asks of the list: words, and choices among schemes, places, types, years and standings."""

import unicodedata
from dataclasses import dataclass, field, replace
from typing import Self

from werkzeug.datastructures import MultiDict

from portal import editions
from portal.domain.certificate import NumberError, Standing, parse
from portal.domain.scheme import InstitutionType

LISTED = (Standing.VALID, Standing.REVERIFYING, Standing.EXPIRED, Standing.REVOKED, Standing.CANCELLED)
FACETS = ("scheme", "status", "type", "division", "year")
LONGEST = 60


@dataclass(frozen=True)
class Wanted:
    """The search as understood: unknown choices are left out, so that an old link still answers."""

    words: str = ""
    chosen: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def read(cls, args: MultiDict[str, str]) -> Self:
        """The search in an address; `q` in any width, each choice as often as it is made."""
        known = {"scheme": {one.id for one in editions.every()}, "status": {one.value for one in LISTED},
                 "type": {one.value for one in InstitutionType}}
        chosen = {}
        for name in FACETS:
            values = tuple(dict.fromkeys(value for value in args.getlist(name) if fits(name, value, known)))
            if values:
                chosen[name] = values
        words = " ".join(unicodedata.normalize("NFKC", args.get("q", "")).replace("\0", "").split())
        return cls(words[:LONGEST], chosen)

    @property
    def terms(self) -> tuple[str, ...]:
        """The words, each of which must be found."""
        return tuple(self.words.split())

    @property
    def number(self) -> str | None:
        """The certificate number that the words are, in its normal form."""
        try:
            return parse(self.words).text
        except NumberError:
            return None

    def args(self, **more: object) -> dict[str, object]:
        """The search as the arguments of an address."""
        chosen = {name: list(values) for name, values in self.chosen.items()}
        return ({"q": self.words} if self.words else {}) | chosen | more

    def without(self, name: str, value: str | None = None) -> Self:
        """The same search with one choice, or all of one kind, taken back; `q` takes back the words."""
        if name == "q":
            return replace(self, words="")
        left = tuple(one for one in self.chosen.get(name, ()) if value is not None and one != value)
        rest = {kind: values for kind, values in self.chosen.items() if kind != name}
        return replace(self, chosen=rest | ({name: left} if left else {}))

    def picked(self) -> list[tuple[str, str]]:
        """Every choice made, as (kind, value)."""
        return [(name, value) for name, values in self.chosen.items() for value in values]


def fits(name: str, value: str, known: dict[str, set[str]]) -> bool:
    """Whether a choice can exist at all."""
    if name in known:
        return value in known[name]
    if name == "year":
        return value.isascii() and value.isdigit() and len(value) == 4
    return value.isascii() and value.isalnum() and len(value) == 6
