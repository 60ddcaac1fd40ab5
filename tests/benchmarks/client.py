"""A visitor who keeps one connection and one session, and times the answers."""

import http.client
import re
import time
from dataclasses import dataclass
from urllib.parse import urlencode

from tests.make import PASSWORD

TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


@dataclass(frozen=True)
class Answer:
    """One answer: status, seconds until the last byte, SQL statements and seconds of processor time of the server (what
    a streamed body takes is not in them), size in bytes, the body."""

    status: int
    seconds: float
    queries: int
    size: int
    text: str
    processor: float = 0


class Client:
    """One connection to a server on this machine."""

    def __init__(self, port: int) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        self.cookie = ""

    def ask(self, method: str, path: str, form: dict[str, str] | None = None) -> Answer:
        """Send one request and read the whole answer."""
        headers = {"Cookie": self.cookie, "Accept-Language": "zh-CN"}
        body = urlencode(form) if form is not None else None
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            return self._timed(method, path, body, headers)
        except (http.client.RemoteDisconnected, ConnectionError):   # the server had closed the idle connection
            self.connection.close()
            return self._timed(method, path, body, headers)

    def _timed(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> Answer:
        started = time.perf_counter()
        self.connection.request(method, path, body, headers)
        response = self.connection.getresponse()
        data = response.read()
        seconds = time.perf_counter() - started
        for name, value in response.getheaders():
            if name.lower() == "set-cookie":
                self.cookie = value.split(";")[0]
        return Answer(status=response.status, seconds=seconds, queries=int(response.headers.get("X-Queries", "0")),
                      size=len(data), text=data.decode("utf-8", "replace"), processor=float(response.headers.get("X-Processor", "0")))

    def get(self, path: str) -> Answer:
        """A page; AssertionError when it is none."""
        answer = self.ask("GET", path)
        assert answer.status == 200, f"GET {path}: {answer.status} {answer.text[:300]}"
        return answer

    def token(self, path: str) -> str:
        """The token of the forms on a page."""
        found = TOKEN.search(self.get(path).text)
        assert found, f"no form on {path}"
        return found[1]

    def sign_in(self, name: str) -> "Client":
        """Sign in with the tests' password."""
        answer = self.ask("POST", "/sign-in", {"csrf_token": self.token("/sign-in"), "sign_in": name, "password": PASSWORD})
        assert answer.status in {302, 303}, f"sign-in of {name}: {answer.status}"
        return self
