"""What mail systems say, in the languages they say it: tables, and one search over each.

Texts are searched in lower case with runs of white space made one. An entry holds for every
system that says it; none belongs to one vendor.
"""

from __future__ import annotations

import re

# The mail did not arrive.
FAILED = (
    # English
    r"un-?deliver(?:able|ed)|non-?deliver|not (?:be |yet )?(?:been )?deliver|"
    r"n't (?:be |been )?deliver|(?:unable|failed|failure|trouble|error|attempt\w*) "
    r"(?:to |in |while |occurred )*(?:\w+ )?(?:to )?(?:deliver|relay|send)|"
    r"(?:delivery|sending|transmission)(?: \S+){0,6} (?:failed|failure|error|problem|unsuccessful)|"
    r"(?:delivery|delevery|mail|message)(?: of \S+)?(?: \S+)? (?:has |have )?(?:failed|failure)|"
    r"could ?n[o']t (?:be )?(?:delivered|sent|deliver|send|find)|can(?:not|'t| not) (?:be )?(?:deliver|send)|"
    r"fail(?:ed|ure) (?:notice|permanently|reasons?)|"
    r"return(?:ed|ing) (?:mail|message|to sender|to you)|"
    r"(?:had|were|was)? ?(?:permanent|fatal|delivery|temporary|transient) (?:\w+ )?(?:errors?|failures?|problems?)|"
    r"did not (?:reach|receive)|(?:was|were|been|is|wasn't|weren't) (?:not )?(?:rejected|refused|blocked|bounced)|"
    r"not (?:accepted|relayed|sent)|delay(?:ed)?\b|errors? (?:message|from|sending|occurred|delivering)|"
    r"(?:unsent|returned|undelivered|rejected) (?:message|mail)|delivery (?:status )?notification|"
    r"invalid (?:user )?address|unknown (?:user|recipient|address)|(?:user|recipient) unknown|"
    r"no such (?:user|address|recipient|mailbox)|mail (?:loop|system error)|loop alert|duplicated message-id|"
    r"considered unsolicited|wasn't able to (?:deliver|establish)|message blocked|"
    r"(?:mailbox|quota)(?: \S+){0,2} (?:full|exceeded|exceeds)|exceed\w* (?:\w+ )?(?:quota|size|limit)",
    # Chinese, simplified and traditional
    r"退信|退回|无法(?:投递|送达|发送|传递|递送|寄送)|無法(?:投遞|送達|傳送|傳遞|遞送|寄送|寄出)|"
    r"(?:投递|发送|传递|递送|送达|寄送)(?:邮件)?(?:失败|不成功|出错|错误)|(?:投遞|發送|傳送|傳遞|遞送|寄送|寄信)(?:郵件)?(?:失敗|錯誤)|"
    r"未能(?:成功)?(?:送达|投递|发送|送達|投遞|傳送|寄出)|未(?:送达|送達|寄達)|发信失败|寄信失敗|拒收|被拒绝|被拒絕|"
    r"(?:收件人|用户|邮箱|帐号|账号|地址)[^\n,。,]{0,12}不存在|(?:收件者|使用者|用戶|信箱|帳號)[^\n,。]{0,12}不存在|延迟|延遲|群組可能不存在",
    # Japanese, Korean
    r"(?:配信|送信|配送|送達|転送|お届け)(?:\S{0,8})(?:できません|できない|できなかった|失敗|されません|不能|遅延|エラー)|"
    r"届(?:けることができません|きません|かなかった)|エラー(?:メール|通知|のため)|不達|存在しない|見つかりません|"
    r"전송(?:되지|할 수|에 실패| 실패)|배달(?:되지|할 수|하지 못)|보낼 수 없|반송|전달(?:되지|할 수|하지 못)",
    # German, Dutch
    r"unzustellbar|(?:nicht|konnte|können)(?: \S+){0,8} (?:zugestellt|zustellbar|ausgeliefert|übermittelt|gesendet)|"
    r"zustell\w*(?: \S+){0,4} (?:fehlgeschlagen|gescheitert|nicht möglich|verzögert|fehler)|"
    r"möglicherweise nicht vorhanden|zustellungsfehler|"
    r"onbestelbaar|(?:kon|kan|kunnen|is|zijn|niet)(?: \S+){0,6} (?:bezorgd|afgeleverd|besteld|verzonden)|bezorging(?: \S+){0,3} mislukt",
    # French, Italian
    r"non (?:remis|distribu|délivr|livr)|n[’']a(?: pas)? pu|n[’']ont pu|n[’']ont pas pu|n[’']a pas été (?:remis|distribu|délivr|livr|envoy)|"
    r"impossible d(?:e |[’'])(?:remettre|distribuer|livrer|délivrer|envoyer|acheminer)|échec (?:de |d[’']|dans )|"
    r"non (?:è stato )?(?:recapitat|consegnat|inoltrat|inviat)|(?:mancat[oa]|impossibile|errore|fallit[oa])(?: \S+){0,4} (?:recapit|consegn|invi)|"
    r"non (?:è stato )?possibile(?: \S+)? (?:recapitare|consegnare|inviare)",
    # Spanish, Portuguese
    r"no (?:se )?(?:ha |han |pudo |pudieron |puede |fue )*(?:podido )?(?:ser )?(?:entreg|enviar|envi)|"
    r"(?:error|fallo|falla|fallido|imposible)(?: \S+){0,4} (?:entrega|envío|entregar|enviar)|devuelt[oa]|quizás no exista|"
    r"não (?:foi |foram |pôde |pode |puderam |pôde )*(?:possível )?(?:ser )?(?:entreg|envi)|"
    r"(?:falha|erro|impossível)(?: \S+){0,4} (?:entreg|envi)|devolvid[oa]|não entregue",
    # Russian, Ukrainian, Polish, Czech
    r"не (?:удалось |может быть |могло быть |была? |было |были )*(?:достав|отправ|получен)|недостав|невозможно (?:достав|отправ)|"
    r"ошибк[аи] (?:при )?(?:достав|отправ)|возвра(?:т|щен)|не вдалося|не доставлено|"
    r"nie (?:mogła?|może|mogło|został[ao]?|udało się|można)(?: \S+){0,4} (?:dostarcz|wysł)|niedostarcz|zwrot|"
    r"(?:nelze|nebylo možné|nepodařilo se|nemohla být|nebyla)(?: \S+){0,4} (?:doruč|odesl)|nedoruč",
    # Swedish, Danish, Norwegian, Finnish, Turkish, Hungarian, Greek, Vietnamese
    r"(?:kunde|gick|kunne|ble|blev|kan|har)? ?(?:inte|ikke|ej)(?: \S+){0,4} (?:lever|skick|send|afsend)|olevererbar|"
    r"ei voi(?:tu|da)? (?:toimittaa|lähettää)|toimitus epäonnistui|teslim edilem|iletilem|gönderilem|"
    r"nem (?:sikerült|lehet)?(?: \S+){0,3} ?kézbesít|kézbesíthetetlen|δεν (?:ήταν δυνατή|παραδόθηκε|μπόρεσε)|không (?:thể )?(?:gửi|chuyển)",
)

# It has not arrived yet; the system goes on trying.
DELAYED = (
    r"\(delay\)|delay(?:ed)?\b|not yet been delivered|warning:? (?:message|could not|only)|will be retried|will (?:keep|continue)(?: \S+)? try|"
    r"still (?:being )?(?:tried|trying|attempt)|temporary failure report|warning message only|warning--|"
    r"delivery attempts will continue|could not send message for past|"
    r"延迟|延遲|暂时|暫時|稍后重试|遅延|しばらく|verzögert|retard[ée]|retras|ritard|atras|задерж|opóźni|vertraag|fördröj|forsink|지연"
)

# Why, the telling ones first: the first that holds is the reason.
_REASONS: tuple[tuple[str, str], ...] = (
    ("greylist", r"gr[ea]y-?list|try(?:ing)? again (?:later|in \d)|please retry later|temporarily deferred.{0,80}unusual|postgrey|灰名单|灰名單"),
    (
        "rate",
        r"too many (?:messages|mails?|connections|recipients|sessions|emails|errors|hops from)|rate[ -]?limit|throttl|"
        r"(?:sending|hourly|daily|relay|frequency|rate|connection)(?: \S+)? (?:quota|limits?)|limit exceeded for sender|"
        r"frequency limited|exceeded(?: \S+){0,3} (?:messages|recipients|rate)|concurrent|发送频率|频率限制|连接频繁|頻率|超过.{0,6}次",
    ),
    (
        "auth",
        r"dmarc|\bspf\b|dkim|unauthenticated|authentication (?:checks?|required|failed|failure)|not authenticated|发件人域名|发信人.{0,6}验证|sender id",
    ),
    ("virus", r"virus|malware|trojan|infected|病毒|вирус|ウイルス"),
    (
        "blocked",
        r"block(?:ed)?[ -]?list|blacklist|black list|deny ?list|\brbl\b|dnsbl|spamhaus|spamcop|barracuda|sorbs|reputation|"
        r"blocked (?:by|using|for|due|because)|(?:client|host|your ip|ip address|sender ip|network|server)(?: \S+){0,5} (?:is |was |has been )?(?:blocked|banned|block list|not allowed|refused|rejected)|"
        r"reverse dns|\brdns\b|ptr record|\bptr\b|unverifyable|bad (?:helo|dns)|invalid ip|open relay|dynamic ip|no access from mail server|"
        r"use the smtp server of your isp|unwanted messages have been sent|黑名单|黑名單|ip.{0,6}(?:被|拒)|封禁|屏蔽|ブラックリスト|"
        r"access denied.{0,80}(?:ip|host)|client host rejected|connection (?:refused|rejected) (?:by policy|due)",
    ),
    (
        "spam",
        r"\bspam|unsolicited|\bjunk|\bube\b|\buce\b|bulk (?:e-?)?mail|content (?:rejected|filter|blocked)|looks like|suspicious|phish|"
        r"垃圾邮件|垃圾郵件|垃圾信|迷惑メール|спам|内容.{0,6}(?:被|拒)|message content|blacklisted url|banned|high.?probability",
    ),
    (
        "size",
        r"(?:message|mail|size|email)(?: \S+){0,4} (?:too (?:big|large|long)|exceed\w*)(?: \S+){0,4}|size limit|too (?:big|large)|maximum (?:message )?size|"
        r"line (?:limit|too long|length)|max(?:imum)? (?:message|mail)|exceeds (?:size|fixed)|邮件(?:过大|太大|大小)|郵件(?:過大|太大|大小)|サイズ|слишком (?:велик|больш)|zu gro(?:ß|ss)|trop volumineux|demasiado grande",
    ),
    (
        "full",
        r"(?:mailbox|inbox|mail box|account|user|storage|disk|quota|box)(?: \S+){0,4} (?:is |was )?(?:almost )?(?:full|over ?quota|exceed\w*|out of (?:space|storage|disk|quota))|"
        r"over (?:\w+ )?quota|overquota|quota (?:exceeded|full|violation)|exceed\w*(?: \S+){0,4} (?:quota|storage|mailbox|space)|"
        r"mailfolder is full|too many messages (?:in|on)|not enough (?:disk |storage )?space|out of storage|insufficient (?:system )?storage|no space left|"
        r"exceeded the local limit|exceeds allowed size|boîte(?: \S+)? pleine|(?:postfach|mailbox)(?: \S+){0,3} voll\b|überfüllt|lleno|llena|buz[óo]n.{0,20}espacio|casella.{0,20}pien|cheia|переполнен|превышен|przepełnion|(?:postvak|mailbox|brievenbus)(?: \S+){0,3} vol\b|"
        r"一杯|いっぱい|容量|已满|已滿|空间(?:不足|已)|空間不足|超过.{0,8}容量|가득|용량",
    ),
    (
        "inactive",
        r"(?:account|user|mailbox|address|recipient|box|domain)(?: \S+){0,8} (?:is |was |has been |have been )?(?:disabled|inactive|suspended|locked|closed|deactivated|discontinued|expired|terminated|not active|blocked|on hold|unavailable|frozen|bloqu\w+)|"
        r"(?:disabled|inactive|suspended|deactivated|closed|locked|expired|unavailable) (?:\w+ )?(?:account|user|mailbox|recipient|address|box)|on hold|"
        r"not accepting (?:mail|messages)|no longer (?:active|accept|in use)|冻结|凍結|停用|禁用|被锁|已注销|已過期|deaktiviert|gesperrt|désactiv|desactivad|disattivat|заблокирован|отключен",
    ),
    ("moved", r"has moved|no longer (?:at|on|works|with)|new address|user not local; please try|changed (?:his|her|their) address|forwarding address"),
    ("relay", r"relay(?:ing)? (?:\S+ )?(?:not|denied|prohibited|access|disallow|is not)|unable to relay|not permitted to relay|cannot relay|no relaying|not a relay|(?:we do|does) not relay|relay denied|relaying denied|转发|轉發|中継"),
    ("sender", r"sender(?: \S+){0,3} (?:rejected|denied|invalid|not|unknown|verify|verification)|unroutable sender|invalid (?:domain name|sender)|bad sender|domain of sender|mail from(?: \S+){0,3} (?:not|rejected)|callout|发件人.{0,10}(?:拒|不存在|无效)"),
    (
        "user-unknown",
        r"(?:user|recipient|mailbox|address|account|addressee|name|alias|local part|e-?mail)(?: \S+){0,6} (?:is |was )?(?:unknown|invalid|not (?:be )?(?:found|exist|known|valid|recogni\w+|listed|available|a known|in|local)|not exist|non-?existent|doesn[’']?t exist|does not exist|rejected|incorrect|wasn[’']?t found|couldn[’']?t be found|isn[’']?t|not have)|"
        r"(?:unknown|invalid|bad|incorrect|no such|no valid|non-?existent|undefined|unrecogni\w+|not a valid|illegal|wrong) (?:\S+ ){0,2}(?:user|recipient|mailbox|address|account|addressee|local|name|destination mailbox|person|alias|id)|"
        r"no (?:mailbox|account|user|such|person)|does(?:n[’']?t| not) (?:have|exist|like recipient)|not (?:found|exist|our customer|listed in)|nobody (?:here )?by that name|unrouteable address|"
        r"destination mailbox|resolver\.adr|possibly incorrect|unable to find(?: \S+){0,3} (?:user|recipient|mailbox)|group(?: \S+){0,12} (?:exist|not)|isn[’']t found|unknown$|"
        r"不存在|无此(?:用户|邮箱|人)|無此(?:使用者|用戶|信箱|人)|未找到|找不到|查无此|查無此|不是有效|无效的?(?:收件|地址|用户)|地址(?:错误|有误)|"
        r"見つかりま|存在しな|リストにありません|宛先不明|該当.{0,8}(?:ありません|いません)|존재하지|없는 (?:사용자|주소)|찾을 수 없|"
        r"unbekannt|nicht (?:bekannt|gefunden|vorhanden)|existiert nicht|existe pas|inconnu|introuvable|no existe|desconocid|inesistente|sconosciut|non esiste|não existe|desconhecid|"
        r"не существует|не найден|неизвест|нет такого|nie istnieje|nieznan|bestaat niet|onbekend|okänd|finns inte|ukendt|findes ikke|neexistuje|bulunamad|exista|ولا|غير موجود",
    ),
    (
        "host",
        r"(?:host|domain|server|destination|mx|dns|name)(?: \S+){0,4} (?:unknown|not found|not exist|lookup|does(?:n[’']?t| not) (?:exist|accept)|no (?:mx|such|smtp)|invalid)|(?:unknown|no such|bad|invalid|unable to look ?up|couldn[’']?t find(?: any)?|unresolv\w+)(?: a| an)? (?:\S+ )?(?:host|domain|mail exchanger|dns|system|mx)|"
        r"\bnxdomain|dns (?:error|failure|lookup)|name (?:or )?service|no (?:mx|route|smtp service)|indicated no smtp|null mx|unrout(?:e)?able|bad destination (?:system|host)|mail server for|not accept mail|域名.{0,8}(?:不存在|无法|错误|解析)|網域.{0,8}(?:不存在|無法)|ドメイン",
    ),
    ("loop", r"\bloop|too many hops|hop count|maximum hop|duplicated message-id|received: headers|循环|迴圈"),
    (
        "expired",
        r"expired|retry time(?:out)?|(?:queue|time|been)(?: \S+){0,4} too long|(?:giving|given|give) up|days?\b.{0,30}(?:undeliver|not deliver)|(?:not delivered|could not be delivered|deliver)(?: \S+){0,3} (?:within|for|after|in)(?: the last)? \d|failing for a long time|delivery time|time(?:d)? ?out in queue|\d+ attempts|still unable|超时|逾時|期限",
    ),
    (
        "network",
        r"(?:connection|connect|network|socket|session)(?: \S+){0,4} (?:refused|timed? ?out|reset|failed|failure|lost|dropped|closed|error|unreachable|aborted)|network (?:is )?(?:unreachable|error)|not responding|not reachable|no answer|unreachable|could not connect|couldn[’']?t connect|unable to connect|deferred: |timed? ?out|连接.{0,6}(?:失败|超时|被拒)|連線.{0,6}(?:失敗|逾時)|接続|応答|事由により|starttls|\btls\b|not accept our requests|route to host",
    ),
    ("policy", r"polic(?:y|ies)|not authori[sz]ed|authori[sz]ation|denied|prohibited|forbidden|permission|refused|not permitted|not allowed|restricted|rejected|security|administrat|拒绝|拒絕|拒收|没有权限|沒有權限|權限|権限|verboten|refus[ée]|rechazad|rifiutat|recusad|отклонен|отказ|odrzucon|geweigerd"),
    ("content", r"media error|conversion|header error|(?:mime|encoding|format)(?: \S+){0,2} (?:error|not|invalid)|malformed|syntax"),
    ("system", r"system (?:error|failure|problem)|internal|local error|(?:service|server)(?: \S+){0,2} (?:unavailable|error|busy)|configuration|mailer error|protocol (?:violation|error)|not implemented|transaction failed|resources|queue file|aliasing|disk|i/o|系统|系統|服务器|伺服器|システム"),
)  # fmt: skip

