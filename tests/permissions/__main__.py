"""Write docs/permissions.md anew: `python -m tests.permissions`; every role at every address, nothing left out."""

import tempfile
from pathlib import Path

from flask_migrate import upgrade

from portal import settings
from portal.app import create_app
from tests.permissions import matrix, table


def main() -> None:
    """A city of its own in a temporary folder, everybody at every address, and the table."""
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(settings.read({}, data=Path(folder), base_url="http://portal.test", sign_in_limit="1000 per minute"))
        app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
        with app.app_context():
            upgrade()
        with matrix.stage(app) as visitors:
            found = matrix.measure(app, visitors)
            wrong = found.wrong + matrix.mixed(app, visitors)
    table.PAPER.write_text(table.markdown(found), "utf-8")
    answers = sum(len(cells) for row in found.rows.values() for cells in row.values())
    print(f"{answers} answers to {len(found.rows)} rows of {len(matrix.ROLES)} roles and {len(matrix.SPECIAL)} special people")
    print(*wrong, sep="\n")


if __name__ == "__main__":
    main()
