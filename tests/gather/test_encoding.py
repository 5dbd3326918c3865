"""pressroom.gather.encoding."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pressroom.gather.encoding import decode

SIMPLIFIED = "<rss>国务院印发关于深入实施人工智能行动的意见，要求各地加快发展。</rss>"
TRADITIONAL = "<rss>行政院公布人工智慧發展的新計畫，要求各地加快產業與研究的腳步。</rss>"


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (SIMPLIFIED, "utf-8"),
        (SIMPLIFIED, "utf-8-sig"),
        (SIMPLIFIED, "gb18030"),
        (SIMPLIFIED, "gb2312"),
        (SIMPLIFIED, "utf-16"),
        (SIMPLIFIED, "utf-16-le"),
        (SIMPLIFIED, "utf-16-be"),
        (SIMPLIFIED, "utf-32"),
        (TRADITIONAL, "big5"),
        ("<rss>Un café à la crème, près du château</rss>", "cp1252"),
    ],
)
def test_undeclared_encodings_are_found(text: str, encoding: str) -> None:
    """Bytes that say nothing of themselves are read in the encoding they are in."""
    assert decode(text.encode(encoding)).text == text


@pytest.mark.parametrize(
    ("text", "said", "real"),
    [
        (SIMPLIFIED, "utf-8", "gb18030"),
        (SIMPLIFIED, "gb2312", "utf-8"),
        (SIMPLIFIED, "no-such-encoding", "gb18030"),
        (TRADITIONAL, "utf-8", "big5"),
        (TRADITIONAL, "big5", "utf-8"),
        (SIMPLIFIED.replace("院", "镕"), "gb2312", "gbk"),
    ],
)
def test_wrong_declarations_are_overruled(text: str, said: str, real: str) -> None:
    """What the bytes hold counts for more than what they or the server say."""
    declared = f'<?xml version="1.0" encoding="{said}"?>{text}'.encode(real)
    assert decode(declared, f"text/xml; charset={said}").text == text


def test_a_servers_default_yields_to_the_document() -> None:
    """`charset=ISO-8859-1` from the server does not overrule the XML declaration."""
    body = f'<?xml version="1.0" encoding="gbk"?>{SIMPLIFIED}'.encode("gbk")
    assert decode(body, "text/xml; charset=ISO-8859-1").text == SIMPLIFIED


def test_a_few_broken_bytes_do_not_change_the_encoding() -> None:
    """UTF-8 with one damaged byte is still UTF-8, and said to be damaged."""
    body = SIMPLIFIED.encode() + b"\xff"
    found = decode(body)
    assert found.text == SIMPLIFIED + "\ufffd"
    assert found.damaged


def test_rare_declared_encodings_are_read() -> None:
    """Any encoding Python knows is read when declared, ASCII-looking ones included."""
    text = "<rss>日本語の記事</rss>"
    for name in ("shift_jis", "euc-jp", "iso-2022-jp"):
        body = f'<?xml version="1.0" encoding="{name}"?>{text}'.encode(name)
        assert decode(body).text == text


@given(st.binary(max_size=300), st.text(max_size=40))
def test_decode_never_fails(body: bytes, content_type: str) -> None:
    """Any bytes under any content type give some text."""
    assert isinstance(decode(body, content_type).text, str)
