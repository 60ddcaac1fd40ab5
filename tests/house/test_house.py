"""The house keeps its shape: thin packages, one sentence on every module, one committer, no catch-all rooms."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

PORTAL = Path(__file__).resolve().parents[2] / "portal"
MODULES = sorted(PORTAL.rglob("*.py"))


def name(path: Path) -> str:
    return str(path.relative_to(PORTAL))


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_every_module_says_what_it_is_for(path: Path) -> None:
    assert ast.get_docstring(ast.parse(path.read_text("utf-8")))


@pytest.mark.parametrize("path", [p for p in MODULES if p.name == "__init__.py"], ids=name)
def test_a_package_exports_nothing(path: Path) -> None:
    assert len(ast.parse(path.read_text("utf-8")).body) == 1


def test_one_place_commits() -> None:
    callers = [name(path) for path in MODULES if ".commit()" in path.read_text("utf-8")]
    assert callers == ["db.py"]


def test_only_the_mover_assigns_a_stage() -> None:
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            targets = node.targets if isinstance(node, ast.Assign) else []
            for target in targets:
                parts = target.elts if isinstance(target, ast.Tuple) else [target]
                if any(isinstance(part, ast.Attribute) and part.attr == "stage" for part in parts):
                    # An exception keeps the stage it was raised at, and the demonstration's past is written, not lived.
                    assert name(path) in {"lifecycle.py", "domain/workflow.py", "demo/history.py", "demo/titles.py"}, name(path)


def test_one_place_reads_the_clock() -> None:
    for path in MODULES:
        if name(path) != "clock.py":
            text = path.read_text("utf-8")
            assert "datetime.now(" not in text and "date.today(" not in text and "utcnow(" not in text, name(path)


def test_no_catch_all_rooms() -> None:
    rooms = {path.stem for path in MODULES} | {path.parent.name for path in MODULES}
    assert not rooms & {"utils", "util", "helpers", "helper", "common", "core", "manager", "misc"}


def test_templates_carry_no_inline_script_or_style() -> None:
    for path in (PORTAL / "templates").rglob("*.html"):
        text = path.read_text("utf-8")
        assert " style=" not in text and "<style" not in text and " onclick=" not in text, path
        assert "<script>" not in text, path


def test_the_import_contracts_hold() -> None:
    run = subprocess.run([str(Path(sys.executable).parent / "lint-imports")], cwd=PORTAL.parent,
                         capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout
