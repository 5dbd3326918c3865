"""The words of mail systems and of leave notices: patterns by what they say.

The patterns are searched in text in lower case with white space single. Each holds for every
system that says it; none belongs to one vendor. Lines that begin with # name the languages.
"""

from __future__ import annotations

FAILED = r"""
    # English
    un-?deliver(?:able|ed)|non-?deliver
    not (?:be |yet )?(?:been )?deliver|n't (?:be |been )?deliver
    (?:unable|failed|failure|trouble|error|attempt\w*) (?:to |in |while |occurred )*(?:\w+ )?(?:to )?(?:deliver|relay|send)
    (?:delivery|sending|transmission)(?: \S+){0,6} (?:failed|failure|error|problem|unsuccessful)
    (?:delivery|delevery|mail|message)(?: of \S+)?(?: \S+)? (?:has |have )?(?:failed|failure)
    could ?n[o']t (?:be )?(?:delivered|sent|deliver|send|find)
    can(?:not|'t| not) (?:be )?(?:deliver|send)
    fail(?:ed|ure) (?:notice|permanently|reasons?)
    return(?:ed|ing) (?:mail|message|to sender|to you)
    (?:had|were|was)? ?(?:permanent|fatal|delivery|temporary|transient) (?:\w+ )?(?:errors?|failures?|problems?)
    did not (?:reach|receive)
    (?:was|were|been|is|wasn't|weren't) (?:not )?(?:rejected|refused|blocked|bounced)
    not (?:accepted|relayed|sent)|delay(?:ed)?\b
    errors? (?:message|from|sending|occurred|delivering)
    (?:unsent|returned|undelivered|rejected) (?:message|mail)
    delivery (?:status )?notification
    invalid (?:user )?address
    unknown (?:user|recipient|address)
    (?:user|recipient) unknown
    no such (?:user|address|recipient|mailbox)
    mail (?:loop|system error)|loop alert|duplicated message-id|considered unsolicited
    wasn't able to (?:deliver|establish)|message blocked
    (?:mailbox|quota)(?: \S+){0,2} (?:full|exceeded|exceeds)
    exceed\w* (?:\w+ )?(?:quota|size|limit)
    not (?:a )?member\b|reject mail|security alert
    (?:message|mail)(?: \S+){0,3} (?:blocked|quarantined)\b
    postponed|delivery warning
    # Chinese, simplified and traditional
    (?:传递|傳遞)到?(?:至)?(?:以下|下列)收件(?:人|者).{0,12}失[败敗]
    退信|退回|无法(?:投递|送达|发送|传递|递送|寄送)
    無法(?:投遞|送達|傳送|傳遞|遞送|寄送|寄出)
    (?:投递|发送|传递|递送|送达|寄送)(?:邮件)?(?:失败|不成功|出错|错误)
    (?:投遞|發送|傳送|傳遞|遞送|寄送|寄信)(?:郵件)?(?:失敗|錯誤)
    未能(?:成功)?(?:送达|投递|发送|送達|投遞|傳送|寄出)|未(?:送达|送達|寄達)|发信失败|寄信失敗|拒收|被拒绝|被拒絕
    (?:收件人|用户|邮箱|帐号|账号|地址)[^\n,。,]{0,12}不存在
    (?:收件者|使用者|用戶|信箱|帳號)[^\n,。]{0,12}不存在|延迟|延遲|群組可能不存在
    # Japanese, Korean
    配信不能|배달하지 못
    (?:配信|送信|配送|送達|転送|お届け)(?:\S{0,8})(?:できません|できない|できなかった|失敗|されません|不能|遅延|エラー)
    届(?:けることができません|きません|かなかった)|エラー(?:メール|通知|のため)|不達|存在しない|見つかりません|전송(?:되지|할 수|에 실패| 실패)
    배달(?:되지|할 수|하지 못)|보낼 수 없|반송|전달(?:되지|할 수|하지 못)
    # German, Dutch
    fehler bei der (?:nachrichten)?(?:zustellung|übermittlung)
    unzustellbar
    (?:nicht|konnte|können)(?: \S+){0,8} (?:zugestellt|zustellbar|ausgeliefert|übermittelt|gesendet)
    zustell\w*(?: \S+){0,4} (?:fehlgeschlagen|gescheitert|nicht möglich|verzögert|fehler)
    möglicherweise nicht vorhanden
    zustellungsfehler|onbestelbaar
    (?:kon|kan|kunnen|is|zijn|niet)(?: \S+){0,6} (?:bezorgd|afgeleverd|besteld|verzonden)
    bezorging(?: \S+){0,3} mislukt
    # French, Italian
    (?:remise|distribution)(?: \S+){0,4} (?:a échoué|échec)|recapito non (?:è )?riuscit|non recapitabil
    non (?:remis|distribu|délivr|livr)|n[’']a(?: pas)? pu|n[’']ont pu|n[’']ont pas pu
    n[’']a pas été (?:remis|distribu|délivr|livr|envoy)
    impossible d(?:e |[’'])(?:remettre|distribuer|livrer|délivrer|envoyer|acheminer)
    échec (?:de |d[’']|dans )
    non (?:è stato )?(?:recapitat|consegnat|inoltrat|inviat)
    (?:mancat[oa]|impossibile|errore|fallit[oa])(?: \S+){0,4} (?:recapit|consegn|invi)
    non (?:è stato )?possibile(?: \S+)? (?:recapitare|consegnare|inviare)
    # Spanish, Portuguese
    no se (?:puede|pudo) entregar|não é possível entregar
    no (?:se )?(?:ha |han |pudo |pudieron |puede |fue )*(?:podido )?(?:ser )?(?:entreg|enviar|envi)
    (?:error|fallo|falla|fallido|imposible)(?: \S+){0,4} (?:entrega|envío|entregar|enviar)
    devuelt[oa]|quizás no exista
    não (?:foi |foram |pôde |pode |puderam |pôde )*(?:possível )?(?:ser )?(?:entreg|envi)
    (?:falha|erro|impossível)(?: \S+){0,4} (?:entreg|envi)
    devolvid[oa]|não entregue
    # Russian, Ukrainian, Polish, Czech
    сбой доставки|не удает?ся доставить|dostarczani\w+(?: \S+){0,7} nie powiodło|doručení(?: \S+){0,6} se nezdařilo
    не (?:удалось |может быть |могло быть |была? |было |были )*(?:достав|отправ|получен)
    недостав
    невозможно (?:достав|отправ)
    ошибк[аи] (?:при )?(?:достав|отправ)
    возвра(?:т|щен)|не вдалося|не доставлено
    nie (?:mogła?|może|mogło|został[ao]?|udało się|można)(?: \S+){0,4} (?:dostarcz|wysł)
    niedostarcz|zwrot
    (?:nelze|nebylo možné|nepodařilo se|nemohla být|nebyla)(?: \S+){0,4} (?:doruč|odesl)
    nedoruč
    # Swedish, Danish, Norwegian, Finnish, Turkish, Hungarian, Greek, Vietnamese
    lever(?:ans|ing)\w*(?: \S+){0,7} (?:misslyck|mislyk)|toimitus(?: \S+){0,6} epäonnistui|teslim(?: \S+){0,3} başarısız|kézbesítés nem sikerült
    (?:kunde|gick|kunne|ble|blev|kan|har)? ?(?:inte|ikke|ej)(?: \S+){0,4} (?:lever|skick|send|afsend)
    olevererbar
    ei voi(?:tu|da)? (?:toimittaa|lähettää)|toimitus epäonnistui|teslim edilem
    iletilem|gönderilem
    nem (?:sikerült|lehet)?(?: \S+){0,3} ?kézbesít
    kézbesíthetetlen
    δεν (?:ήταν δυνατή|παραδόθηκε|μπόρεσε)
    không (?:thể )?(?:gửi|chuyển)
"""

