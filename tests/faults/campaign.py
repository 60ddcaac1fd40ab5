"""Kill, start again, go on, look: so many repetitions on one database, each counted with where the kill hit."""

import random
import time
from collections import Counter
from dataclasses import dataclass, field
from statistics import median
from threading import Thread
from typing import Any

from portal import clock, uploads
from portal.db import db
from tests.faults import invariants
from tests.faults.cast import Cast
from tests.faults.deeds import Deed
from tests.faults.desks import HandIn, Issue, IssueMany, Publish, Seal, SealLast, Withdraw
from tests.faults.instance import Instance, instance
from tests.faults.invariants import Mark
from tests.faults.sending import InPieces, Plain, left_aside
from tests.faults.visitor import CutOff
from tests.servers import MailServer

DEEDS: tuple[type[Deed], ...] = (InPieces, Plain, HandIn, Seal, SealLast, Issue, IssueMany, Publish, Withdraw)
AT_ONCE = 2
FIRST_GUESS = 1.0
"""Seconds that a deed is thought to take until it was seen to the end once."""
BEYOND = 1.15
"""Up to how many times its usual length a deed may be killed: a part of the kills falls after its end."""
CALM_WITHIN = 90
BEFORE_LOST, BEFORE_KEPT, AFTER = "before the answer, not done", "before the answer, done", "after the answer"


@dataclass
class Tally:
    """What was counted on one database."""

    database: str
    seed: int
    kills: int = 0
    hits: dict[str, Counter[str]] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    restarts: list[float] = field(default_factory=list)
    rounds: list[float] = field(default_factory=list)
    left: int = 0
    repeats: int = 0
    events: int = 0
    files: int = 0

    def rows(self) -> list[dict[str, Any]]:
        """One row a deed: kills that met it and where, what was violated."""
        return [{"deed": kind.name, "kills": sum(self.hits[kind.name][where] for where in (BEFORE_LOST, BEFORE_KEPT, AFTER)),
                 **{where: self.hits[kind.name][where] for where in (BEFORE_LOST, BEFORE_KEPT, AFTER)},
                 "violations": self.hits[kind.name]["violations"]} for kind in DEEDS if kind.name in self.hits]

    def report(self) -> dict[str, Any]:
        """Everything as JSON."""
        return {"database": self.database, "seed": self.seed, "kills": self.kills, "deeds": self.rows(), "violations": self.faults,
                "restart_seconds": round(median(self.restarts), 2), "repetition_seconds": round(median(self.rounds), 2),
                "half_written_and_swept": self.left, "mails_repeated": self.repeats, "events": self.events, "files": self.files}


class Campaign:
    """One database under fire."""

    def __init__(self, at: Instance, mails: MailServer, tally: Tally) -> None:
        self.at, self.mails, self.tally = at, mails, tally
        self.source = random.Random(f"{tally.seed} {tally.database}")
        self.cast, self.seen, self.lengths = Cast(), Mark.now(), dict.fromkeys(DEEDS, FIRST_GUESS)

    def run(self, kills: int, first: int, say: Any) -> None:
        """Repeat; the deed that a kill aims at goes round from the `first` on, another is under way beside it."""
        self.tally.restarts.append(self.at.start())
        for number in range(first, first + kills):
            aimed = DEEDS[number % len(DEEDS)]
            others = self.source.sample([one for one in DEEDS if one is not aimed], AT_ONCE - 1)
            began = time.monotonic()
            faults = self.repetition([aimed, *others])
            self.tally.rounds.append(time.monotonic() - began)
            self.tally.faults += [f"{self.tally.database}, kill {self.tally.kills}: {one}" for one in faults]
            say(self.tally, faults)
        self.at.stop()
        self.tally.faults += self.afterwards()

    def repetition(self, kinds: list[type[Deed]]) -> list[str]:
        """One kill in the middle of these, and everything that has to hold after it."""
        deeds = [kind(self.at, self.cast, self.source.randrange(10 ** 9)) for kind in kinds]
        for one in deeds:
            one.enter()
        ways = [Thread(target=self.way, args=(one,)) for one in deeds]
        moment = self.source.random() * BEYOND * self.lengths[kinds[0]]
        for way in ways:
            way.start()
        time.sleep(moment)
        self.at.kill()
        for way in ways:
            way.join()
        self.tally.kills += 1
        found = [(one, AFTER if one.answered else BEFORE_KEPT if one.kept() else BEFORE_LOST) for one in deeds]
        for one in deeds:
            one.holds(not one.answered or one.kept(), "was acknowledged and is not there")
        self.tally.restarts.append(self.at.start())
        for one in deeds:
            self.go_on(one)
        everything = [] if self.calm() else [f"jobs do not end: {invariants.under_way()} wait"]
        for one, where in found:
            one.check()
            count = self.tally.hits.setdefault(one.name, Counter())
            count[where] += 1
            count["violations"] += len(one.faults)
            everything += one.faults
        everything += invariants.broken(self.seen, self.mails.received)
        self.seen = Mark.now()
        return everything

    def way(self, deed: Deed) -> None:
        """A deed as far as it gets; one that gets to its end says how long they take."""
        began = time.monotonic()
        try:
            deed.do()
            deed.follow()
        except CutOff:
            return
        except Exception as error:
            deed.faults.append(f"{deed.name}: {type(error).__name__}: {error}")
        if self.at.process is not None:
            self.lengths[type(deed)] = (self.lengths[type(deed)] + time.monotonic() - began) / 2

    def go_on(self, deed: Deed) -> None:
        """The person sees the portal come back."""
        try:
            deed.again()
        except (CutOff, ValueError, KeyError) as error:
            deed.faults.append(f"{deed.name}, gone on with: {type(error).__name__}: {error}")

    def calm(self) -> bool:
        """Wait until the worker has caught up."""
        until = time.monotonic() + CALM_WITHIN
        while invariants.under_way():
            if time.monotonic() > until:
                return False
            time.sleep(0.1)
        return True

    def afterwards(self) -> list[str]:
        """At the end: every file once more, what lay half written is swept by age, no process wrote of a fault."""
        faults = [f"at the end: {one}" for one in invariants.broken(
            Mark(dict.fromkeys(self.seen.rows, 0), 0), self.mails.received)]
        folder = self.at.app.config["PORTAL"].uploads_folder
        self.tally.left = len(left_aside(folder))
        with clock.pretending(clock.now() + 2 * uploads.LEFT):
            uploads.sweep()
        faults += [f"at the end: {one} is left half written" for one in left_aside(folder)]
        told = self.at.told()
        if "Traceback" in told:
            faults.append("at the end: a traceback in the log: " + told[told.index("Traceback"):][:3000])
        self.tally.repeats = invariants.repeats(self.mails.received)
        self.tally.events, self.tally.files = self.seen.events, sum(self.seen.rows[kind] for kind in invariants.STORED)
        return faults


def run(database: str, *, kills: int, seed: int, first: int = 0, say: Any = lambda *_: None) -> Tally:
    """A campaign of its own on a fresh instance; the kills aim at the deeds in turn, at the `first` first."""
    tally = Tally(database, seed)
    with MailServer() as mails, instance(database, MAIL_HOST="127.0.0.1", MAIL_PORT=str(mails.port)) as at:
        Campaign(at, mails, tally).run(kills, first, say)
        db.session.rollback()
    return tally
