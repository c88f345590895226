"""An app to look at, without a database behind it."""

import pytest
from flask import Flask

from tests.architecture.routes import bare_app


@pytest.fixture(scope="session")
def looked_at(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The app, made once, its database never opened."""
    return bare_app(tmp_path_factory.mktemp("looked-at"))
