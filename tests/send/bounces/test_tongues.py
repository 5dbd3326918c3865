"""Reports in words, as mail systems of many lands write them."""

from __future__ import annotations

from base64 import encodebytes
from email.header import Header
from typing import NamedTuple

import pytest

from pressroom.send.bounces.verdict import read_bounce


class Case(NamedTuple):
    """A report, and what it says."""

    name: str
    sender: str
    subject: str
    text: str
    kind: str
    status: str
    reason: str
    charset: str = "utf-8"
    markup: bool = False


OUT = "li.na@reader.example"
QQ = f"""<html><body><div><b>抱歉,您的邮件被退回来了……</b></div>
<table><tr><td>原邮件信息:</td></tr><tr><td>时 间</td><td>2025-09-05 08:00:01</td></tr>
<tr><td>主 题</td><td>第 12 期</td></tr><tr><td>收件人</td><td>{OUT}</td></tr></table>
<p>退信原因:</p><p>收件人邮件地址({OUT})不存在,邮件无法送达。</p>
<p>host mx.reader.example[203.0.113.7] said: 550 Mailbox not found. http://service.mail.example/x
(in reply to RCPT TO command)</p><p>此外,您还可以联系 <a>postmaster@qq.example</a></p></body></html>"""
COPY = f"""
------ This is a copy of the message ------

Received: from news.example by mx.example; Fri, 5 Sep 2025 08:00:00 +0800
Message-ID: <77@news.example>
From: News <news@news.example>
To: {OUT}
Subject: Issue 12

550 5.1.1 nobody@elsewhere.example is mentioned in the issue itself
"""

