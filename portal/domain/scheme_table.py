"""Reading one table of a criteria file: typed keys, and a note of every mistake with its place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any, TypeVar

E = TypeVar("E", bound=StrEnum)
_MISSING: Any = object()
LONGEST = 40
"""Signs in a number and digits after its point: far beyond any figure that is reported."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """One wrong value: where it stands, what is wrong, what is allowed."""

    file: str
    section: str
    item: str
    key: str
    wrong: str
    allowed: str

    def line(self) -> str:
        """"water-saving-2013.toml · technical · T2 · points: 9 — allowed: 8"."""
        place = " · ".join(part for part in (self.file, self.section, self.item) if part)
        return f"{place} · {self.key}: {self.wrong} — allowed: {self.allowed}"


class SchemeErrors(ValueError):
    """A criteria file that cannot be used; `mistakes` lists all that is wrong with it."""

    def __init__(self, mistakes: Iterable[Mistake]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__("\n".join(m.line() for m in self.mistakes))


def choice(values: Iterable[str]) -> str:
    """Allowed words as a reader sees them."""
    return " | ".join(values)


class Table:
    """A TOML table that is read key by key; `close` reports the keys nobody asked for.

    Every reading returns a usable value even after a mistake, so that one pass finds them all.
    """

    def __init__(
        self,
        values: Any,
        *,
        file: str,
        mistakes: list[Mistake],
        section: str = "",
        item: str = "",
    ) -> None:
        self._values: Mapping[str, Any] = values if isinstance(values, Mapping) else {}
        self._file, self._section, self._item = file, section, item
        self._mistakes = mistakes
        self._read: set[str] = set()

    def wrong(self, key: str, value: object, allowed: str) -> None:
        """Note a mistake at this table's place."""
        self.wrong_at(self._section, self._item, key, value, allowed)

    def wrong_at(self, section: str, item: str, key: str, value: object, allowed: str) -> None:
        """Note a mistake at another place of the same file."""
        self._mistakes.append(Mistake(self._file, section, item, key, str(value), allowed))

    def has(self, key: str) -> bool:
        """Whether the table has the key, which is known from now on."""
        self._read.add(key)
        return key in self._values

    def names(self) -> tuple[str, ...]:
        """The keys that the file gives."""
        return tuple(self._values)

    def close(self) -> None:
        """Report unknown keys, after all known ones were read."""
        for key in self._values:
            if key not in self._read:
                self.wrong(key, "unknown key", choice(sorted(self._read)))

    def _get(self, key: str, default: Any, expected: str) -> Any:
        self._read.add(key)
        if key in self._values:
            return self._values[key]
        if default is _MISSING:
            self.wrong(key, "missing", expected)
            return None
        return default

    def text(self, key: str, default: str = _MISSING) -> str:
        """A text; without a default it must be there and not be empty."""
        value = self._get(key, default, "text")
        if value is None:
            return ""
        if not isinstance(value, str) or (default is _MISSING and not value.strip()):
            self.wrong(key, repr(value), "text")
            return ""
        return value.strip()

    def texts(self, key: str, default: tuple[str, ...] = _MISSING) -> tuple[str, ...]:
        """A list of texts; without a default at least one."""
        value = self._get(key, default, "list of texts")
        if value is None:
            return ()
        good = isinstance(value, (list, tuple)) and all(isinstance(v, str) for v in value)
        if not good or (default is _MISSING and not value):
            self.wrong(key, repr(value), "list of texts")
            return ()
        return tuple(value)

    def flag(self, key: str, default: bool = _MISSING) -> bool:
        """true or false."""
        value = self._get(key, default, "true | false")
        if value is not None and not isinstance(value, bool):
            self.wrong(key, repr(value), "true | false")
        return value is True

    def integer(self, key: str, default: int = _MISSING, *, least: int) -> int:
        """A whole number of at least `least`."""
        value = self._get(key, default, f"whole number ≥ {least}")
        if value is None:
            return least
        if isinstance(value, bool) or not isinstance(value, int) or value < least:
            self.wrong(key, repr(value), f"whole number ≥ {least}")
            return least
        return value

    def decimal(
        self,
        key: str,
        default: str = _MISSING,
        *,
        least: str | None = None,
        above: str | None = None,
        most: str | None = None,
    ) -> Decimal:
        """A number, written as a number or (for exact fractions) as text."""
        bounds = [f"≥ {least}" if least else "", f"> {above}" if above else "",
                  f"≤ {most}" if most else ""]
        allowed = " ".join(["number", *filter(None, bounds)])
        value = self._get(key, default, allowed)
        if value is None:
            return Decimal()
        number = as_decimal(value)
        if (
            number is None
            or (least is not None and number < Decimal(least))
            or (above is not None and number <= Decimal(above))
            or (most is not None and number > Decimal(most))
        ):
            self.wrong(key, repr(value), allowed)
            return Decimal()
        return number

    def one_of(self, key: str, allowed: Iterable[str], default: str = _MISSING) -> str:
        """One of some words."""
        words = tuple(allowed)
        value = self._get(key, default, choice(words))
        if value is None:
            return words[0]
        if value not in words and value != default:
            self.wrong(key, repr(value), choice(words))
            return words[0]
        return str(value)

    def enum(self, key: str, kind: type[E], default: str = _MISSING) -> E:
        """One of an enum's values."""
        return kind(self.one_of(key, tuple(kind), default))

    def choices(self, key: str, allowed: Iterable[str]) -> tuple[str, ...]:
        """Some of some words, at least one, none twice."""
        words = tuple(allowed)
        found = self.texts(key)
        for value in found:
            if value not in words:
                self.wrong(key, repr(value), choice(words))
        if len(set(found)) != len(found):
            self.wrong(key, repr(list(found)), "each once")
        return tuple(v for v in found if v in words)

    def enums(self, key: str, kind: type[E]) -> tuple[E, ...]:
        """Some of an enum's values."""
        return tuple(kind(v) for v in self.choices(key, tuple(kind)))

    def pattern(self, key: str, **example: object) -> str:
        """A format text whose fields are the example's and that uses every one of them."""
        value = self.text(key)
        allowed = "text with " + ", ".join("{" + name + "}" for name in example)
        try:
            value.format(**example)
        except (AttributeError, KeyError, IndexError, TypeError, ValueError):
            self.wrong(key, repr(value), allowed)
            return value
        if value and not all("{" + name in value for name in example):
            self.wrong(key, repr(value), allowed)
        return value

    def table(self, key: str) -> Table:
        """A table inside this one; its place is the key when this one is the whole file."""
        value = self._get(key, _MISSING, "table")
        if value is not None and not isinstance(value, Mapping):
            self.wrong(key, repr(value), "table")
        return Table(
            value, file=self._file, mistakes=self._mistakes,
            section=self._section or key, item=self._item,
        )

    def tables(
        self, key: str, level: str, *, section: str | None = None, needed: bool = True
    ) -> list[Table]:
        """A list of tables; `level` says whether their ids name a "section", an "item" or "" ."""
        value = self._get(key, _MISSING if needed else (), "list of tables")
        if value is None:
            return []
        if not isinstance(value, (list, tuple)) or not all(isinstance(v, Mapping) for v in value):
            self.wrong(key, repr(value), "list of tables")
            return []
        found = []
        for number, one in enumerate(value, start=1):
            name = str(one.get("id", f"{key} {number}"))
            found.append(
                Table(
                    one,
                    file=self._file,
                    mistakes=self._mistakes,
                    section=name if level == "section" else (section or self._section),
                    item=name if level == "item" else self._item,
                )
            )
        return found


def as_decimal(value: object) -> Decimal | None:
    """A finite Decimal from a number or a decimal text; None for anything else.

    Figures of absurd length or exponent are refused too: exact arithmetic on 1e-999999 would
    keep a processor busy for minutes.
    """
    if isinstance(value, bool) or not isinstance(value, (int, float, str, Decimal)):
        return None
    try:
        text = str(value).strip()
        if len(text) > LONGEST or "_" in text:
            return None
        number = Decimal(text)
    except (InvalidOperation, ValueError):
        return None
    exponent = number.as_tuple().exponent
    if not isinstance(exponent, int) or abs(exponent) > LONGEST:
        return None
    return number if number else Decimal()