# The leave notices and receipts that programs send for people.
VACATION_SUBJECT = (
    r"^(?:\[?auto(?:matic|mated|matisch\w*|matisk\w*)?[\]: -]*(?:re(?:ply|sponse|sponder)\b|antwort\w*|antwoord|svar|re:|:)|autoreply|auto:|auto(?:mated )?respon|"
    r"out of (?:the )?office|ooo\b|away from|on (?:vacation|holiday|leave)\b|vacation|i am (?:away|out|on)|absence|thank you for (?:contacting|your)|read: |not read: |gelesen: |lu: |leído: |已读: ?|"
    r"\[?(?:自动回复|自动答复|自動回覆|自動回復|自動回信|自动回信|自動返信|自動応答|不在通知|不在です|休暇|假期|休假|外出|放假|不在辦公室)|"
    r"abwesen|(?:ich bin )?nicht im (?:büro|haus)|urlaub|réponse auto|absent|en (?:congé|vacances)|respuesta auto|fuera de (?:la )?oficina|ausen|vacaciones|"
    r"risposta auto|fuori (?:sede|ufficio)|assen|in ferie|resposta auto|fora do escritório|férias|авто(?:матическ\w+ )?ответ|автоответ|отпуск|в отпуске|нет на (?:месте|работе)|автоматична|"
    r"afwezig|niet (?:aanwezig|op kantoor)|automatiskt|autosvar|frånvar|fraværende|fravær|odpowiedź auto|autoodpowied|poza biurem|nieobecn|automaattinen|poissa|automatická odpov|mimo kancelář|otomatik yanıt|ofis dışı|automatikus válasz|자동 ?(?:회신|응답)|부재)"
)
VACATION = (
    r"(?:i am|i'm|i will be|we are|is) (?:currently )?(?:out of|away|on (?:vacation|holiday|leave|annual|maternity|paternity|parental|sick)|not in the office|travell?ing)|"
    r"out of (?:the )?office|on (?:annual|maternity|vacation|parental) leave|auto(?:matic|mated)?[- ]?(?:reply|response|responder)|automatically generated reply|"
    r"this is an auto(?:matic|mated)? (?:reply|response)|limited access to (?:my )?e-?mail|(?:your|this) (?:e-?mail|message) (?:has been|was) received|thank you for (?:your (?:e-?mail|message)|contacting)|"
    r"no longer (?:work|with|employed)|自动回复|自动答复|自動回覆|自動回復|自動返信|自動応答|我(?:正在|目前|已|现在)?(?:休假|度假|外出|出差)|假期|休假|您的(?:来信|邮件)(?:我)?已(?:收到|经收到)|已收到您的|来信已收到|來信已收到|休暇|不在に|不在の|"
    r"nicht im (?:büro|hause)|im urlaub|abwesen|bin ich wieder|je suis (?:actuellement )?(?:absent|en congé|en vacances)|réponse automatique|actuellement absent|estoy (?:fuera|de vacaciones)|fuera de la oficina|respuesta automática|"
    r"sono (?:fuori|assente|in ferie)|risposta automatica|estou (?:fora|de férias|ausente)|resposta automática|я (?:в отпуске|нахожусь)|автоматическ\w+ ответ|автоответ|ik ben (?:afwezig|niet)|afwezig|jag är (?:inte|borta|på semester)|frånvar|"
    r"jeg er (?:ikke|på ferie|fraværende)|jestem (?:na urlopie|poza)|nieobecn|olen (?:lomalla|poissa)|자동 회신|부재중"
)

