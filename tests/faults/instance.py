"""A real instance as a process group of its own: started, killed as a whole, started again; its world made beside it."""

import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO

from flask import Flask
from flask_migrate import upgrade

from portal import clock, outbox, pades
from portal import settings as settings_module
from portal.app import create_app
from portal.db import db
from tests.servers import free_port, postgresql

UP_WITHIN = 120


class Instance:
    """`portal serve` under these settings; `app` sees the same data from outside, for makers and for checks."""

    def __init__(self, chosen: dict[str, str], log: Path) -> None:
        self.chosen, self.log = chosen, log
        self.port = int(chosen["PORT"])
        self.url = f"http://127.0.0.1:{self.port}"
        self.app: Flask = create_app(settings_module.read(chosen))
        self.process: subprocess.Popen[bytes] | None = None
        self.output: IO[bytes] = log.open("ab")

    def start(self, **more: str) -> float:
        """Start it and wait until it answers; gives the seconds that took."""
        began = time.monotonic()
        self.process = subprocess.Popen([sys.executable, "-m", "portal.cli", "serve"], env={**os.environ, **self.chosen, **more},
                                        start_new_session=True, stdout=self.output, stderr=self.output)
        while time.monotonic() - began < UP_WITHIN:
            assert self.process.poll() is None, f"the portal ended: {self.told()[-2000:]}"
            if self.answers():
                return time.monotonic() - began
            time.sleep(0.03)
        raise AssertionError(f"the portal does not answer: {self.told()[-2000:]}")

    def answers(self) -> bool:
        """Whether anybody answers, well or not."""
        try:
            urllib.request.urlopen(self.url + "/healthz", timeout=2).close()
        except urllib.error.HTTPError as error:
            error.close()
        except OSError:
            return False
        return True

    def kill(self) -> None:
        """SIGKILL to every process of the group at once; returns when none is left."""
        assert self.process is not None
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        while alive(self.process.pid):
            time.sleep(0.01)
        self.process = None

    def stop(self) -> None:
        """As a service manager stops it."""
        if self.process is not None:
            self.process.terminate()
            try:
                self.process.wait(40)
            except subprocess.TimeoutExpired:
                self.kill()
            self.process = None

    def told(self) -> str:
        """Everything that its processes wrote."""
        return self.log.read_text("utf-8", "replace")


def alive(group: int) -> bool:
    """Whether any process of a group still runs; one that only waits to be forgotten by the system does not count."""
    for one in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _parent, its_group = one.read_text().rpartition(")")[2].split()[:3]
        except OSError:
            continue
        if int(its_group) == group and state not in "ZX":
            return True
    return False


@contextmanager
def instance(database: str, folder: Path | None = None, **chosen: str) -> Iterator[Instance]:
    """A migrated instance on `sqlite` or `postgresql`, not started yet, with a key that signs; inside its app's context."""
    with ExitStack() as stack:
        data = folder or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="portal-faults-")))
        if database == "postgresql" and "DATABASE_URL" not in chosen:
            chosen["DATABASE_URL"] = stack.enter_context(postgresql())
        # making an app connects the outbox to its queue: afterwards it is again that of whoever runs these tests
        stack.callback(outbox._deliver.__setitem__, slice(None), list(outbox._deliver))
        key = data / "signing.p12"
        key.write_bytes(pades.make("示例单位", "示例", passphrase="", moment=clock.now()))
        log = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="portal-faults-log-"))) / "log"
        made = Instance({"DATA": str(data), "SECRET_KEY": "only for tests of faults", "SIGN_IN_LIMIT": "100000 per minute",
                         "PORT": str(free_port()), "SIGNING_KEY": str(key), "MAIL_FROM": "portal@example.invalid", **chosen}, log)
        stack.callback(made.output.close)
        stack.callback(made.stop)
        with made.app.app_context():
            upgrade()
            try:
                yield made
            finally:
                db.session.remove()
                db.engine.dispose()
