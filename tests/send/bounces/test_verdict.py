"""What structured reports, auto-replies and ordinary mails are taken for."""

from __future__ import annotations

import json

import pytest

from pressroom.send.bounces.verdict import read_bounce

NEWS = "news+1z-5f2c9a01-12@news.example"
COPY = """Return-Path: <news+1z-5f2c9a01-12@news.example>
Received: from news.example by mx.example; Fri, 5 Sep 2025 08:00:00 +0800
Message-ID: <77@news.example>
From: News <news@news.example>
To: anna@reader.example
Subject: Issue 12

The mail to bob@elsewhere.example could not be delivered: 550 5.1.1 user unknown.
"""
HUMAN = """From: Anna <anna@reader.example>
To: news@news.example
Subject: {subject}
Message-ID: <1@reader.example>
"""


def report(fields: str, *, words: str = "Your mail was not delivered.", copy: str = COPY) -> bytes:
    """A delivery status notification around some fields."""
    return f"""Return-Path: <>
From: MAILER-DAEMON@mx.example (Mail Delivery System)
To: {NEWS}
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="=b"

--=b
Content-Type: text/plain; charset=utf-8

{words}

--=b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

{fields}
--=b
Content-Type: message/rfc822

{copy}
--=b--
""".encode()


def feedback(fields: str, *, copy: str = COPY, kind: str = "message/feedback-report") -> bytes:
    """A complaint around some fields."""
    return f"""From: fbl@provider.example
To: abuse@news.example
Subject: complaint report
Content-Type: multipart/report; report-type=feedback-report; boundary="=b"

--=b
Content-Type: text/plain

This is an email abuse report.

--=b
Content-Type: {kind}

{fields}

--=b
Content-Type: message/rfc822

{copy}
--=b--
""".encode()


FAILED = """Final-Recipient: rfc822; anna@reader.example
Action: failed
Status: 5.0.0
Diagnostic-Code: smtp; 550 5.2.1 <anna@reader.example>: account disabled, see 5.9.1.2
"""


def test_a_failure_report_is_read_from_its_fields() -> None:
    """The class is the field's, the detail the diagnostic's; an IP or a version is no code."""
    verdict = read_bounce(report(FAILED))
    assert (verdict.address, verdict.kind, verdict.status) == (
        "anna@reader.example",
        "hard",
        "5.2.1",
    )
    assert (verdict.reason, verdict.original_message_id) == ("inactive", "<77@news.example>")
    assert NEWS in verdict.verp


@pytest.mark.parametrize(
    ("action", "status", "kind"),
    [
        ("failed", "5.1.1", "hard"),
        ("failed", "4.2.2", "soft"),
        ("delayed", "4.4.1", "soft"),
        ("delayed", "5.4.1", "soft"),
        ("delivered", "2.0.0", "none"),
        ("relayed", "2.0.0", "none"),
        ("expanded", "2.0.0", "none"),
        ("Failed (bad mailbox)", "5.1.1 (user unknown)", "hard"),
    ],
)
def test_action_and_class_decide(action: str, status: str, kind: str) -> None:
    """RFC 3464: a delay is soft whatever its class, and what arrived is no bounce."""
    fields = f"Final-Recipient: rfc822; anna@reader.example\nAction: {action}\nStatus: {status}\n"
    assert read_bounce(report(fields)).kind == kind


def test_the_recipient_that_failed_is_the_one() -> None:
    """Of several recipients in one report the failed one is named, other failures beside it."""
    fields = """Final-Recipient: rfc822; ok@reader.example
Action: delivered
Status: 2.0.0

Final-Recipient: rfc822; late@reader.example
Action: delayed
Status: 4.4.1

Final-Recipient: rfc822; gone@reader.example
Action: failed
Status: 5.1.1
"""
    verdict = read_bounce(report(fields))
    assert (verdict.address, verdict.kind) == ("gone@reader.example", "hard")
    assert "late@reader.example" in verdict.also


@pytest.mark.parametrize(
    "fields",
    [
        "Final-Recipient: rfc822; @relay.example:anna@server\nOriginal-Recipient: rfc822;anna@reader.example\nAction: failed\nStatus: 5.2.0\n",
        "Final-Recipient: x400; /G=anna/S=li/\nOriginal-Recipient: rfc822; anna@reader.example\nAction: failed\nStatus: 5.1.1\n",
        "Final-Recipient: rfc822; |/usr/bin/sort\nAction: failed\nStatus: 5.0.0\n",
        "Original-Recipient: <anna@reader.example>\nAction: failed\nDiagnostic-Code: 550 no user\n",
        "Action: failed\nFinal-Recipient: anna@reader.example\nStatus: 5.1.1\n",
        "Final-Recipient: rfc822;\n anna@reader.example\nAction: failed\nStatus: 5.1.1\n",
    ],
)
def test_fields_in_disorder_still_name_the_reader(fields: str) -> None:
    """Routes, X.400, pipes, a missing type, any order: the address is the one we mailed."""
    verdict = read_bounce(report(fields))
    assert (verdict.address, verdict.kind) == ("anna@reader.example", "hard")


