"""Why a mail did not arrive, in words: patterns, the telling reasons first.

Searched as `phrases` are, with addresses and links left out; the first reason of which a
pattern holds is the one.
"""

from __future__ import annotations

REASONS = {
    "greylist": r"""
    gr[ea]y-?list
    try(?:ing)? again (?:later|in \d)
    please retry later
    temporarily deferred.{0,80}unusual
    postgrey|灰名单|灰名單
    """,
    "rate": r"""
    too many (?:messages|mails?|connections|recipients|sessions|emails|errors|hops from)
    rate[ -]?limit|throttl
    (?:sending|hourly|daily|relay|frequency|rate|connection)(?: \S+)? (?:quota|limits?)
    limit exceeded for sender|frequency limited
    exceeded(?: \S+){0,3} (?:messages|recipients|rate)
    concurrent|发送频率|频率限制|连接频繁|頻率|超过.{0,6}次
    """,
    "auth": r"""
    dmarc|\bspf\b|dkim|unauthenticated
    authentication (?:checks?|required|failed|failure)|not authenticated|发件人域名
    发信人.{0,6}验证|sender id
    """,
    "virus": r"""
    virus|malware|trojan|infected|病毒|вирус|ウイルス
    """,
    "blocked": r"""
    block(?:ed)?[ -]?list|blacklist|black list|deny ?list|\brbl\b|dnsbl|spamhaus
    spamcop|barracuda|sorbs|reputation
    blocked (?:by|using|for|due|because)
    (?:client|host|your ip|ip address|sender ip|network|server)(?: \S+){0,5} (?:is |was |has been )?(?:blocked|banned|block list|not allowed|refused|rejected)
    reverse dns|\brdns\b|ptr record|\bptr\b|unverifyable|bad (?:helo|dns)|invalid ip
    open relay|dynamic ip
    no access from mail server
    use the smtp server of your isp
    unwanted messages have been sent
    黑名单|黑名單|ip.{0,6}(?:被|拒)|封禁|屏蔽|ブラックリスト
    access denied.{0,80}(?:ip|host)|client host rejected
    connection (?:refused|rejected) (?:by policy|due)
    """,
    "spam": r"""
    \bspam|unsolicited|\bjunk|\bube\b|\buce\b|bulk (?:e-?)?mail
    content (?:rejected|filter|blocked)|looks like|suspicious|phish|垃圾邮件|垃圾郵件
    垃圾信|迷惑メール|спам|内容.{0,6}(?:被|拒)|message content|blacklisted url|banned|high.?probability
    """,
    "size": r"""
    (?:message|mail|size|email)(?: \S+){0,4} (?:too (?:big|large|long)|exceed\w*)(?: \S+){0,4}
    size limit|too (?:big|large)|maximum (?:message )?size
    line (?:limit|too long|length)
    max(?:imum)? (?:message|mail)|exceeds (?:size|fixed)|邮件(?:过大|太大|大小)|郵件(?:過大|太大|大小)
    サイズ|слишком (?:велик|больш)|zu gro(?:ß|ss)|trop volumineux|demasiado grande
    """,
    "full": r"""
    (?:mailbox|inbox|mail box|account|user|storage|disk|quota|box)(?: \S+){0,4} (?:is |was )?(?:almost )?(?:full|over ?quota|exceed\w*|out of (?:space|storage|disk|quota))
    over (?:\w+ )?quota|overquota
    quota (?:exceeded|full|violation)
    exceed\w*(?: \S+){0,4} (?:quota|storage|mailbox|space)
    mailfolder is full
    too many messages (?:in|on)
    not enough (?:disk |storage )?space|out of storage
    insufficient (?:system )?storage
    no space left|exceeded the local limit|exceeds allowed size|bo[îi]te(?: \S+){0,4} pleine
    (?:postfach|mailbox)(?: \S+){0,3} voll\b
    überfüllt|lleno|llena|buz[óo]n.{0,20}espacio|casella.{0,20}pien|cheia|переполнен
    превышен|przepełnion
    (?:postvak|mailbox|brievenbus)(?: \S+){0,3} vol\b
    一杯|いっぱい|容量|已满|已滿|空间(?:不足|已)|空間不足|超过.{0,8}容量|가득|용량
    """,
    "inactive": r"""
    (?:account|user|mailbox|address|recipient|box|domain)(?: \S+){0,8} (?:is |was |has been |have been )?(?:disabled|inactive|suspended|locked|closed|deactivated|discontinued|expired|terminated|not active|blocked|on hold|unavailable|frozen|bloqu\w+)
    (?:disabled|inactive|suspended|deactivated|closed|locked|expired|unavailable) (?:\w+ )?(?:account|user|mailbox|recipient|address|box)
    on hold
    not accepting (?:mail|messages)
    no longer (?:active|accept|in use)|冻结|凍結|停用|禁用|被锁|已注销|已過期|deaktiviert|gesperrt
    désactiv|desactivad|disattivat|заблокирован|отключен
    """,
    "moved": r"""
    has moved
    no longer (?:at|on|works|with)|new address
    user not local; please try
    changed (?:his|her|their) address|forwarding address
    """,
    "relay": r"""
    relay(?:ing)? (?:\S+ )?(?:not|denied|prohibited|access|disallow|is not)
    unable to relay|not permitted to relay|cannot relay|no relaying|not a relay
    (?:we do|does) not relay|relay denied|relaying denied|转发|轉發|中継
    """,
    "sender": r"""
    sender(?: \S+){0,3} (?:rejected|denied|invalid|not|unknown|verify|verification)
    unroutable sender
    invalid (?:domain name|sender)|bad sender|domain of sender
    mail from(?: \S+){0,3} (?:not|rejected)
    callout|发件人.{0,10}(?:拒|不存在|无效)
    """,
    "host": r"""
    (?:host|domain|mx|dns|host or domain name)(?: \S+){0,2} (?:unknown|not found|not exist|lookup|does(?:n[’']?t| not) (?:exist|accept)|no (?:mx|such|smtp)|invalid)
    (?:unknown|no such|bad|invalid|unable to look ?up|couldn[’']?t find(?: any)?|unresolv\w+)(?: a| an)? (?:\S+ )?(?:host|domain|mail exchanger|dns|system|mx)
    \bnxdomain
    dns (?:error|failure|lookup)|name (?:or )?service
    no (?:mx|route|smtp service)|indicated no smtp|null mx|unrout(?:e)?able
    bad destination (?:system|host)|mail server for|not accept mail|域名.{0,8}(?:不存在|无法|错误|解析)
    網域.{0,8}(?:不存在|無法)|ドメイン
    """,
    "user-unknown": r"""
    (?:user|recipient|mailbox|address|account|addressee|alias|local part|e-?mail)(?: \S+){0,6} (?:is |was )?(?:unknown|invalid|not (?:be )?(?:found|exist|known|valid|recogni\w+|listed|available|a known|in|local)|not exist|non-?existent|doesn[’']?t exist|does not exist|incorrect|wasn[’']?t found|couldn[’']?t be found|isn[’']?t|not have)
    (?:unknown|invalid|bad|incorrect|no such|no valid|non-?existent|undefined|unrecogni\w+|not a valid|illegal|wrong) (?:\S+ ){0,2}(?:user|recipient|mailbox|address|account|addressee|local|name|destination mailbox|person|alias|id)
    no (?:mailbox|account|user|such|person)
    does(?:n[’']?t| not) (?:have|exist|like recipient)
    not (?:found|exist|our customer|listed in)
    nobody (?:here )?by that name
    unrouteable address|destination mailbox
    address(?:es)? rejected ?: access denied
    resolver\.adr|possibly incorrect
    unable to find(?: \S+){0,3} (?:user|recipient|mailbox)
    group(?: \S+){0,12} (?:exist|not)
    isn[’']t found|unknown$|不存在|无此(?:用户|邮箱|人)|無此(?:使用者|用戶|信箱|人)|未找到|找不到|查无此
    查無此|不是有效|无效的?(?:收件|地址|用户)|地址(?:错误|有误)|見つかりま|存在しな|リストにありません|宛先不明|該当.{0,8}(?:ありません|いません)
    존재하지|없는 (?:사용자|주소)|찾을 수 없|unbekannt
    nicht (?:bekannt|gefunden|vorhanden)|existiert nicht|existe pas|inconnu
    introuvable|no existe|desconocid|inesistente|sconosciut|non esiste|não existe
    desconhecid|не существует|не найден|неизвест|нет такого|nie istnieje|nieznan
    bestaat niet|onbekend|okänd|finns inte|ukendt|findes ikke|neexistuje|bulunamad
    exista|ولا|غير موجود
    """,
    "loop": r"""
    \bloop|too many hops|hop count|maximum hop|duplicated message-id|received: headers
    循环|迴圈
    """,
    "expired": r"""
        for too long
    expired|retry time(?:out)?
    (?:queue|time|been)(?: \S+){0,4} too long
    (?:giving|given|give) up
    days?\b.{0,30}(?:undeliver|not deliver)
    (?:not delivered|could not be delivered|deliver)(?: \S+){0,3} (?:within|for|after|in)(?: the last)? \d
    failing for a long time|delivery time|time(?:d)? ?out in queue|\d+ attempts
    still unable|超时|逾時|期限
    """,
    "network": r"""
    (?:connection|connect|network|socket|session)(?: \S+){0,4} (?:refused|timed? ?out|reset|failed|failure|lost|dropped|closed|error|unreachable|aborted)
    network (?:is )?(?:unreachable|error)
    not responding|not reachable|no answer|unreachable|could not connect|couldn[’']?t connect
    unable to connect|deferred:|timed? ?out|连接.{0,6}(?:失败|超时|被拒)|連線.{0,6}(?:失敗|逾時)
    接続|応答|事由により|starttls|\btls\b|not accept our requests|route to host
    """,
    "policy": r"""
    polic(?:y|ies)|not authori[sz]ed|authori[sz]ation|denied|prohibited|forbidden
    permission|refused|not permitted|not allowed|restricted|rejected|security
    administrat|拒绝|拒絕|拒收|没有权限|沒有權限|權限|権限|verboten|refus[ée]|rechazad|rifiutat
    recusad|отклонен|отказ|odrzucon|geweigerd
    """,
    "content": r"""
    media error|conversion|header error
    (?:mime|encoding|format)(?: \S+){0,2} (?:error|not|invalid)
    malformed|syntax
    """,
    "system": r"""
        tempor(?:ary|arily|är|aire|al|ário|anea)|временн|暂时|暫時|一時的
    system (?:error|failure|problem)|internal|local error
    (?:service|server)(?: \S+){0,2} (?:unavailable|error|busy)
    configuration|mailer error
    protocol (?:violation|error)|not implemented|transaction failed|resources
    queue file|aliasing|disk|i/o|系统|系統|服务器|伺服器|システム
    """,
}
