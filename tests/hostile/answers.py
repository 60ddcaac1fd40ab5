"""What holds of every answer of the portal, whatever was asked: no fault, the headers, words in a refusal, nothing raw on the page."""

import re
from typing import Any

import lxml.html
from werkzeug.test import TestResponse

HEADERS = {"Content-Security-Policy": "default-src 'none'", "X-Content-Type-Options": "nosniff",
           "Referrer-Policy": "same-origin", "Cache-Control": ""}
RAW = re.compile(
    r"Traceback \(most recent|sqlalchemy|psycopg|sqlite3\.|%\(\w+\)[sd]|\{\{ |jinja2|object at 0x|<portal\.|<function|"
    r"\b(?:Stage|Role|Action|Found|Kind|Standing|Refusal|Recheck|InstitutionType)\.[A-Z_]{3,}\b|<\w+ \d+>|\bUndefined\b")
MARK = "zq<script>alert(7)</script>\"'><img src=x onerror=alert(8)>"
"""Typed into texts; it must never come back as it stands."""
ALIVE = ("<script>alert(7)", "<img src=x onerror")


def check(answer: TestResponse, told: object = "") -> TestResponse:
    """Fail when an answer is a fault, lacks a header, says nothing, or shows what no reader should see; gives it back."""
    code = answer.status_code
    assert code < 500, (code, told, answer.get_data(as_text=True)[:500])
    for name, start in HEADERS.items():
        assert answer.headers.get(name, "").startswith(start) and name in answer.headers, (name, told)
    if answer.mimetype == "text/html" and answer.data:
        text = answer.get_data(as_text=True)
        seen = lxml.html.fromstring(text).text_content()
        found = RAW.search(seen)
        assert found is None, (seen[max(0, found.start() - 90):found.end() + 60], told)
        assert not any(one in text for one in ALIVE), ("what was typed is alive on the page", told)
        if code >= 400:
            assert len(words(text)) > 20, (code, told)
    elif answer.mimetype == "application/json" and code >= 400:
        said = answer.get_json()
        assert str(said.get("error") or said.get("message")).strip(), (code, told)
    if 300 <= code < 400 and code != 304:
        to = answer.headers["Location"]
        assert to.startswith("/") and not to.startswith(("//", "/\\")) and not set(to) & set("\t\r\n\\"), (to, told)
    return answer


def words(html: str) -> str:
    """What the main part of a page says."""
    page: Any = lxml.html.fromstring(html)
    main = (page.xpath("//main") or [page])[0]
    return " ".join(main.text_content().split())
