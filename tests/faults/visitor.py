"""Somebody at a browser: one session, no second try of its own, and a note of every answer that no portal should give."""

import hashlib
import http.client
import json
import re
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from tests.make import PASSWORD

TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
BOUNDARY = "----a-boundary-of-the-tests"


class CutOff(Exception):
    """The line went dead before the answer had come in full."""


@dataclass(frozen=True)
class Answer:
    """One answer in full."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode("utf-8", "replace")

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)

    @property
    def ok(self) -> bool:
        """Whether it says that what was asked is done."""
        return self.status < 400


@dataclass
class Visitor:
    """One person's session at a port of this machine; `broken` collects answers of 500 and above."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    token: str = ""
    broken: list[str] = field(default_factory=list)
    timeout: float = 60

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Answer:
        """Send one request and read the whole answer; CutOff when the line dies."""
        sent = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()), "Accept-Language": "zh-CN",
                "Accept": "text/html", **{name.replace("_", "-"): value for name, value in headers.items()}}
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=self.timeout)
        try:
            line.request(method, path, body, sent)
            came = line.getresponse()
            answer = Answer(came.status, {name.lower(): value for name, value in came.getheaders()}, came.read())
            for name, value in came.getheaders():
                if name.lower() == "set-cookie":
                    key, _, kept = value.split(";")[0].partition("=")
                    self.cookies[key] = kept
        except (OSError, http.client.HTTPException) as error:
            raise CutOff(f"{method} {path}: {type(error).__name__}") from error
        finally:
            line.close()
        if answer.status >= 500:
            self.broken.append(f"{method} {path}: {answer.status}")
        return answer

    def page(self, path: str) -> Answer:
        """Open a page and keep the token of its forms."""
        answer = self.ask("GET", path)
        found = TOKEN.search(answer.text)
        if found:
            self.token = found[1]
        return answer

    def post(self, path: str, fields: dict[str, Any] | None = None, **headers: str) -> Answer:
        """Press a button: the fields with the token of the page."""
        body = urlencode({"csrf_token": self.token, **(fields or {})}, doseq=True).encode()
        return self.ask("POST", path, body, Content_Type="application/x-www-form-urlencoded", **headers)

    def upload(self, path: str, files: Sequence[tuple[str, bytes]]) -> Answer:
        """Send files by the plain form."""
        parts = [f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{self.token}\r\n'.encode()]
        for name, data in files:
            head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\nContent-Type: application/octet-stream\r\n\r\n'
            parts += [head.encode(), data, b"\r\n"]
        parts.append(f"--{BOUNDARY}--\r\n".encode())
        return self.ask("POST", path, b"".join(parts), Content_Type=f"multipart/form-data; boundary={BOUNDARY}")

    def piece(self, path: str, data: bytes, offset: int) -> Answer:
        """Send a piece as the uploading script does."""
        digest = b64encode(hashlib.sha256(data).digest()).decode()
        return self.ask("PATCH", path, data, X_CSRFToken=self.token, Upload_Offset=str(offset), Accept="application/json",
                        Content_Digest=f"sha-256=:{digest}:", Content_Type="application/offset+octet-stream")

    def sign_in(self, name: str) -> "Visitor":
        """Through the door, as everybody."""
        self.page("/sign-in")
        answer = self.post("/sign-in", {"sign_in": name, "password": PASSWORD})
        assert answer.ok, f"sign-in of {name}: {answer.status}"
        return self
