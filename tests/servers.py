"""Real servers that tests start and stop: PostgreSQL on a private socket, SMTP on a free port."""

import getpass
import glob
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller

from tests.conftest import missing


def _pg(program: str) -> str:
    found = shutil.which(program) or next(iter(sorted(glob.glob(f"/usr/lib/postgresql/*/bin/{program}"), reverse=True)), "")
    if not found:
        missing(f"PostgreSQL's {program}")
    return found


def free_port() -> int:
    """A port on loopback that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Cluster:
    """A PostgreSQL server of our own with one database `portal`; it can be stopped and started under whoever uses it."""

    def __init__(self, folder: str) -> None:
        # PostgreSQL refuses to run as root; Debian's package brings the user `postgres`.
        self._as_user = ["runuser", "-u", "postgres", "--"] if getpass.getuser() == "root" else []
        if self._as_user:
            shutil.chown(folder, "postgres")
        self._folder, self._data, port = folder, os.path.join(folder, "data"), free_port()
        self._options = f"-c listen_addresses=127.0.0.1 -p {port} -k {folder} -c fsync=off -c full_page_writes=off"
        self.url = f"postgresql://portal@127.0.0.1:{port}/portal"
        self._run(_pg("initdb"), "-D", self._data, "-U", "portal", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8")
        self.start()
        self._run(_pg("createdb"), "-h", "127.0.0.1", "-p", str(port), "-U", "portal", "portal")

    def _run(self, *words: str) -> None:
        subprocess.run([*self._as_user, *words], check=True, capture_output=True, cwd="/")

    def start(self) -> None:
        """Start it and wait until it takes connections."""
        self._run(_pg("pg_ctl"), "-D", self._data, "-w", "-l", os.path.join(self._folder, "log"), "-o", self._options, "start")

    def stop(self) -> None:
        """Stop it at once, as a crash would; what was committed is recovered at the next start."""
        self._run(_pg("pg_ctl"), "-D", self._data, "-m", "immediate", "stop")


@contextmanager
def cluster() -> Iterator[Cluster]:
    """A fresh cluster; everything of it is removed at the end."""
    folder = tempfile.mkdtemp(prefix="pg-")
    made = Cluster(folder)
    try:
        yield made
    finally:
        with suppress(subprocess.CalledProcessError):  # stopped already
            made.stop()
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def postgresql() -> Iterator[str]:
    """The URL of a fresh cluster's database."""
    with cluster() as made:
        yield made.url


class MailServer:
    """A real SMTP server that keeps what it was sent."""

    def __init__(self) -> None:
        self.received: list[EmailMessage] = []
        self.refused: set[str] = set()
        """Addresses that it does not know."""
        self.port = free_port()
        self.controller = Controller(self, hostname="127.0.0.1", port=self.port)

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:
        """Take an address unless it is unknown here."""
        if address in self.refused:
            return "550 no such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        """Keep one mail."""
        self.received.append(message_from_bytes(envelope.content, policy=policy.default))  # type: ignore[arg-type]
        return "250 OK"

    def __enter__(self) -> "MailServer":
        self.controller.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.controller.stop()
