"""Chinese from one script into the other: Taiwan's words for prose, its characters for the rest.

Prose takes the other side's vocabulary (软件 -> 軟體). What somebody else named, titled or said
takes characters alone (《软件保护条例》 -> 《軟件保護條例》): titles, quotations, the names that
the caller gives. Addresses and what the caller calls untouched stay byte for byte. Quotation
marks follow the side: 「」『』 in zh-Hant, “”‘’ in zh-Hans. See docs/decisions/derived-editions.md.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from pressroom.lang.han import HAN, HAN_ONLY, has_han

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    Span = tuple[int, int]

HANS, HANT = "zh-Hans", "zh-Hant"
PROSE, SCRIPT, UNTOUCHED, OWN = range(4)

ADDRESS = re.compile(
    r"(?:https?|mailto|ftp)://?(?:[!#-&*-;=?@-Z_a-z~'()]|(?<=[/=._-])"
    rf"[{HAN}]+(?=[/&#?.=_\s<>)\x22]|$))+"
)
"""A URL; Han letters only where they are a whole segment, for prose may follow without a gap."""

MARK = re.compile(r"[“”‘’「」『』《》〈〉]|\n[ \t\r]*(?=\n)")
STRAIGHT = re.compile(r'"[^"\n]{1,300}"')
CLOSERS = {"”": "“", "’": "‘", "」": "「", "』": "『", "》": "《", "〉": "〈"}
OPENERS = frozenset(CLOSERS.values())
TO_HANT = dict(zip("“”‘’", "「」『』", strict=True))
TO_HANS = dict(zip("「」『』", "“”‘’", strict=True))
WIDE = re.compile(rf"[{HAN}，。、；：！？（）《》〈〉【】「」『』—…·]")
WRAP = re.compile(rf"(?<=[{HAN}])\r?\n(?=[{HAN}])")
SAFE = re.compile("[^\0\ud800-\udfff]+")
"""What the converter can be given: it ends at a NUL, and a lone surrogate is no UTF-8."""

NEAR = 8
"""Characters on either side of a line end that can make one word: the longest has seven."""

# KEPT: OpenCC knows these from computing alone, and news means something else by them: a statement is
# no declaration of a variable (声明 -> 宣告), a legal procedure no program (程序 -> 程式). They
# take characters only, unless they stand in one of the LONGER words, which mean computing.
# CROSSED: letter before, word, letter after, where the word is none: 现在|线索 is not 在线, nor
# 电视|频道 视频. OpenCC cuts at the longest word it knows and takes them for such.
KEPT_TO_HANT = (
    "程序 文件 支持 项目 对象 发布 优化 添加 设备 设置 声明 保存 运行 打开 类型 高级 低级 社区 "
    "消息 扩展 参数 权限 连接 局部 全局 循环 注销 实例 映射 审核 性价比 持久性 调度 联系 像素 "
    "镜像 指针 组件 脚本 进程 万象 菜单 窗口 溢出 屏蔽 绑定 查看 抛出 禁用 激活 调用 分区 截取 "
    "剪切 回调 卸载 刷新 挂断 呼出 队列 内核 嵌套 导入 导出 批量 点击 查找 自行车 的士 联系历史 "
    "计算机安全 视图 发送 仿真 调试 算子 调制 位图 显卡 字库 重装 重载 重命名 网关 网卡 数组 总线 "
    "进制 主板 比特 奔驰 光标 光盘 磁道 元音 全角 半角 端口 集群 信道 线程 串口 串行 多态 布尔 存盘 "
    "凉菜 传感 微信号 报道路 报道德 报道理 报道歉 水印象 水印刷 计算机会 计算机构 计算机制 欧拉 福雷 拉莫 拉洛 凯奇 萨蒂 赖希 香农"
)
LONGER_TO_HANT = "程序员 文件夹 文件名 源文件 头文件 可执行文件 面向对象 传感器"
CROSSED_TO_HANT = (
    "现存所内正潜:在线:上下索路条 其现事真落切:实时:间代候期刻机常 世各外业学境政边:界面:对临向积前包貌子 "
    "召聚收募征筹密采:集成:立为果功员本千 能女男理特要定人:性能:否够力源不 交普沟流:通信:息号任心用 "
    "利使采运应作费信:用户:外口籍型主 多少人指无次总分倍:数据:说称悉此报了 电影:视频:道率繁 "
    "相:信号:召称 提最新崇增:高清:楚晰理廉 计预打运:算法:则律国院 理明:智能:否够 直间:接口:头径味 "
    "现古当:代码:头 国境市以之城海:内存:在款放 改主:编程:度序 数名文汉:字节:目约省日 文汉:字段:落 "
    "亿万百千美欧日:元数据: :方便面:对临 增参施附:加纳:税入 :也门:庭 论:文档:案 来:源码:头 放减:缓存:款在 "
    "试企:图像: 地:图标:注题 上:网吧:，。！？ 声:音频:繁率"
)
KEPT_TO_HANS = (
    "程序 檔案 文件 執行 核心 行程 指標 排程 新增 物件 建立 設定 裝置 整合 呼叫 查詢 聯絡 元件 "
    "支援 連線 線上 互動 宣告 停用 回撥 複製 序列 選單 視窗 資料 智慧 開啟 檢視 例項 引數 映象 "
    "永珍 字首 字尾 向量 通訊 訊號 傳送 釋出 型別 效能 遮蔽 過載 貼上 剪下 堆疊 相容 存取 桌布 "
    "外掛 佇列 重灌 擴音 數位 影像 稽核 社群 即時 批次 簡訊 蚌埠 商埠 外埠 本埠 開埠 港埠 埠頭 全形 "
    "半形 多型 類比 永續性 防毒 列舉 匯入 匯出 連結 撥出 丟擲 尤拉 薩提 拉摩 拉羅 夏農 萊許 佛瑞 凱吉"
)
LONGER_TO_HANS = (
    "人工智慧 智慧財產權 智慧手機 智慧型手機 資料庫 資料夾 資料集 資料中心 訓練資料 "
    "數位轉型 數位發展 數位政府 執行緒 執行長 即時通訊 行動通訊 超連結"
)
CROSSED_TO_HANS = "電:影片:段名尾頭 單地:位元:素件 上:網路:過 方:程式:"
NEWS_TO_HANT = {
    "报道": "報導", "数字化": "數位化", "数字经济": "數位經濟", "短视频": "短影音",
    "水印": "浮水印", "智能手机": "智慧型手機", "大语言模型": "大型語言模型",
    "初创企业": "新創企業", "计算机": "電腦", "反馈": "回饋", "网民": "網友",
    "音视频": "影音", "移动互联网": "行動網際網路",
}  # fmt: skip
NEWS_TO_HANS = {
    "報導": "报道", "數位化": "数字化", "數位經濟": "数字经济", "短影音": "短视频",
    "浮水印": "水印", "智慧型手機": "智能手机", "大型語言模型": "大语言模型",
    "新創企業": "初创企业", "後設資料": "元数据", "透過": "通过", "回饋": "反馈",
}  # fmt: skip
"""What news says every day and OpenCC's vocabulary lacks."""

