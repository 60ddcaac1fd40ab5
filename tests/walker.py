"""A person who walks the pages: reads what a page says, follows its links, fills its own forms and sends them."""

from typing import Any
from urllib.parse import urljoin, urlsplit

import lxml.html
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.make import PASSWORD


class Walker:
    """One person's browser without scripts: every form is sent with the fields (and the token) that its page carries."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client
        self.url = "/"
        self.answer: TestResponse | None = None
        self.page: Any = None

    def sign_in(self, sign_in: str, password: str = PASSWORD) -> "Walker":
        """Through the door, as everybody."""
        self.open("/sign-in")
        return self.send({"sign_in": sign_in, "password": password}, button=None)

    def open(self, url: str, *, status: int = 200) -> "Walker":
        """Open an address; the status is checked."""
        return self._take(self.client.get(url, headers={"Accept": "text/html"}), url, status)

    def _take(self, answer: TestResponse, url: str, status: int) -> "Walker":
        hops = 0
        while answer.status_code in {301, 302, 303} and hops < 5:
            url = urljoin(url, answer.headers["Location"])
            parts = urlsplit(url)
            url = parts.path + (f"?{parts.query}" if parts.query else "")
            answer, hops = self.client.get(url, headers={"Accept": "text/html"}), hops + 1
        self.answer, self.url = answer, url
        assert answer.status_code == status, f"{url}: {answer.status_code}\n{self._text_of(answer)[:1500]}"
        if answer.mimetype == "text/html":
            self.page = lxml.html.fromstring(answer.get_data(as_text=True), base_url="http://localhost" + url)
        return self

    @staticmethod
    def _text_of(answer: TestResponse) -> str:
        if answer.mimetype != "text/html":
            return answer.get_data(as_text=True)
        page = lxml.html.fromstring(answer.get_data(as_text=True))
        main = page.xpath("//main") or [page]
        return " ".join(main[0].text_content().split())

    @property
    def text(self) -> str:
        """What the page says, white space evened out."""
        assert self.answer is not None
        return self._text_of(self.answer)

    def sees(self, *words: str) -> "Walker":
        """The page says each of these."""
        for word in words:
            assert word in self.text, f"{word!r} is not on {self.url}: {self.text[:1500]}"
        return self

    def links(self, contains: str) -> list[str]:
        """Addresses of links whose address or text contains this."""
        return [link.get("href") for link in self.page.xpath("//a[@href]")
                if contains in link.get("href") or contains in link.text_content()]

    def follow(self, contains: str) -> "Walker":
        """Follow the first link whose address or text contains this."""
        found = self.links(contains)
        assert found, f"no link {contains!r} on {self.url}: {self.links('')}"
        return self.open(urljoin(self.url, found[0]))

    def form(self, action: str = "", *, button: str | None = None) -> Any:
        """The form on the page whose address ends with `action`, or that holds a button saying `button`."""
        forms = [one for one in self.page.forms if "sign-out" not in (one.action or "") and one.method == "POST"]
        if action:
            forms = [one for one in forms if urlsplit(urljoin(self.url, one.get("action") or self.url)).path.endswith(action)]
        if button:
            forms = [one for one in forms if any(button in b.text_content() for b in one.xpath(".//button"))]
        assert forms, (f"no form {action!r} {button!r} on {self.url} ({self.text[:1200]}): "
                       f"{[(f.get('action'), [b.text_content().strip() for b in f.xpath('.//button')]) for f in self.page.forms]}")
        return forms[0]

    def send(self, values: dict[str, Any] | None = None, *, action: str = "", button: str | None = None,
             target: str = "", status: int = 200) -> "Walker":
        """Fill the form with these values over what it holds and send it, by the named button if it has a value.

        `target`: press the button of the form that sends it to another address, which ends so.
        """
        form = self.form(action, button=button)
        data: dict[str, list[Any]] = {}
        for name, value in form.form_values():
            data.setdefault(name, []).append(value)
        known = {field.get("name") for field in form.xpath(".//input|.//select|.//textarea|.//button")}
        for name, value in (values or {}).items():
            assert name in known, f"{self.url} has no field {name!r}: {sorted(filter(None, known))}"
            data[name] = value if isinstance(value, list) else [value]
        if button:
            for one in form.xpath(".//button[@name]"):
                if button in one.text_content():
                    data[one.get("name")] = [one.get("value") or ""]
        elsewhere = [at for at in form.xpath(".//button/@formaction") if target and at.endswith(target)]
        assert elsewhere or not target, f"no button of the form on {self.url} sends it to {target!r}"
        to = urljoin(self.url, elsewhere[0] if elsewhere else form.get("action") or self.url)
        flat: dict[str, Any] = {name: (value if len(value) != 1 else value[0]) for name, value in data.items()}
        answer = self.client.post(to, data=flat, headers={"Accept": "text/html"},
                                  content_type=form.get("enctype") or "application/x-www-form-urlencoded")
        return self._take(answer, to, status)