CODES = {
    "user-unknown": "1.1", "host": "1.2", "moved": "1.6", "sender": "1.8", "inactive": "2.1",
    "full": "2.2", "size": "3.4", "system": "3.0", "network": "4.1", "loop": "4.6",
    "expired": "4.7", "content": "6.0", "spam": "7.1", "blocked": "7.1", "policy": "7.1",
    "relay": "7.1", "auth": "7.26", "virus": "7.1", "rate": "7.0", "greylist": "7.1",
}  # fmt: skip
_BY_CODE = {
    "1.1": "user-unknown", "1.2": "host", "1.3": "user-unknown", "1.6": "moved", "1.7": "sender",
    "1.8": "sender", "1.10": "user-unknown", "2.1": "inactive", "2.2": "full", "2.3": "size",
    "3.4": "size", "4.3": "host", "4.4": "host", "4.6": "loop", "4.7": "expired", "5.3": "rate",
    "7.5": "rate", "7.13": "inactive", "7.25": "blocked", "7.28": "rate",
}  # fmt: skip
_BY_SUBJECT = {
    "1": "user-unknown", "2": "inactive", "3": "system", "4": "network", "5": "system",
    "6": "content", "7": "policy",
}  # fmt: skip
# Where no code is given, the class that the reason makes likely (RFC 3463: 4 may mend itself).
SOFT = frozenset({"full", "expired", "network", "greylist", "rate", "system"})