def test_fields_in_the_text_of_a_mail_system_count() -> None:
    """A report with its fields in plain text, and no part of their own, is read the same."""
    mail = f"From: MAILER-DAEMON@mx.example\nTo: {NEWS}\nSubject: Failure\n\nNot delivered.\n\n"
    assert read_bounce((mail + FAILED + "\n" + COPY).encode()).status == "5.2.1"


def test_a_report_passed_on_by_another_system_is_opened() -> None:
    """A gateway that wraps a system's report in its own speaks for that report."""
    outer = report("", words="The following addresses had errors:", copy=report(FAILED).decode())
    inner = outer.replace(
        b"Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n", b"\n", 1
    )
    assert read_bounce(inner).address == "anna@reader.example"


# --- complaints ---


@pytest.mark.parametrize(
    ("fields", "address", "kind"),
    [
        ("Feedback-Type: abuse\nOriginal-Rcpt-To: <x@reader.example>", "x@reader.example", "abuse"),
        ("Feedback-Type: opt-out\nRemoval-Recipient: x@reader.example", "x@reader.example", "opt-out"),
        ("Feedback-Type: fraud\nUser-Agent: A/1", "anna@reader.example", "fraud"),
        ("Feedback-Type: abuse\nOriginal-Rcpt-To: redacted", "anna@reader.example", "abuse"),
        ("User-Agent: A/1\nVersion: 1", "anna@reader.example", "abuse"),
    ],
)  # fmt: skip
def test_a_complaint_names_its_reader(fields: str, address: str, kind: str) -> None:
    """RFC 5965, and the recipient of the returned message where the report hides it."""
    verdict = read_bounce(feedback(fields))
    assert (verdict.kind, verdict.address, verdict.feedback) == ("complaint", address, kind)
    assert NEWS in verdict.verp


def test_not_spam_is_no_complaint() -> None:
    """A reader who takes a complaint back has not complained."""
    assert read_bounce(feedback("Feedback-Type: not-spam\nVersion: 1")).kind == "none"


def test_fields_of_a_complaint_in_a_plain_part_are_found() -> None:
    """A report whose middle part has the wrong type is a complaint all the same."""
    verdict = read_bounce(
        feedback("Feedback-Type: abuse\nUser-Agent: A/1\nVersion: 1", kind="text/plain")
    )
    assert (verdict.kind, verdict.address) == ("complaint", "anna@reader.example")


def test_a_complaint_without_any_report_is_known_by_its_mark() -> None:
    """Microsoft's programme returns the message alone, with a header of its own."""
    mail = f"""From: staff@provider.example
To: abuse@news.example
Subject: complaint about message from 203.0.113.9
Content-Type: multipart/mixed; boundary="=b"

--=b
Content-Type: message/rfc822

X-HmXmrOriginalRecipient: x@reader.example
{COPY}
--=b--
"""
    verdict = read_bounce(mail.encode())
    assert (verdict.kind, verdict.address) == ("complaint", "x@reader.example")


@pytest.mark.parametrize(
    ("what", "more", "kind"),
    [
        ("Bounce", {"bounceType": "Permanent"}, "hard"),
        ("Bounce", {"bounceType": "Transient"}, "soft"),
        ("Complaint", {}, "complaint"),
        ("Delivery", {}, "none"),
    ],
)
def test_notices_in_json_are_read(what: str, more: dict[str, str], kind: str) -> None:
    """A provider's notice by mail counts, even wrapped by a mail server on its way."""
    body = json.dumps(
        {"notificationType": what, "x": [{"emailAddress": "anna@reader.example"}, more]}
    )
    mail = (
        f"From: no-reply@notices.example\nTo: {NEWS}\nSubject: Notice\n\n{body[:40]}!\n {body[40:]}"
    )
    verdict = read_bounce(mail.encode())
    assert verdict.kind == kind
    assert verdict.address == ("" if kind == "none" else "anna@reader.example")


# --- auto-replies ---