CASES = [
    Case("qq", "PostMaster@qq.example", "系统退信/Systems bounce", QQ, "hard", "5.1.1",
         "user-unknown", "gb18030", markup=True),
    Case("qq-full", "PostMaster@qq.example", "系统退信", f"""您的邮件被退回\n收件人\n{OUT}\n
退信原因:\n收件人邮箱空间不足,无法接收邮件。\n552 Mailbox is full""", "hard", "5.2.2", "full", "gbk"),
    Case("163", "Postmaster@163.example", "系统退信", f"""抱歉,您的邮件未能成功送达以下收件人:
收件人:<{OUT}>\n退信原因:550 User not found: {OUT}\n发件人:news@news.example{COPY}""",
         "hard", "5.1.1", "user-unknown", "gb18030"),
    Case("163-spam", "Postmaster@163.example", "系统退信", f"""邮件发送失败\n{OUT}\n
退信代码:554 DT:SPM 发送的邮件内容包含了未被许可的信息,被识别为垃圾邮件""", "hard", "5.7.1", "spam", "gb18030"),
    Case("sina", "MAILER-DAEMON@sina.example", "退信通知", f"""您发给 {OUT} 的邮件投递失败。
原因:用户不存在""", "hard", "5.1.1", "user-unknown", "gb2312"),
    Case("exmail-rate", "postmaster@exmail.example", "退信", f"""邮件无法发送到 {OUT}
550 Ip frequency limited. 发送频率过高""", "hard", "5.7.0", "rate", "gb18030"),
    Case("hinet", "MAILER-DAEMON@hinet.example", "退信通知", f"""您的郵件無法寄達下列收件者:
<{OUT}>: 查無此使用者""", "hard", "5.1.1", "user-unknown", "big5"),
    Case("taiwan-full", "postmaster@mail.tw.example", "郵件退回", f"""無法傳送您的郵件
{OUT}\n信箱已滿,請稍後再試""", "soft", "4.2.2", "full", "big5"),
    Case("japan", "Postmaster@jp.example", "メールエラー", f"""次のあて先へのメッセージはエラーのため送信できませんでした。
<{OUT}>\nメールアドレスが見つかりませんでした。""", "hard", "5.1.1", "user-unknown", "iso-2022-jp"),
    Case("japan-full", "MAILER-DAEMON@jp.example", "配信エラー", f"""以下の宛先へ配信できませんでした。
{OUT}\nメールボックスの容量が一杯です。""", "soft", "4.2.2", "full", "shift_jis"),
    Case("korea", "mailer-daemon@kr.example", "반송 메일", f"""메일을 전송할 수 없습니다.
받는사람: {OUT}\n사유: 존재하지 않는 사용자입니다.""", "hard", "5.1.1", "user-unknown", "euc-kr"),
    Case("german", "mailer-daemon@de.example", "Unzustellbar: Ausgabe 12", f"""Ihre Nachricht konnte nicht
zugestellt werden an folgende Empfänger:\n\n  {OUT}\n\nDer Benutzer ist unbekannt.""",
         "hard", "5.1.1", "user-unknown", "iso-8859-1"),
    Case("french", "postmaster@fr.example", "Non remis : numéro 12", f"""Votre message n'a pas pu être remis
au destinataire suivant :\n{OUT}\nBoîte aux lettres pleine, dépassement de quota""", "soft", "4.2.2", "full",
         "iso-8859-1"),
    Case("spanish", "postmaster@es.example", "No se puede entregar", f"""Su mensaje no pudo ser entregado.
<{OUT}>:\nEl usuario no existe.""", "hard", "5.1.1", "user-unknown"),
    Case("italian", "mailer-daemon@it.example", "Mancata consegna", f"""Non è stato possibile recapitare il
messaggio a: {OUT}\nUtente sconosciuto""", "hard", "5.1.1", "user-unknown"),
    Case("portuguese", "mailer-daemon@br.example", "Mensagem devolvida", f"""Sua mensagem não foi entregue.
Destinatário: {OUT}\nMotivo: 550 5.1.1 Usuário desconhecido""", "hard", "5.1.1", "user-unknown"),
    Case("russian", "mailer-daemon@ru.example", "Письмо не доставлено", f"""Ваше письмо не может быть
доставлено получателю:\n{OUT}\nПочтовый ящик переполнен""", "soft", "4.2.2", "full", "koi8-r"),
    Case("dutch", "postmaster@nl.example", "Onbestelbaar", f"""Uw bericht kon niet worden bezorgd aan:
{OUT}\nDe gebruiker bestaat niet""", "hard", "5.1.1", "user-unknown"),
    Case("polish", "mailer-daemon@pl.example", "Zwrot wiadomości", f"""Wiadomość nie mogła zostać dostarczona do:
{OUT}\nTaki użytkownik nie istnieje""", "hard", "5.1.1", "user-unknown", "iso-8859-2"),
    Case("swedish", "mailer-daemon@se.example", "Olevererbart", f"""Ditt meddelande kunde inte levereras till
{OUT}\nAnvändaren är okänd""", "hard", "5.1.1", "user-unknown"),
    Case("danish", "mailer-daemon@dk.example", "Ikke leveret", f"""Din besked kunne ikke leveres til:
{OUT}\nBrugeren findes ikke""", "hard", "5.1.1", "user-unknown"),
    Case("smail", "Mailer-Daemon@t.example", "mail failed, returning to sender", f"""
|------------------------- Failed addresses follow: ---------------------|
 <{OUT}>\n   552 5.2.2 <{OUT}> Quota exceeded (mailbox for user is full)
|------------------------- Message header follows: ----------------------|
Received: from news.example by t.example\nFrom: news@news.example\nTo: {OUT}\nSubject: 12""",
         "hard", "5.2.2", "full"),
    Case("session", '"InterScan MSS" <postmaster@is.example>', "Mail could not be delivered", f"""
Sent <<< RCPT TO:<{OUT}>\nReceived >>> 550 5.1.1 <{OUT}>... user unknown""", "hard", "5.1.1", "user-unknown"),
    Case("marshal", "postmaster@mm.example", 'Undeliverable Mail: "Issue 12"', f"""Your message:
   From:    news@news.example\n   Subject: Issue 12\n\nCould not be delivered because of\n
550 5.1.1 User unknown\n\nThe following recipients were affected:\n    {OUT}\n""", "hard", "5.1.1", "user-unknown"),
    Case("qmail-clone", "MAILER-DAEMON@q.example", "failure notice", f"""We're sorry. Your message could not be
delivered.\n\n<{OUT}>:\nThis account is inactive (192.0.2.5, mailer 5.1.7.3)\n{COPY}""", "hard", "5.2.1", "inactive"),
    Case("greylisted", "MAILER-DAEMON@g.example", "Delayed mail", f"""Your message is delayed.\n\n<{OUT}>: host
mx.reader.example[203.0.113.7] said: 450 4.7.1 Greylisted, try again later""", "soft", "4.7.1", "greylist"),
    Case("no-host", "MAILER-DAEMON@h.example", "Undelivered Mail", f"""could not be delivered\n<{OUT}>: Host or domain name
not found. Name service error""", "hard", "5.1.2", "host"),
    Case("too-big", "MAILER-DAEMON@b.example", "Undelivered Mail", f"""could not be delivered\n<{OUT}>: message size 9000000
exceeds size limit 1000 of server""", "hard", "5.3.4", "size"),
    Case("relaying", "MAILER-DAEMON@r.example", "Undelivered Mail", f"""could not be delivered\n<{OUT}>: 554 Relay access
denied""", "hard", "5.7.1", "relay"),
]  # fmt: skip


def _mail(case: Case) -> bytes:
    kind = "html" if case.markup else "plain"
    head = f"""Return-Path: <>
From: {case.sender}
To: news+1z-5f2c9a01-12@news.example
Subject: {Header(case.subject, case.charset if not case.subject.isascii() else None).encode()}
MIME-Version: 1.0
Content-Type: text/{kind}; charset={case.charset}
Content-Transfer-Encoding: base64

"""
    return head.encode() + encodebytes(case.text.encode(case.charset))


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_a_report_in_words_names_the_reader_and_the_reason(case: Case) -> None:
    """Address, kind, status and reason come out of plain words, whatever their language."""
    verdict = read_bounce(_mail(case))
    said = (verdict.address, verdict.kind, verdict.status, verdict.reason)
    assert said == (OUT, case.kind, case.status, case.reason)


def test_the_addresses_it_came_to_are_kept() -> None:
    """A verdict names the return address, which says by itself whom the mail is about."""
    assert "news+1z-5f2c9a01-12@news.example" in read_bounce(_mail(CASES[0])).verp


def test_the_returned_message_gives_its_id() -> None:
    """The id of our own message is read from the copy."""
    assert read_bounce(_mail(CASES[2])).original_message_id == "<77@news.example>"
