"""What `portal serve` started is started again when it is killed, and ends with it when it is killed itself."""

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults.instance import alive, instance

pytestmark = pytest.mark.usefixtures("once")


def children(of: int) -> list[int]:
    """The processes that one has started and that still run."""
    found = []
    for one in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, parent = one.read_text().rpartition(")")[2].split()[:2]
        except OSError:
            continue
        if int(parent) == of and state not in "ZX":
            found.append(int(one.parent.name))
    return sorted(found)


def eventually(what: Callable[[], bool]) -> None:
    """It becomes so within half a minute."""
    until = time.monotonic() + 30
    while not what():
        assert time.monotonic() < until
        time.sleep(0.05)


def test_killed_children_are_started_again_and_none_outlives_the_portal() -> None:
    with instance("sqlite", WORKERS="1") as at:
        at.start()
        assert at.process is not None
        portal = at.process.pid
        web = next(one for one in children(portal) if children(one))
        worker = next(one for one in children(portal) if one != web)
        os.kill(worker, signal.SIGKILL)
        eventually(lambda: len(children(portal)) == 2 and worker not in children(portal))
        assert at.answers()
        os.kill(web, signal.SIGKILL)
        eventually(lambda: len(children(portal)) == 2 and web not in children(portal))
        eventually(at.answers)
        assert at.told().count("started again") == 2
        # only the portal's own process is killed: the others give the port up, so that it can be started again
        at.process.kill()
        at.process.wait()
        eventually(lambda: not alive(portal))
        at.start()
