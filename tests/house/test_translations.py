"""Every message is in the catalogue, in both languages, and nothing is left untranslated in a template."""

import re
from pathlib import Path

import pytest

from portal import catalogue

TEMPLATES = Path(catalogue.PACKAGE) / "templates"
CHINESE = re.compile(r"[\u3400-\u9fff]")
# Words that are the same in both languages or that no reader sees.
PLAIN = re.compile(r"\b(?:PDF|CSV|JSON|XLSX|QR|SHA-256|kgce|kWh|MJ|kg|L|m²|m³|a|T|J|K|R|F|h|A4|Atom|API|Excel|"
                   r"UTF-8|BOM|ID|MB|KB|TOML|toml|HEIC|JPG|PNG|English|xlsx|docx|svg|px|mm)\b")
# Blocks that hold class names for the frame, not words.
CLASSES = re.compile(r"\{%-?\s*block (?:page_class|body_class|density|main_class|mast_width|aside_class)\s*-?%\}.*?\{%-?\s*endblock[^%]*%\}", re.S)
JINJA = re.compile(r"\{%.*?%\}|\{\{.*?\}\}", re.S)
TAG = re.compile(r"""<(script|style)\b.*?</\1>|<kbd\b.*?</kbd>|<[^>]*>|\bdata-[\w-]+="[^"]*"|&\w+;|&#\d+;""", re.S)
TRANS = re.compile(r"\{%-?\s*trans\b.*?endtrans\s*-?%\}", re.S)
ATTRIBUTE = re.compile(r"\b(?:aria-label|title|placeholder|alt)=\"([^\"{]*[A-Za-z]{3}[^\"{]*)\"")


def test_the_catalogues_are_complete_and_compiled() -> None:
    assert catalogue.update(only_check=True) == []


@pytest.mark.parametrize("template", sorted(TEMPLATES.rglob("*.html")), ids=lambda p: str(p.relative_to(TEMPLATES)))
def test_no_bare_words_in_a_template(template: Path) -> None:
    text = template.read_text("utf-8")
    uncommented = re.sub(r"\{#.*?#\}", "", text, flags=re.S)
    assert not CHINESE.search(uncommented), "Chinese belongs in the catalogue"
    visible = TAG.sub(" ", JINJA.sub(" ", CLASSES.sub(" ", TRANS.sub(" ", uncommented))))
    words = re.findall(r"[A-Za-z]{3,}", PLAIN.sub(" ", visible))
    assert words == [], f"left in the template: {words[:8]}"
    assert ATTRIBUTE.findall(TRANS.sub(" ", uncommented)) == []
