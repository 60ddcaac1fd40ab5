"""Draw the table of moves as a Mermaid diagram and a table, for docs/lifecycle.md."""

from portal.domain.workflow import FINAL, MOVES, Action, Move, Stage


def markdown() -> str:
    """The whole page; a test fails when docs/lifecycle.md says something else."""
    return "\n".join([
        "# Life of a case", "",
        "Generated from `portal/domain/workflow.py` by `portal diagram`; do not edit by hand.", "",
        "```mermaid", "stateDiagram-v2", *_arrows(), "```", "",
        "| deed | by | from | to | only schemes with | reason |", "|---|---|---|---|---|---|",
        *(_row(action, move) for action, move in MOVES.items()), ""])


def _arrows() -> list[str]:
    lines = [f"  [*] --> {Stage.DRAFT.name}"]
    for action, move in MOVES.items():
        if move.end is not None:
            lines += [f"  {start.name} --> {move.end.name}: {action.value}" for start in Stage
                      if start in move.start and start != move.end]
    return lines + [f"  {stage.name} --> [*]" for stage in Stage if stage in FINAL]


def _row(action: Action, move: Move) -> str:
    stages = ", ".join(stage.value for stage in Stage if stage in move.start)
    option = move.needs.value if move.needs else f"not {move.unless.value}" if move.unless else ""
    return (f"| {action.value} | {', '.join(sorted(move.by))} | {stages} | {move.end.value if move.end else 'stays'} "
            f"| {option} | {'yes' if move.reason else ''} |")