DELAYED = r"""
    \(delay\)|delay(?:ed)?\b|not yet been delivered
    warning:? (?:message|could not|only)|will be retried
    will (?:keep|continue)(?: \S+)? try
    still (?:being )?(?:tried|trying|attempt)|temporary failure report|warning message only
    warning--
    delivery attempts will continue
    could not send message for past
    延迟|延遲|暂时|暫時|稍后重试|遅延|しばらく|verzögert|retard[ée]|retras|ritard|atras|задерж
    opóźni|vertraag|fördröj|forsink|지연
"""

# How the subject of a leave notice begins.
AWAY_SUBJECT = r"""
    # English, receipts
    \[?auto(?:matic|mated)?[\]: -]*(?:re(?:ply|sponse|sponder)\b|re:|:)
    autoreply|auto:|auto(?:mated )?respon|out of (?:the )?office(?: |:|$)|ooo\b
    read:|not read:|gelesen:|lu ?:|leído:|已读[:： ]
    # Chinese, Japanese, Korean
    \[?(?:自动回复|自动答复|自动回信|自動回覆|自動回復|自動回信|休假通知|外出通知|不在辦公室)
    \[?(?:自動返信|自動応答|不在通知|不在です)|자동 ?(?:회신|응답)|부재중
    # German, Dutch, Swedish, Danish, Norwegian
    auto(?:matisch|matisk)\w* (?:antwort\w*|antwoord|svar)|autosvar|abwesen(?:d|heit)|nicht im (?:büro|haus)
    afwezig(?:heid)?(?: |:|$)|niet op kantoor|frånvar(?:o|ande)|fravær(?:ende)?
    # French, Italian, Spanish, Portuguese
    réponse auto|absence du bureau|absent du bureau|risposta auto|fuori (?:sede|ufficio)
    respuesta auto|fuera de (?:la )?oficina|resposta auto|fora do escritório|ausência|assenza
    # Russian, Ukrainian, Polish, Czech, Finnish, Turkish, Hungarian
    авто(?:матическ\w+ )?ответ|автоответ|автоматична|нет на (?:месте|работе)
    odpowiedź auto|autoodpowied|poza biurem|nieobecn|automatická odpov|mimo kancelář
    automaattinen|poissa toimistosta|otomatik yanıt|ofis dışı|automatikus válasz
"""

