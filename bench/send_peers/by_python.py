"""The peers written in Python: SPEC smtplib|aiosmtplib|django -> JSON.

Each makes every message the way its users do, with `email.message` (Django: its own classes
over it), and sends it over connections that it keeps. Needs no Pressroom.
"""

from __future__ import annotations

import asyncio
import email.policy
import json
import resource
import smtplib
import sys
import time
from email.message import EmailMessage
from itertools import count
from pathlib import Path
from typing import Any

Spec = dict[str, Any]


def reader(number: int) -> tuple[str, str, str]:
    """Address, name and unsubscribe token of one reader."""
    name = "李娜" if number % 2 else "Ada Lovelace"
    return f"reader{number}@example.com", name, f"{number:032x}"


def fields(spec: Spec, number: int) -> dict[str, str]:
    """The header fields beside From, To and Subject."""
    token = reader(number)[2]
    return {
        "Message-ID": f"<{token}@example.org>",
        "Date": "Fri, 05 Sep 2025 01:00:00 +0000",
        "List-Unsubscribe": f"<{spec['unsubscribe']}?t={token}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "List-Id": "China Chatbot <newsletter.example.org>",
        "Precedence": "bulk",
        "Content-Language": "en",
    }


def bodies(spec: Spec, number: int) -> tuple[str, str]:
    """Text and HTML with the reader's own link."""
    link = f"{spec['unsubscribe']}?t={reader(number)[2]}"
    text, page = spec["text"], spec["html"]
    return text.replace(spec["hole"], link), page.replace(spec["hole"], link)


def message(spec: Spec, number: int) -> EmailMessage:
    """One message by email.message."""
    address, name, _ = reader(number)
    made = EmailMessage(policy=email.policy.SMTP)
    made["From"], made["To"] = spec["sender"], f"{name} <{address}>"
    made["Subject"] = spec["subject"]
    for field, value in fields(spec, number).items():
        made[field] = value
    text, page = bodies(spec, number)
    made.set_content(text, cte="quoted-printable")
    made.add_alternative(page, subtype="html", cte="quoted-printable")
    return made


def by_smtplib(spec: Spec) -> None:
    """The standard library, one connection."""
    with smtplib.SMTP("127.0.0.1", spec["port"]) as server:
        for number in range(1, spec["count"] + 1):
            data = message(spec, number).as_bytes()
            server.sendmail("news@example.org", [reader(number)[0]], data)


def by_aiosmtplib(spec: Spec) -> None:
    """As many connections as ours; aiosmtplib has no pool, so each task keeps one."""
    import aiosmtplib

    async def one(numbers: Any) -> None:
        async with aiosmtplib.SMTP(hostname="127.0.0.1", port=spec["port"]) as server:
            while (number := next(numbers)) <= spec["count"]:
                await server.send_message(message(spec, number))

    async def every() -> None:
        numbers = count(1)
        await asyncio.gather(*(one(numbers) for _ in range(spec["connections"])))

    asyncio.run(every())


def by_django(spec: Spec) -> None:
    """Django's SMTP backend, one connection kept open."""
    import django
    from django.conf import settings
    from django.core.mail import EmailMultiAlternatives, get_connection

    settings.configure(EMAIL_HOST="127.0.0.1", EMAIL_PORT=spec["port"], USE_TZ=True)
    django.setup()
    with get_connection("django.core.mail.backends.smtp.EmailBackend") as connection:
        for number in range(1, spec["count"] + 1):
            address, name, _ = reader(number)
            text, page = bodies(spec, number)
            made = EmailMultiAlternatives(
                spec["subject"], text, spec["sender"], [f"{name} <{address}>"],
                connection=connection, headers=fields(spec, number),
            )  # fmt: skip
            made.attach_alternative(page, "text/html")
            made.send()


def main(spec_file: str, peer: str) -> None:
    """Send all of it, and say what it took."""
    spec = json.loads(Path(spec_file).read_text(encoding="utf-8"))
    send = {"smtplib": by_smtplib, "aiosmtplib": by_aiosmtplib, "django": by_django}[peer]
    start = time.perf_counter()
    send(spec)
    seconds = time.perf_counter() - start
    used = resource.getrusage(resource.RUSAGE_SELF)
    figures = {"seconds": seconds, "peak": used.ru_maxrss / 1024}
    sys.stdout.write(json.dumps(figures))


if __name__ == "__main__":
    main(*sys.argv[1:])
