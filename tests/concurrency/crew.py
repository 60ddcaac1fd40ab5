"""Processes of their own that do a deed at the same instant: each has its own app and its own connections.

`python -m tests.concurrency.crew` is one of them: a line of JSON in names a deed of `deeds.py`, its arguments and the
moment; a line of JSON out says what became of it.
"""

import json
import subprocess
import sys
import time
import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import close_all_sessions

HEAD_START = 0.03


@dataclass(frozen=True)
class Came:
    """What became of one deed: `how` is done, refused or failed; `what` its answer, or the name of the refusal; `words`."""

    how: str
    what: Any
    words: str = ""


class Crew:
    """So many processes, kept for the run."""

    def __init__(self, settings: dict[str, Any], size: int) -> None:
        self.hands = [subprocess.Popen([sys.executable, "-m", "tests.concurrency.crew"], stdin=subprocess.PIPE,
                                       stdout=subprocess.PIPE, text=True) for _n in range(size)]
        for one in self.hands:
            self._say(one, settings)
        for one in self.hands:
            assert self._hear(one).how == "done"

    def at_once(self, *deeds: tuple[str, dict[str, Any]]) -> list[Came]:
        """Each deed by a process of its own, all at the same instant; in their order, what became of each."""
        return self.at_once_several([[one] for one in deeds])

    def at_once_several(self, deeds: Sequence[Sequence[tuple[str, dict[str, Any]]]]) -> list[Came]:
        """As `at_once`, but each process does several deeds one after another."""
        hands, moment = self.hands[:len(deeds)], time.monotonic() + HEAD_START
        assert len(hands) == len(deeds)
        for hand, own in zip(hands, deeds, strict=True):
            self._say(hand, {"deeds": own, "at": moment})
        return [self._hear(hand) for hand, own in zip(hands, deeds, strict=True) for _one in own]

    def dismiss(self) -> None:
        """Let everybody go home."""
        for one in self.hands:
            assert one.stdin and one.stdout
            one.stdin.close()
        for one in self.hands:
            one.wait(20)
            assert one.stdout
            one.stdout.close()

    @staticmethod
    def _say(hand: "subprocess.Popen[str]", what: dict[str, Any]) -> None:
        assert hand.stdin
        hand.stdin.write(json.dumps(what) + "\n")
        hand.stdin.flush()

    @staticmethod
    def _hear(hand: "subprocess.Popen[str]") -> Came:
        assert hand.stdout
        line = hand.stdout.readline()
        assert line, f"a process of the crew ended ({hand.poll()})"
        return Came(**json.loads(line))


def words_of(error: Exception) -> tuple[str, str]:
    """Whether an error is a refusal in words, and the words."""
    from portal.domain.assignment import ConflictOfInterest
    from portal.domain.refusal import Refused
    from portal.domain.workflow import ActionNotAllowed

    if isinstance(error, Refused):
        return "refused", str(error.sentence)
    if isinstance(error, ActionNotAllowed | ConflictOfInterest):
        return "refused", str(error)
    return "failed", traceback.format_exc()[-3000:]


def main() -> None:
    """Do what comes in until nothing comes any more."""
    from pathlib import Path

    from portal import settings as settings_module
    from portal.app import create_app
    from portal.db import db

    given = json.loads(sys.stdin.readline())
    app = create_app(settings_module.read({}, **(given | {"data": Path(given["data"])})))
    from tests.concurrency import deeds

    def tell(**came: Any) -> None:
        print(json.dumps(came, ensure_ascii=False), flush=True)

    tell(how="done", what=None)
    for line in sys.stdin:
        asked = json.loads(line)
        time.sleep(max(0.0, asked["at"] - time.monotonic()))
        for name, args in asked["deeds"]:
            with app.test_request_context():
                try:
                    tell(how="done", what=getattr(deeds, name)(**args))
                except Exception as error:
                    how, words = words_of(error)
                    tell(how=how, what=type(error).__name__, words=words)
                finally:
                    db.session.rollback()
                    db.session.remove()
    close_all_sessions()
    with app.app_context():
        db.engine.dispose()


if __name__ == "__main__":
    main()