@pytest.mark.parametrize(
    "head",
    [
        "Subject: Re: Issue 12\nAuto-Submitted: auto-replied",
        "Subject: Re: Issue 12\nAuto-Submitted: auto-generated",
        "Subject: Re: Issue 12\nX-Autoreply: yes",
        "Subject: Re: Issue 12\nPrecedence: auto_reply",
        "Subject: Automatic reply: Issue 12",
        "Subject: =?utf-8?B?6Ieq5Yqo5Zue5aSNOiDnrKwgMTIg5pyf?=",
        "Subject: Abwesenheitsnotiz: Ausgabe 12",
        "Subject: Réponse automatique : numéro 12",
        "Subject: Read: Issue 12\nContent-Type: multipart/report; report-type=disposition-notification",
    ],
)
def test_auto_replies_are_told_apart(head: str) -> None:
    """By the headers of RFC 3834, those in use beside it, or a subject that says so."""
    mail = f"From: Anna <anna@reader.example>\nTo: {NEWS}\n{head}\n\nBack on Monday."
    verdict = read_bounce(mail.encode())
    assert (verdict.kind, verdict.address) == ("auto-reply", "anna@reader.example")


@pytest.mark.parametrize(
    "words", ["我正在休假,下周回复您。", "I am out of the office.", "Ich bin im Urlaub."]
)
def test_a_leave_notice_from_a_daemon_is_an_auto_reply(words: str) -> None:
    """A vacation program that sends as the mail system is still no bounce."""
    mail = (
        f"Return-Path: <>\nFrom: MAILER-DAEMON@mx.example\nTo: {NEWS}\nSubject: Issue 12\n\n{words}"
    )
    assert read_bounce(mail.encode()).kind == "auto-reply"


# --- ordinary mail ---

QUOTED = """
> From: MAILER-DAEMON@mx.example
> Your message could not be delivered.
> <anna@reader.example>: 550 5.1.1 user unknown
"""
ORDINARY = [
    HUMAN.format(subject="Re: Undelivered Mail") + "\nDoes this mean anything to you?\n" + QUOTED,
    HUMAN.format(subject="Fwd: failure notice") + "\nForwarded:\n\n" + QUOTED.replace("> ", ""),
    HUMAN.format(subject="Hello") + f"""Content-Type: multipart/mixed; boundary="=c"

--=c
Content-Type: text/plain

See the bounce attached.

--=c
Content-Type: message/rfc822

{report(FAILED).decode()}
--=c--
""",
    """From: Mail weekly <postmaster@weekly.example>
List-Unsubscribe: <https://weekly.example/u>
Subject: Why mail is undeliverable

550 5.1.1 <user@example.org>: user unknown is what a server says when mail could not be delivered.
""",
    """Return-Path: <>
From: Parcels <no-reply@parcels.example>
Subject: We were unable to deliver your parcel

The address was incorrect. Write to help@parcels.example.
""",
    HUMAN.format(subject="My address") + "\nMy mail to bob@old.example was returned: user unknown.\n",
    "From: Shop <orders@shop.example>\nAuto-Submitted: auto-generated\nSubject: Order 550\n\nThank you. Order 550 5.1.1 is on its way to anna@reader.example.\n",
    HUMAN.format(subject="关于退信") + "\n我的邮件被退信了,收件人不存在,请问怎么办?\n",
    HUMAN.format(subject="On holiday soon") + "\nI like what you write about holidays.\n",
    HUMAN.format(subject="Spam report") + "\nI wrote a report on spam complaints.\n",
]  # fmt: skip


@pytest.mark.parametrize("mail", ORDINARY)
def test_ordinary_mail_is_left_alone(mail: str) -> None:
    """Replies, forwards, attachments, newsletters and parcels are no bounces."""
    assert read_bounce(mail.encode()).kind == "none"


# --- reports that look like something else ---

LIST = "List-Id: <weekly.example>\nList-Unsubscribe: <https://weekly.example/u>\nPrecedence: bulk\n"
GONE = "\nYour message could not be delivered to:\n\n{address}\n\nUnknown recipient\n"


@pytest.mark.parametrize(
    ("head", "text"),
    [
        (
            f"From: MAILER-DAEMON@weekly.example\n{LIST}Subject: failure notice\n",
            "<x@reader.example>:",
        ),
        (f"From: postmaster@other.example\n{LIST}Subject: Undeliverable\n", "x@reader.example"),
        ("From: E500_SMTP@other.example\nSubject: Returned Mail\n", "<x@reader.example>: refused"),
        (
            "From: postmaster@other.example\nSubject: Undeliverable\n",
            "c=US;a= ;p=IKON;dda:SMTP=x@reader.example; on Fri",
        ),
        (
            "From: MAILER-DAEMON@other.example\nSubject: failure\n",
            "  an undisclosed address\n    (generated from x@reader.example)",
        ),
    ],
)
def test_a_report_in_disguise_is_one(head: str, text: str) -> None:
    """Passed on by a list, sent under a strange name, with the address in a corner."""
    mail = f"{head}To: {NEWS}\n{GONE.format(address=text)}"
    verdict = read_bounce(mail.encode())
    assert (verdict.address, verdict.kind) == ("x@reader.example", "hard")
