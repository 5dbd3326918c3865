"""Bodies as browsers and mail providers write them, and as nobody should."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pressroom.send.web.forms import Refused, fields

TORN = st.lists(
    st.one_of(
        st.binary(max_size=30),
        st.sampled_from(
            [b"--x", b"\r\n", b"--", b'content-disposition: form-data; name="a"', b'"']
        ),
    )
).map(b"".join)


@pytest.mark.parametrize("name", [b'"List-Unsubscribe"', b"List-Unsubscribe"])
@pytest.mark.parametrize(
    "kind", ["multipart/form-data; boundary=x", 'Multipart/Form-Data; boundary="x"']
)
def test_a_multipart_form_is_read(kind: str, name: bytes) -> None:
    """With the name quoted or not, further fields, and a text before the first part."""
    body = (
        b"before\r\n--x\r\nContent-Disposition: form-data; name=" + name + b"\r\n\r\nOne-Click\r\n"
        b'--x\r\nContent-Type: text/plain\r\nContent-Disposition: form-data; name="b"\r\n\r\n'
        + "王".encode() + b"\r\n--x--\r\n"
    )  # fmt: skip
    assert fields(body, kind) == {"List-Unsubscribe": "One-Click", "b": "王"}


def test_the_first_of_a_name_counts() -> None:
    """A field that comes twice has its first value."""
    assert fields(b"a=1&b=&a=2", "") == {"a": "1", "b": ""}


@given(TORN, st.sampled_from(["multipart/form-data; boundary=x", "multipart/form-data", "a/b", ""]))
def test_no_body_raises(body: bytes, kind: str) -> None:
    """Torn, nested or without an end: fields, or refused."""
    with contextlib.suppress(Refused):
        assert not any("\0" in value for value in fields(body, kind).values())
