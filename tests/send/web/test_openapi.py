"""Whatever a fuzzer makes of the description, no answer is a fault of ours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

if TYPE_CHECKING:
    from conftest import Site

schemathesis: Any = pytest.importorskip("schemathesis")

PAGES = (
    ("GET", "/subscribe"), ("POST", "/subscribe"), ("GET", "/confirm"), ("POST", "/confirm"),
    ("GET", "/preferences"), ("POST", "/preferences"), ("GET", "/unsubscribe"),
    ("POST", "/unsubscribe"), ("GET", "/erase"), ("POST", "/erase"), ("GET", "/own-data"),
)  # fmt: skip
FEW = settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.mark.parametrize(("method", "path"), PAGES)
def test_no_request_is_a_fault_of_ours(site: Site, method: str, path: str) -> None:
    """Fields that fit the description and such that do not, for a live link and dead ones."""
    token = site.reader(f"fuzz{method.lower()}{path[1:]}@example.org")
    schema = schemathesis.openapi.from_dict(site.get("openapi.json").json())
    modes = [schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE]
    cases = [schema[path][method].as_strategy(generation_mode=mode) for mode in modes]

    @FEW
    @given(st.one_of(cases), st.booleans())
    def fuzz(case: Any, live: bool) -> None:  # noqa: FBT001 - drawn
        if live and path != "/subscribe":
            case.query = {**(case.query or {}), "t": token}
        answer = case.call(base_url=site.url.rstrip("/"))
        assert answer.status_code < 500, (case.as_curl_command(), answer.text)
        assert answer.status_code in {200, 400, 403, 404, 405, 413}

    fuzz()
