"""What the documents say is true: the diagram is fresh, every setting is documented, links lead somewhere."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from portal import diagram
from portal.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")), ROOT / "criteria" / "README.md"]


def test_the_diagram_is_generated_from_the_table() -> None:
    assert (ROOT / "docs" / "lifecycle.md").read_text("utf-8") == diagram.markdown()


@pytest.mark.parametrize("setting", [field.name for field in fields(Settings)])
def test_every_setting_is_documented(setting: str) -> None:
    assert f"`{setting.upper()}`" in (ROOT / "docs" / "operations.md").read_text("utf-8")


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_between_documents_lead_somewhere(document: Path) -> None:
    for target in re.findall(r"\]\(([^)#\s]+)\)", document.read_text("utf-8")):
        # a path from the root is a page of the portal, which tests/directory/test_guide.py follows
        if "://" not in target and not (target.startswith("/") and "guide" in document.parts):
            assert (document.parent / target).exists(), f"{document.name} → {target}"


def test_no_path_of_a_machine_and_no_registry_host() -> None:
    found = []
    for path in ROOT.rglob("*"):
        if path.suffix in {".py", ".md", ".html", ".toml", ".js", ".css", ".txt"} and not any(
                part.startswith(".") or part in {"node_modules", "instance"} for part in path.relative_to(ROOT).parts):
            text = path.read_text("utf-8")
            found += [f"{path}: {hit}" for hit in re.findall(r"/(?:home|root|farm|work)/[a-z]\w+", text)]
    assert found == []
