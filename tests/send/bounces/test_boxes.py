"""Bounces are found wherever they lie, and marked as seen only when we say so."""

from __future__ import annotations

import io
import ssl
from typing import TYPE_CHECKING

import pytest
from send.bounces.imap_server import PASSWORD, Box, served

from pressroom.errors import SendError, SettingsError, UsageError
from pressroom.send.bounces import boxes
from pressroom.send.bounces.mime import MOST_BYTES

if TYPE_CHECKING:
    from pathlib import Path

FIRST, SECOND = b"Subject: one\n\nFirst.\n", b"Subject: two\n\nFrom here on.\n"


def test_files_are_read_one_mail_each(tmp_path: Path) -> None:
    """A file is a mail, and at most a MiB of it is read."""
    (tmp_path / "a").write_bytes(FIRST)
    (tmp_path / "b").write_bytes(b"x" * (MOST_BYTES + 5))
    one, two = boxes.files([tmp_path / "a", tmp_path / "b"])
    assert (one.data, len(two.data)) == (FIRST, MOST_BYTES)


def test_what_is_no_file_is_named(tmp_path: Path) -> None:
    """A missing file is a user's mistake, told in a sentence."""
    with pytest.raises(UsageError, match=r"gone: cannot be read"):
        list(boxes.files([tmp_path / "gone"]))
    with pytest.raises(UsageError, match=r"gone: cannot be read"):
        list(boxes.mbox(tmp_path / "gone"))


def test_a_pipe_is_emptied() -> None:
    """A mail server that pipes us a long mail is not left with a broken pipe."""
    stream = io.BytesIO(FIRST + b"x" * (3 * MOST_BYTES))
    (mail,) = boxes.pipe(stream)
    assert mail.data.startswith(FIRST)
    assert stream.read() == b""


def test_an_mbox_is_cut_into_mails(tmp_path: Path) -> None:
    """Separator lines divide, quoted ones do not and lose their quote (RFC 4155)."""
    line = b"From MAILER-DAEMON Fri Sep  5 08:00:00 2025\n"
    (tmp_path / "mbox").write_bytes(line + FIRST + b"\n>From me\n\n" + line + SECOND)
    one, two = boxes.mbox(tmp_path / "mbox")
    assert one.data == FIRST + b"\nFrom me\n\n"
    assert two.data == SECOND


def test_a_maildir_gives_what_is_unseen(tmp_path: Path) -> None:
    """A mail marked as seen moves to `cur`, and is not given again."""
    for name in ("new", "cur", "tmp"):
        (tmp_path / name).mkdir()
    (tmp_path / "new" / "1").write_bytes(FIRST)
    (tmp_path / "cur" / "2:2,F").write_bytes(SECOND)
    (tmp_path / "cur" / "3:2,S").write_bytes(b"seen")
    mails = list(boxes.maildir(tmp_path))
    assert [mail.data for mail in mails] == [FIRST, SECOND]
    for mail in mails:
        mail.seen()
    assert not list(boxes.maildir(tmp_path))
    assert {p.name for p in (tmp_path / "cur").iterdir()} == {"1:2,S", "2:2,FS", "3:2,S"}


def test_a_folder_that_is_no_maildir_is_named(tmp_path: Path) -> None:
    """The message says which folder to give."""
    with pytest.raises(UsageError, match="is no Maildir"):
        list(boxes.maildir(tmp_path))


def test_a_mailbox_is_read_over_tls(tmp_path: Path) -> None:
    """Unseen mails come by UID, and stay unseen until they were applied."""
    box = Box([FIRST, SECOND])
    with served(box, tmp_path) as context:
        place = boxes.ImapBox("127.0.0.1", "news", PASSWORD, port=box.port, context=context)
        assert [mail.data for mail in boxes.imap(place)] == [FIRST, SECOND]
        assert box.seen == set()
        for mail in boxes.imap(place):
            mail.seen()
        assert box.seen == {11, 12}
        assert list(boxes.imap(place)) == []


def test_a_mailbox_that_will_not_open_is_named(tmp_path: Path) -> None:
    """A wrong password, a stranger's certificate, no server: each is a sentence."""
    box = Box([])
    with served(box, tmp_path) as context:
        wrong = boxes.ImapBox("127.0.0.1", "news", "wrong", port=box.port, context=context)
        with pytest.raises(SendError, match="wrong password"):
            list(boxes.imap(wrong))
        strange = boxes.ImapBox(
            "127.0.0.1", "news", "x", port=box.port, context=ssl.create_default_context()
        )
        with pytest.raises(SendError, match="cannot be reached"):
            list(boxes.imap(strange))
    with pytest.raises(SettingsError, match="no IMAP password"):
        list(boxes.imap(boxes.ImapBox("127.0.0.1", "news", "")))
