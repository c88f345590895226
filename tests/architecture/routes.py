"""The list of addresses, kept in ``routes.txt`` so that none appears, changes or goes unnoticed.

Write it anew with ``.venv/bin/python -m tests.architecture.routes``.
"""

import tempfile
from pathlib import Path

from flask import Flask

from app import create_app
from app.web.shell.access import declared_access
from tests.support.databases import make_config

LIST = Path(__file__).with_name("routes.txt")
UNDECLARED = "UNDECLARED"


def bare_app(data_dir: Path) -> Flask:
    """An app whose database is never opened."""
    return create_app(make_config(f"sqlite:///{data_dir / 'unused.sqlite'}", data_dir))


def listed_routes(app: Flask) -> list[str]:
    """One line an address: endpoint, methods, rule, who may open it."""
    lines = []
    with app.app_context():
        for rule in app.url_map.iter_rules():
            access = declared_access(rule.endpoint) or UNDECLARED
            methods = ",".join(sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}))
            lines.append(f"{rule.endpoint}  {methods}  {rule.rule}  {access}")
    return sorted(lines)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        LIST.write_text("\n".join(listed_routes(bare_app(Path(folder)))) + "\n")
