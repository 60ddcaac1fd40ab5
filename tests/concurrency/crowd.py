"""Visitors of a served portal who press their buttons at the same instant, each on a connection of its own."""

import http.client
import json
import re
import secrets
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import Flask
from itsdangerous import URLSafeTimedSerializer

from portal.models.person import Person


@dataclass(frozen=True)
class Answer:
    """One answer: status, where it leads, the body."""

    status: int
    location: str
    text: str

    @property
    def words(self) -> str:
        """What the page says in its middle, without the markup."""
        found = re.search(r"<main.*?</main>", self.text, re.S)
        return " ".join(re.sub(r"<[^>]+>", " ", found[0] if found else self.text).split())

    @property
    def said(self) -> dict[str, Any]:
        """The body as JSON."""
        found: dict[str, Any] = json.loads(self.text)
        return found


class Visitor:
    """Somebody with one session and one connection; signed in as `person`, or of the public."""

    def __init__(self, app: Flask, port: int, person: Person | None = None) -> None:
        token = secrets.token_hex(16)
        session: dict[str, Any] = {"csrf_token": token}
        if person is not None:
            session |= {"_user_id": person.get_id(), "_fresh": True}
        signer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
        self.headers = {"Cookie": f"session={signer.dumps(session)}", "Accept-Language": "en"}
        self.token = str(URLSafeTimedSerializer(str(app.secret_key), salt="wtf-csrf-token").dumps(token))
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def open(self) -> None:
        """Connect, so that the deed itself waits for nothing."""
        self.connection.close()
        self.connection.connect()

    def get(self, path: str) -> Answer:
        """A page."""
        return self.ask("GET", path)

    def post(self, path: str, form: dict[str, Any] | None = None, *, script: bool = False) -> Answer:
        """Send a form, by the button or as a page's script does."""
        return self.ask("POST", path, urlencode({"csrf_token": self.token} | (form or {}), doseq=True), {
            "Content-Type": "application/x-www-form-urlencoded", **({"Accept": "application/json"} if script else {})})

    def send(self, path: str, body: bytes, headers: dict[str, str], method: str = "PATCH") -> Answer:
        """Send bytes as they are; the token goes into the head."""
        return self.ask(method, path, body, headers | {"X-CSRFToken": self.token, "Accept": "application/json"})

    def attach(self, path: str, form: dict[str, str], field: str, name: str, data: bytes) -> Answer:
        """Send a form with a file."""
        mark = secrets.token_hex(12)
        parts = [f'--{mark}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'.encode()
                 for key, value in ({"csrf_token": self.token} | form).items()]
        parts.append(f'--{mark}\r\nContent-Disposition: form-data; name="{field}"; filename="{name}"\r\n\r\n'.encode())
        body = b"".join(parts) + data + f"\r\n--{mark}--\r\n".encode()
        return self.ask("POST", path, body, {"Content-Type": f"multipart/form-data; boundary={mark}"})

    def ask(self, method: str, path: str, body: str | bytes | None = None,
            headers: dict[str, str] | None = None) -> Answer:
        """One request and the whole answer."""
        try:
            self.connection.request(method, path, body, self.headers | (headers or {}))
            answer = self.connection.getresponse()
            return Answer(answer.status, answer.headers.get("Location", ""), answer.read().decode("utf-8", "replace"))
        finally:
            self.connection.close()


def at_once(*deeds: tuple[Visitor, Callable[[Visitor], Answer]]) -> list[Answer]:
    """Everybody's deed at the same instant; the answers in the order of the deeds."""
    gate, told = threading.Barrier(len(deeds)), dict[int, Answer | Exception]()

    def one(n: int, visitor: Visitor, deed: Callable[[Visitor], Answer]) -> None:
        try:
            visitor.open()
            gate.wait(30)
            told[n] = deed(visitor)
        except Exception as error:
            gate.abort()
            told[n] = error

    threads = [threading.Thread(target=one, args=(n, *deed)) for n, deed in enumerate(deeds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    answers = []
    for n in sorted(told, key=lambda n: isinstance(told[n], threading.BrokenBarrierError)):
        found = told[n]
        if isinstance(found, Exception):
            raise found
    for n in range(len(deeds)):
        found = told[n]
        assert isinstance(found, Answer)
        assert found.status < 500, f"{found.status}: {found.words}"
        answers.append(found)
    return answers


def twice(visitors: Sequence[Visitor], deed: Callable[[Visitor], Answer]) -> list[Answer]:
    """The same deed by all of them at once, sorted by status: what went through first, then who came too late."""
    return sorted(at_once(*((one, deed) for one in visitors)), key=lambda answer: answer.status)
