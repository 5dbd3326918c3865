"""Property tests draw the same examples in CI each time, and are never judged by the clock."""

from __future__ import annotations

import os

import pytest
from hypothesis import settings


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--rewrite-golden` writes tests/golden/ anew; read the diff before you commit it."""
    parser.addoption("--rewrite-golden", action="store_true", help="write tests/golden/ anew")


@pytest.fixture
def rewrite_golden(request: pytest.FixtureRequest) -> bool:
    """Whether golden files are to be written, not compared."""
    return bool(request.config.getoption("--rewrite-golden"))


settings.register_profile("desk", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "desk")