RESPELT = str.maketrans("佈覈", "布核")
"""公布, 分布, 審核: so Taiwan's table of characters for laws has it; OpenCC writes 公佈, 審覈."""

MISTAKEN = re.compile(
    "(?<=[一二兩三四五六七八九十百千萬億幾多每這那某各半整首0-9])箇|(?<=方便)麵(?=[對臨])"
)
"""What OpenCC takes for another word: 一个中国 holds 个中 (箇中), 方便面对 方便面 (方便麵)."""
MEANT = {"箇": "個", "麵": "面"}


class Words:
    """Names to be found in a text, the longest first; with what each reads in the other script.

    A name of one character is left out: it would stand inside other words.
    """

    def __init__(self, forms: Iterable[str] | Mapping[str, str] = ()) -> None:
        table = dict(forms) if isinstance(forms, Mapping) else dict.fromkeys(forms, "")
        self._table = {form: to for form, to in table.items() if len(form) > 1 and has_han(form)}
        self._starts: dict[str, list[str]] = {}
        for form in sorted(self._table, key=lambda f: (-len(f), f)):
            self._starts.setdefault(form[:2], []).append(form)
        firsts = "".join(sorted({re.escape(start[0]) for start in self._starts}))
        self._first = re.compile(f"[{firsts}]" if firsts else r"(?!)")

    def __contains__(self, form: str) -> bool:
        """Whether this very form is known."""
        return form in self._table

    def find(self, text: str) -> Iterator[tuple[int, int, str]]:
        """Each name met: start, end, and its words in the other script (empty: not said)."""
        position = 0
        while found := self._first.search(text, position):
            start = found.start()
            forms = self._starts.get(text[start : start + 2], ())
            form = next((f for f in forms if text.startswith(f, start)), "")
            position = start + (len(form) or 1)
            if form:
                yield start, position, self._table[form]


NO_WORDS = Words()


class Scheme(NamedTuple):
    """One direction: its two converters, its quotation marks, and the words it keeps."""

    script: Callable[[str], str]
    prose: Callable[[str], str]
    marks: Mapping[str, str]
    kept: Words
    longer: frozenset[str]
    crossed: Mapping[str, tuple[str, str]]


def is_hant(tag: str) -> bool:
    """Whether a BCP 47 tag means traditional characters."""
    return "Hant" in tag or tag.endswith(("-TW", "-HK", "-MO"))


