"""What is wrong with figures that cannot be scored: a path, a code, and the sentence in both languages."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from portal.domain.wording import Phrase

MISTAKES: dict[str, Phrase] = {
    "object": Phrase("must be an object", "应为对象"),
    "unknown": Phrase("is unknown; allowed: %(allowed)s", "没有这个键；可用：%(allowed)s"),
    "choice": Phrase("must be one of %(allowed)s", "应为其中之一：%(allowed)s"),
    "flag": Phrase("must be true or false", "应为 true 或 false"),
    "number": Phrase("must be a number", "应为数字"),
    "range": Phrase("must be between 0 and %(most)s", "应在 0 至 %(most)s 之间"),
    "step": Phrase("must be a multiple of %(step)s", "应为 %(step)s 的整数倍"),
    "part": Phrase("must not exceed %(whole)s", "不得大于 %(whole)s"),
    "scored": Phrase("%(item)s must be scored", "%(item)s 没有不评分的情形"),
    "na-points": Phrase("must be absent when na is true", "na 为 true 时不得填写"),
    "other-type": Phrase("is not an item for the type %(type)s", "不是类型 %(type)s 的评价项目"),
    "no-item": Phrase("is not an item of %(edition)s", "不是 %(edition)s 的评价项目"),
}


@dataclass(frozen=True, slots=True)
class InputMistake:
    """One refused value: its path ("answers.T1.counts.unit_total"), a code of MISTAKES and its values."""

    path: str
    code: str
    values: tuple[tuple[str, str], ...] = ()

    def say(self, language: str = "en") -> str:
        """What is wrong, in a few words that follow the path."""
        return MISTAKES[self.code].say(language, dict(self.values))

    @property
    def message(self) -> str:
        """What is wrong, in English."""
        return self.say()


class InputErrors(ValueError):
    """Input that cannot be scored; `mistakes` names every error, not only the first."""

    def __init__(self, mistakes: Iterable[InputMistake]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__("\n".join(f"{m.path}: {m.message}" for m in self.mistakes))


def mistake(path: str, code: str, **values: object) -> InputMistake:
    """One mistake; texts that came from outside are kept printable."""
    said = tuple((name, printable(str(value))) for name, value in values.items())
    return InputMistake(printable(path), code, said)


def printable(text: str) -> str:
    """A text that any encoder takes: halves of characters (lone surrogates) are spelled out."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
