"""Slips of the finger in the domains that most readers have: a note, never a refusal."""

from __future__ import annotations

from functools import lru_cache

KNOWN = frozenset({
    "gmail.com", "googlemail.com", "yahoo.com", "yahoo.co.uk", "yahoo.co.jp", "yahoo.com.tw",
    "yahoo.com.hk", "yahoo.fr", "yahoo.de", "ymail.com", "hotmail.com", "hotmail.co.uk",
    "hotmail.fr", "outlook.com", "live.com", "msn.com", "icloud.com", "me.com", "mac.com",
    "aol.com", "mail.com", "proton.me", "protonmail.com", "fastmail.com", "zoho.com", "gmx.de",
    "gmx.net", "gmx.com", "web.de", "t-online.de", "orange.fr", "free.fr", "mail.ru", "yandex.ru",
    "qq.com", "vip.qq.com", "foxmail.com", "163.com", "vip.163.com", "126.com", "yeah.net",
    "sina.com", "sina.cn", "vip.sina.com", "sohu.com", "aliyun.com", "139.com", "189.cn",
    "tom.com", "21cn.com", "naver.com", "daum.net", "hanmail.net", "hinet.net", "msa.hinet.net",
    "pchome.com.tw", "seed.net.tw", "netvigator.com",
})  # fmt: skip

SLIPS = frozenset(
    {"co", "cm", "om", "con", "cmo", "ocm", "comm", "coom", "vom", "xom", "cim", "cpm"}
)
"""Endings that are typed for `com`."""

SHORTEST = 5
"""Letters that a provider's name needs before a near miss is more likely a slip than a name."""


@lru_cache(maxsize=4096)
def meant(domain: str) -> str:
    """The domain that was probably meant; empty when this one is as good.

    >>> meant("gmial.com"), meant("163.co"), meant("mail.com")
    ('gmail.com', '163.com', '')
    """
    domain = domain.lower()
    if domain in KNOWN:
        return ""
    name, _, ending = domain.rpartition(".")
    if ending in SLIPS and f"{name}.com" in KNOWN:
        return f"{name}.com"
    return next((known for known in sorted(KNOWN) if _near(domain, known)), "")


def note(address: str) -> str:
    """A question about an address whose domain looks like a slip; empty for any other."""
    domain = address.rpartition("@")[2]
    known = meant(domain)
    return f'was added as it is. Is "{domain}" meant to be {known}?' if known else ""


def _near(typed: str, known: str) -> bool:
    """Whether the names differ by one slip, and what follows them is equal or a slip too."""
    (name, _, rest), (other, _, ending) = typed.partition("."), known.partition(".")
    if len(other) < SHORTEST or not (rest == ending or (ending == "com" and rest in SLIPS)):
        return False
    return abs(len(name) - len(other)) <= 1 and _one_slip(name, other)


def _one_slip(a: str, b: str) -> bool:
    """One letter more, less, wrong, or two swapped (Damerau's four)."""
    start = next((n for n, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), len(a))
    x, y = a[start:], b[start:]
    swapped = x[1:2] + x[:1] + x[2:]
    return x[1:] == y[1:] or x[1:] == y or x == y[1:] or swapped == y