def can_convert(source: str, to: str) -> bool:
    """Whether an edition can be derived: both are Chinese, in different scripts."""
    is_chinese = {tag.split("-")[0] for tag in (source, to)} == {"zh"}
    return is_chinese and is_hant(source) != is_hant(to)


def convert(
    text: str,
    to: str,
    protected: Iterable[Span] = (),
    *,
    names: Words = NO_WORDS,
    untouched: Iterable[Span] = (),
) -> str:
    """Put a Chinese text into the script of `to`, with as many lines as it had.

    `protected` spans and every one of `names` take characters alone, but a name that says how
    it reads over there takes those words in running prose; `untouched` spans stay as they are.
    """
    scheme = _scheme(HANT if is_hant(to) else HANS)
    fixed = [*untouched, *(found.span() for found in ADDRESS.finditer(text))]
    shut = _painted(bytearray(len(text)), fixed, UNTOUCHED)
    text = _rewrapped(text, shut, scheme)
    pairs, open_ended = _pairs(text, shut)
    spans = [*protected, *pairs, *open_ended, *_straight(text)]
    paint = _painted(bytearray(len(text)), spans, SCRIPT)
    own = _name(paint, text, names, scheme)
    _painted(paint, fixed, UNTOUCHED)
    return "".join(_pieces(_requoted(text, pairs, shut, scheme), paint, own, scheme))


def script_only(text: str, to: str) -> str:
    """A name, a title or somebody's words in the script of `to`: characters alone, and marks."""
    return convert(text, to, [(0, len(text))])


def _painted(paint: bytearray, spans: Iterable[Span], level: int) -> bytearray:
    for start, end in spans:
        paint[start:end] = bytes((level,)) * len(paint[start:end])
    return paint


def _pieces(text: str, paint: bytearray, own: Mapping[int, str], scheme: Scheme) -> Iterator[str]:
    """Each stretch of one level, converted; characters are chosen by the whole text's context."""
    whole = scheme.script(text)
    ends = [i for i in range(1, len(paint)) if paint[i] != paint[i - 1] or i in own]
    for start, end in pairwise([0, *ends, len(text)]):
        piece, level = text[start:end], paint[start] if start < len(paint) else UNTOUCHED
        if level == PROSE:
            yield scheme.prose(piece)
        elif level == SCRIPT:
            yield whole[start:end] if len(whole) == len(text) else scheme.script(piece)
        else:
            yield own.get(start, piece) if level == OWN else piece


def _name(paint: bytearray, text: str, names: Words, scheme: Scheme) -> dict[int, str]:
    """Paint the names and the kept words of the prose; returns their own words by start."""
    own: dict[int, str] = {}
    for known in (names, scheme.kept):
        for start, end, words in known.find(text):
            if any(paint[start:end]) or (
                known is scheme.kept and _is_free(text, start, end, scheme)
            ):
                continue
            _painted(paint, [(start, end)], OWN if words else SCRIPT)
            if words:
                own[start] = words
    return own


def _is_free(text: str, start: int, end: int, scheme: Scheme) -> bool:
    """Whether a word of the lists takes the other side's vocabulary here all the same."""
    word = text[start:end]
    if word not in scheme.crossed:
        return word in scheme.longer
    before, after = scheme.crossed[word]
    met = (before, text[start - 1 : start]), (after, text[end : end + 1])
    return not all(letter and letter in letters for letters, letter in met if letters)


# --- lines ---


def _rewrapped(text: str, shut: bytearray, scheme: Scheme) -> str:
    """Line ends out of the middle of words: 人工⏎智能 is one word, and no gap is drawn there."""
    letters, last = list(text), 0
    for found in WRAP.finditer(text):
        before, after = _beside(text, *found.span())
        start, end = found.start() - len(before), found.end() + len(after)
        if start < last or any(shut[start:end]) or _in_table(text, start, end):
            continue
        joined, place = before + after, len(before) + _shift(before, after, scheme)
        letters[start:end] = joined[:place] + found[0] + joined[place:]
        last = end if place != len(before) else last
    return "".join(letters)


def _beside(text: str, start: int, end: int) -> tuple[str, str]:
    """The Han letters that end one line and those that start the next, a word's worth of each."""
    before, after = text[max(0, start - NEAR) : start], text[end : end + NEAR]
    return HAN_ONLY.findall(before)[-1], HAN_ONLY.findall(after)[0]


def _in_table(text: str, start: int, end: int) -> bool:
    row = text.rfind("\n", 0, start) + 1
    after = text.find("\n", end)
    return "|" in text[row : after if after >= 0 else len(text)]