# What counts only where other signs say that no person wrote the mail.
AWAY = r"""
    ^(?:on (?:vacation|holiday|leave)|vacation|away|absence|urlaub|vacaciones|férias|в отпуске|отпуск|休暇|放假)
    (?:i am|i'm|i will be|we are|is) (?:currently )?(?:out of|away|on (?:vacation|holiday|leave|annual|maternity|paternity|parental|sick)|not in the office|travell?ing)
    out of (?:the )?office
    on (?:annual|maternity|vacation|parental) leave
    auto(?:matic|mated)?[- ]?(?:reply|response|responder)
    automatically generated reply
    this is an auto(?:matic|mated)? (?:reply|response)
    limited access to (?:my )?e-?mail
    (?:your|this) (?:e-?mail|message) (?:has been|was) received
    thank you for (?:your (?:e-?mail|message)|contacting)
    no longer (?:work|with|employed)|自动回复|自动答复|自動回覆|自動回復|自動返信|自動応答
    我(?:正在|目前|已|现在)?(?:休假|度假|外出|出差)|假期|休假
    您的(?:来信|邮件)(?:我)?已(?:收到|经收到)|已收到您的|来信已收到|來信已收到|休暇|不在に|不在の|nicht im (?:büro|hause)
    im urlaub|abwesen|bin ich wieder
    je suis (?:actuellement )?(?:absent|en congé|en vacances)
    réponse automatique|actuellement absent
    estoy (?:fuera|de vacaciones)|fuera de la oficina|respuesta automática
    sono (?:fuori|assente|in ferie)|risposta automatica
    estou (?:fora|de férias|ausente)|resposta automática|я (?:в отпуске|нахожусь)
    автоматическ\w+ ответ|автоответ|ik ben (?:afwezig|niet)|afwezig
    jag är (?:inte|borta|på semester)|frånvar
    jeg er (?:ikke|på ferie|fraværende)
    jestem (?:na urlopie|poza)|nieobecn|olen (?:lomalla|poissa)|자동 회신|부재중
"""