def _compiled(words: str) -> re.Pattern[str]:
    return re.compile(words)


_FAILED = [_compiled(words) for words in FAILED]
_DELAYED = _compiled(DELAYED)
_WHY = [(name, _compiled(words)) for name, words in _REASONS]
_NAMES = re.compile(r"https?://\S{1,500}|<?[^\s@<]{1,64}@[^\s@>]{1,255}>?")
_VACATION_SUBJECT, _VACATION = _compiled(VACATION_SUBJECT), _compiled(VACATION)


def flat(text: str) -> str:
    """A text as these searches want it: lower case, white space single."""
    return " ".join(text.lower().split())


def says_failed(text: str) -> bool:
    """Whether a flat text says that a mail did not arrive."""
    return any(pattern.search(text) for pattern in _FAILED)


def says_delayed(text: str) -> bool:
    """Whether a flat text says that a system still tries."""
    return bool(_DELAYED.search(text))


def says_away(subject: str, text: str) -> bool:
    """Whether a flat subject or text is a leave notice, or a receipt sent by a program."""
    return bool(_VACATION_SUBJECT.search(subject) or _VACATION.search(text))


def titled_away(subject: str) -> bool:
    """Whether a flat subject begins as that of a leave notice."""
    return bool(_VACATION_SUBJECT.search(subject))


def reason_of(text: str) -> str:
    """Why, by the words of a flat text; empty where it does not say.

    Addresses and links are left out: their words are names.
    """
    text = _NAMES.sub(" ", text)
    return next((name for name, pattern in _WHY if pattern.search(text)), "")


def reason_by_code(status: str) -> str:
    """Why, by an enhanced status code (RFC 3463); empty for x.0.x.

    >>> reason_by_code("5.2.2"), reason_by_code("4.7.650")
    ('full', 'policy')
    """
    rest = status[2:]
    return _BY_CODE.get(rest) or _BY_SUBJECT.get(rest.partition(".")[0], "")