def _shift(before: str, after: str, scheme: Scheme) -> int:
    """How far the line end moves so that no word stands across it; neither line is emptied."""
    joined, at = before + after, len(before)
    whole = scheme.prose(joined)
    nearest = sorted(range(1, len(joined)), key=lambda place: (abs(place - at), place))
    fits = (p for p in nearest if scheme.prose(joined[:p]) + scheme.prose(joined[p:]) == whole)
    return next(fits, at) - at


# --- quotation marks ---


def _pairs(text: str, shut: bytearray) -> tuple[list[Span], list[Span]]:
    """Each quotation and title with its marks, and each quotation that its paragraph leaves open."""
    pairs: list[Span] = []
    unclosed: list[Span] = []
    waiting: dict[str, list[int]] = {mark: [] for mark in OPENERS}
    for found in MARK.finditer(text):
        mark, place = found[0], found.start()
        if shut[place] or _is_apostrophe(text, mark, place):
            continue
        if mark in OPENERS:
            waiting[mark].append(place)
        elif mark not in CLOSERS:
            unclosed += _left(waiting, place)
        elif places := waiting[CLOSERS[mark]]:
            pairs.append((places.pop(), place + 1))
    return pairs, [*unclosed, *_left(waiting, len(text))]


def _left(waiting: Mapping[str, list[int]], end: int) -> list[Span]:
    """A quotation that goes on in the next paragraph, as 《...》 never does."""
    left = [(place, end) for mark in "“「" for place in waiting[mark][:1]]
    for places in waiting.values():
        places.clear()
    return left


def _is_apostrophe(text: str, mark: str, place: int) -> bool:
    return mark == "’" and _is_latin(text[place - 1 : place]) and _is_latin(text[place + 1 :][:1])


def _is_latin(letter: str) -> bool:
    return letter.isalnum() and not has_han(letter)


def _straight(text: str) -> Iterator[Span]:
    return (found.span() for found in STRAIGHT.finditer(text) if has_han(found[0]))


def _requoted(text: str, pairs: list[Span], shut: bytearray, scheme: Scheme) -> str:
    """The text with the other side's quotation marks; an English quotation keeps its own."""
    letters = list(text)
    runs = [found.start() for found in HAN_ONLY.finditer(text)]
    paired = {place for start, end in pairs for place in (start, end - 1)}
    turned = {p for s, e in pairs if _is_chinese(text, s, e, runs) for p in (s, e - 1)}
    for found in MARK.finditer(text):
        place, mark = found.start(), found[0]
        lone = place not in paired and mark not in "‘’" and _beside_han(text, place, place + 1)
        if not shut[place] and (place in turned or lone):
            letters[place] = scheme.marks.get(mark, letters[place])
    return "".join(letters)


def _is_chinese(text: str, start: int, end: int, runs: list[int]) -> bool:
    """Whether a quotation holds Han characters, or stands among them."""
    holds = bisect_right(runs, start) < bisect_right(runs, end)
    return holds or text[start] not in TO_HANT or _beside_han(text, start, end)


def _beside_han(text: str, start: int, end: int) -> bool:
    before, after = text[max(0, start - NEAR) : start].rstrip(), text[end : end + NEAR].lstrip()
    return any(WIDE.match(letter) for letter in (before[-1:], after[:1]) if letter)


# --- converters ---


@cache
def _scheme(to: str) -> Scheme:
    if to == HANT:
        lists = _lists(KEPT_TO_HANT, LONGER_TO_HANT, CROSSED_TO_HANT, NEWS_TO_HANT)
        return Scheme(_hant("s2tw"), _hant("s2twp"), TO_HANT, *lists)
    lists = _lists(KEPT_TO_HANS, LONGER_TO_HANS, CROSSED_TO_HANS, NEWS_TO_HANS)
    return Scheme(_converter("tw2s"), _converter("tw2sp"), TO_HANS, *lists)


def _lists(
    kept: str, longer: str, crossed: str, news: dict[str, str]
) -> tuple[Words, frozenset[str], dict[str, tuple[str, str]]]:
    """The words to look for, with their own words if they have any; the longer; the crossed."""
    cut = {word: (before, after) for before, word, after in (c.split(":") for c in crossed.split())}
    known = dict.fromkeys([*kept.split(), *longer.split(), *cut], "")
    return Words(known | news), frozenset(longer.split()), cut


def _hant(name: str) -> Callable[[str], str]:
    run = _converter(name)
    return lambda text: MISTAKEN.sub(lambda m: MEANT[m[0]], run(text).translate(RESPELT))


def _converter(name: str) -> Callable[[str], str]:
    """OpenCC by the name of its configuration; loaded once."""
    from opencc import OpenCC

    opened = OpenCC(name)
    return lambda text: SAFE.sub(lambda found: opened.convert(found[0]), text)
