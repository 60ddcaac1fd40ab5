"""Start what browser tests and pictures look at: `portal serve` on an instance of its own, and Chromium."""

import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
             "--disable-sync", "--no-first-run"]


@contextmanager
def served(chosen: dict[str, str]) -> Iterator[str]:
    """Gunicorn and worker under these settings (PORT among them) until the block ends; gives the address."""
    url = f"http://127.0.0.1:{chosen['PORT']}"
    server = subprocess.Popen([sys.executable, "-m", "portal.cli", "serve"], env={**os.environ, **chosen})
    try:
        _wait_for(url + "/healthz", server)
        yield url
    finally:
        server.terminate()
        server.wait(40)


def _wait_for(url: str, server: "subprocess.Popen[bytes]") -> None:
    """Until the server answers; fails when it ends or takes longer than a minute."""
    for _ in range(300):
        assert server.poll() is None, "the server ended"
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except OSError:
            time.sleep(0.2)
    raise AssertionError("the server does not answer")
