"""The matrix as a document that a person can review: a paragraph and a table for each desk, equal columns put together."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.permissions.matrix import BEST, OWN, PUBLIC, ROLES, SPECIAL, Cells, Matrix, Row
from tests.permissions.reasons import CHAPTERS, INTRODUCTION, NAMES, SPECIAL_INTRODUCTION

PAPER = Path(__file__).resolve().parents[2] / "docs" / "permissions.md"
EVERYBODY_ELSE = "everybody else 其他人"


@dataclass(frozen=True)
class Chapter:
    """One desk or several: title, why it is so, the blueprints whose rows it shows."""

    title: str
    why: str
    desks: tuple[str, ...]


def cell(answers: Mapping[str, str]) -> str:
    """The answers of one person, told together when the case makes no difference."""
    if len(set(answers.values())) == 1:
        return next(iter(answers.values()))
    return " · ".join(f"{relation} {said}" for relation, said in answers.items())


def columns(rows: Sequence[Cells], roles: Iterable[str]) -> list[tuple[list[str], list[str]]]:
    """Roles with equal cells in all these rows, as (roles, cells)."""
    found: dict[tuple[str, ...], list[str]] = {}
    for role in roles:
        found.setdefault(tuple(cell(row[role]) for row in rows), []).append(role)
    return [(names, list(cells)) for cells, names in found.items()]


def header(names: list[str], *, most: bool) -> str:
    """The title of a column: its roles, or "everybody else" for the largest group."""
    if most:
        return EVERYBODY_ELSE if PUBLIC not in names else "everybody 任何人" if len(names) == len(ROLES) else EVERYBODY_ELSE
    return ", ".join(NAMES[name] for name in names)


def pattern(rule: str) -> str:
    """An address as people read it."""
    parts = rule.replace(">", "<").split("<")
    return "".join(part if n % 2 == 0 else "{" + part.rpartition(":")[2] + "}" for n, part in enumerate(parts))


def markdown(found: Matrix) -> str:
    """The whole document, in an order that does not change."""
    lines = [INTRODUCTION]
    shown: set[Row] = set()
    for title, why, desks in CHAPTERS:
        rows = [row for row in found.rows if row[0].rpartition(".")[0] in desks]
        shown.update(rows)
        lines += [f"## {title}", "", why, "", *_table(found, rows), ""]
    missing = [row for row in found.rows if row not in shown]
    assert not missing, f"no chapter of tests/permissions/reasons.py shows {missing}"
    lines += [SPECIAL_INTRODUCTION, *_special(found)]
    return "\n".join(lines).rstrip() + "\n"


def _table(found: Matrix, rows: Sequence[Row]) -> list[str]:
    grouped = columns([found.rows[row] for row in rows], ROLES)
    largest = max(grouped, key=lambda one: len(one[0]))
    ordered = sorted(grouped, key=lambda one: (one is largest, ROLES.index(one[0][0])))
    heads = [header(names, most=one is largest and len(names) > 3) for one in ordered for names in [one[0]]]
    lines = ["| address | " + " | ".join(heads) + " |", "|---" * (len(heads) + 1) + "|"]
    for n, row in enumerate(rows):
        cells = [column[1][n] for column in ordered]
        lines.append(f"| `{row[1]}` {pattern(found.rules[row])} | " + " | ".join(cells) + " |")
    return lines


def _special(found: Matrix) -> list[str]:
    lines = []
    for name, bases in SPECIAL.items():
        differing: dict[tuple[str, str], list[str]] = {}
        alike = 0
        for row, cells in found.rows.items():
            for relation, said in cells[name].items():
                usual = min((cells[base].get(relation, cells[base].get(OWN, "")) for base in bases), key=BEST.index)
                if said == usual:
                    alike += 1
                else:
                    differing.setdefault((usual, said), []).append(f"`{row[1]}` {pattern(found.rules[row])}")
        lines += ["", f"### {NAMES[name]}", ""]
        compared = " and ".join(NAMES[base] for base in bases)
        lines.append(f"As {compared} at {alike} addresses" + (", otherwise at these:" if differing else ": no difference."))
        for (usual, said), places in sorted(differing.items(), key=lambda one: (BEST.index(one[0][1]), one[0])):
            lines += ["", f"- **{said}** instead of {usual}: " + (
                ", ".join(places) if len(places) < 60 else f"the {len(places)} addresses of every desk behind the door")]
    return lines


