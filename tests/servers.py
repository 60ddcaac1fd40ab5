"""Real servers that tests start and stop: PostgreSQL on a private socket, SMTP on a free port."""

import getpass
import glob
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
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


@contextmanager
def postgresql() -> Iterator[str]:
    """A fresh PostgreSQL cluster with one database `portal`; gives its URL and removes everything at the end."""
    folder = tempfile.mkdtemp(prefix="pg-")
    # PostgreSQL refuses to run as root; Debian's package brings the user `postgres`.
    as_user = ["runuser", "-u", "postgres", "--"] if getpass.getuser() == "root" else []
    if as_user:
        shutil.chown(folder, "postgres")
    data, port = os.path.join(folder, "data"), free_port()
    run = lambda *words: subprocess.run([*as_user, *words], check=True, capture_output=True, cwd="/")  # noqa: E731
    run(_pg("initdb"), "-D", data, "-U", "portal", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8")
    run(_pg("pg_ctl"), "-D", data, "-w", "-l", os.path.join(folder, "log"), "-o",
        f"-c listen_addresses=127.0.0.1 -p {port} -k {folder} -c fsync=off -c full_page_writes=off", "start")
    try:
        run(_pg("createdb"), "-h", "127.0.0.1", "-p", str(port), "-U", "portal", "portal")
        yield f"postgresql://portal@127.0.0.1:{port}/portal"
    finally:
        run(_pg("pg_ctl"), "-D", data, "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)


class MailServer:
    """A real SMTP server that keeps what it was sent."""

    def __init__(self) -> None:
        self.received: list[EmailMessage] = []
        self.port = free_port()
        self.controller = Controller(self, hostname="127.0.0.1", port=self.port)

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        """Keep one mail."""
        self.received.append(message_from_bytes(envelope.content, policy=policy.default))  # type: ignore[arg-type]
        return "250 OK"

    def __enter__(self) -> "MailServer":
        self.controller.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.controller.stop()
