"""pressroom.newsroom.terming: commands on the term base of a newsroom."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING

import pytest

from pressroom import workspace
from pressroom.manuscript import termbase
from pressroom.manuscript.file import parse
from pressroom.manuscript.termbase import Entry, Term
from pressroom.manuscript.terms import collect, read_terms
from pressroom.model import Locale
from pressroom.newsroom import terming
from pressroom.newsroom.termharvest import harvest, phrases

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from rooms import Room

    from pressroom.newsroom.termharvest import Candidate
    from pressroom.workspace import Workspace

    Reap = Callable[..., list[Candidate]]

EN, ZH = Locale("en"), Locale("zh-Hans")


@pytest.fixture
def ws(room: Room) -> Workspace:
    """The sample newsroom."""
    return workspace.load(room.root)


class TestSample:
    """The term base of the sample newsroom."""

    def test_the_sample_is_clean(self, ws: Workspace) -> None:
        """Nothing is wrong with the terms that the project ships."""
        assert terming.check(ws) == []

    def test_add_is_found_at_once(self, ws: Workspace) -> None:
        """What was added is read by the rest of the engine, after all that was there."""
        before = read_terms(ws.root / "terms.toml")
        forms = {EN: "penetration rate", ZH: "普及率"}
        terming.add(ws, "penetration-rate", forms, origin=ZH, note="Of AI+.")
        *rest, last = read_terms(ws.root / "terms.toml")
        assert tuple(rest) == before
        assert (last.slug, dict(last.forms)) == ("penetration-rate", forms)

    def test_an_outlet_by_the_same_name(self, ws: Workspace) -> None:
        """A term that hides an outlet is worth a look."""
        terming.add(ws, "xinhua", {EN: "State Council"}, origin=EN)
        (found,) = terming.check(ws)
        assert (found.severity.value, found.path) == ("look", "terms.toml")
        assert "is also the outlet state-council" in found.message

    def test_harvest(self, ws: Workspace) -> None:
        """Glosses of the issue without an entry, with both forms; known terms are not offered."""
        found = terming.harvest(ws)
        glosses = [dict(c.forms) for c in found if c.kind == "gloss"]
        assert {ZH: "普及率", EN: "penetration rate"} in glosses
        forms = {form for c in found for form in c.forms.values()}
        assert not forms & {"算力", "智能体", "AI agents", "State Council"}

    @pytest.mark.parametrize("name", ["terms.tsv", "terms.tbx"])
    def test_export_and_import(self, name: str, ws: Workspace, tmp_path: Path) -> None:
        """What comes back is the same; into an empty newsroom it gives the same term base."""
        count = terming.export(ws, tmp_path / name)
        merged = terming.import_(ws, tmp_path / name)
        assert merged == terming.Merged((), count, (), ())
        terms = ws.root / "terms.toml"
        before = termbase.read(terms)
        terms.unlink()
        assert len(terming.import_(ws, tmp_path / name).added) == count
        assert termbase.read(terms) == before


class TestMerge:
    """Importing into a term base that has terms."""

    OLD = '# mine\n[a]\norigin = "en"\nen = { form = "x", variants = ["y"] }\n'

    def test_new_same_and_different(self, tmp_path: Path) -> None:
        """New terms are added; those there are left, and what differs is told."""
        path = tmp_path / "terms.toml"
        path.write_text(self.OLD, encoding="utf-8")
        merged = terming.merge(
            path,
            [
                Term(
                    "a", {EN: Entry("z", variants=("y",)), ZH: Entry("算")}, EN, "", "n", {EN: "e"}
                ),
                Term("a", {EN: Entry("x")}),
                Term("b", {EN: Entry("b")}),
                Term("c", {EN: Entry("Y")}),
                Term("d", {EN: Entry("B")}),
                Term("", {EN: Entry("e")}),
                Term("f", {}),
            ],
        )
        assert merged.added == ("b",)
        assert merged.same == 1
        assert merged.differs == (
            'a: en.form: here "x", there "z".',
            'a: zh-Hans.form: here "", there "算".',
            'a: expansion.en: here "", there "e".',
            'a: note: here "", there "n".',
            'c: "Y" is a form of [a] here.',
            'd: "B" is a form of [b] here.',
        )
        assert [row.split(":")[0] for row in merged.refused] == ["(no name)", "f"]
        assert path.read_text(encoding="utf-8") == f'{self.OLD}\n[b]\nen = {{ form = "b" }}\n'

    def test_nothing_new_writes_nothing(self, tmp_path: Path) -> None:
        """The file is not even touched."""
        path = tmp_path / "terms.toml"
        path.write_text(self.OLD, encoding="utf-8")
        before = path.stat().st_mtime_ns
        terming.merge(path, [Term("a", {EN: Entry("x")})])
        assert path.stat().st_mtime_ns == before


@pytest.fixture
def reap(tmp_path: Path) -> Reap:
    """Harvests issues given as texts: `reap({"2025-01-01/briefs.en.md": ...}, known=...)`."""

    def run(files: dict[str, str], known: tuple[Term, ...] = (), **more: int) -> list[Candidate]:
        scripts = [
            parse(text, tmp_path / name, Locale(name.split(".")[1])) for name, text in files.items()
        ]
        path = tmp_path / "terms.toml"
        path.write_text("\n".join(termbase.lines(t) for t in known), encoding="utf-8")
        return harvest(scripts, collect(read_terms(path), []), (EN, ZH), **more)

    return run


class TestHarvest:
    """What is offered."""

    def test_glosses(self, reap: Reap) -> None:
        """Each gloss without an entry, most issues first, with the lines to paste."""
        text = "## H {#a}\n\n[[量力而行|within one’s means]], [[因地制宜|as it suits]]\n"
        other = "## 题 {#a}\n\n[[smart|智能]]，[[within one’s means|量力而行]]，[[算力]]。\n"
        known = (Term("local", {ZH: Entry("因地制宜")}),)
        files = {
            "2025-01-01/briefs.en.md": text,
            "2025-01-02/briefs.en.md": text,
            "2025-01-01/briefs.zh-Hans.md": other,
        }
        means, *rest = reap(files, known)
        assert (means.kind, means.count, means.issues) == ("gloss", 2, 2)
        assert dict(means.forms) == {ZH: "量力而行", EN: "within one’s means"}
        assert [(p.parent.name, line) for p, line in means.places] == [
            ("2025-01-01", 3), ("2025-01-02", 3),
        ]  # fmt: skip
        table = tomllib.loads(means.toml)
        assert termbase.readable(table)[0].origin == ZH
        assert {EN: "smart", ZH: "智能"} in [dict(c.forms) for c in rest]

    def test_a_sentence_is_no_term(self, reap: Reap) -> None:
        """A quotation given in the original is left alone."""
        assert reap({"2025-01-01/briefs.en.md": "## H {#a}\n\n[[走吧。|Let us go.]]\n"}) == []

    def test_names_and_titles(self, reap: Reap) -> None:
        """Runs of capitals and titles, counted; a sentence's first word is not part of them."""
        text = (
            "## Head {#a}\n\nThe Digital China Summit met at noon. Digital China Summit’s host, the\n"
            "Ministry of Silly Walks. At the Digital\nChina Summit, the “smart terminals” of "
            "Silly Walks. Yesterday Beijing said so; 《条例》 and “smart terminals”, "
            "“smart terminals”.\n"
        )
        found = reap({"2025-01-01/briefs.en.md": text}, least=2)
        told = {(c.kind, next(iter(c.forms.values()))): c.count for c in found}
        assert told == {("name", "Digital China Summit"): 3, ("title", "smart terminals"): 3}

    def test_phrases(self, reap: Reap) -> None:
        """Unknown runs of Han that stand often; known terms and everyday words are not offered."""
        rows = [
            "本市推进低空经济建设", "专家谈低空经济前景", "低空经济产业园开园", "算力券用于低空经济",
            "发放算力券", "企业领取算力券", "多地试点算力券", "企业希望扩大算力",
        ]  # fmt: skip
        files = {"2025-01-01/briefs.zh-Hans.md": "## 题 {#a}\n\n" + "。\n".join(rows)}
        found = {c.forms[ZH]: c.count for c in reap(files)}
        assert found == {"低空经济": 4, "算力券": 4}
        known = (Term("low", {ZH: Entry("低空经济")}),)
        assert [c.forms[ZH] for c in reap(files, known)] == ["算力券"]

    def test_what_a_reader_does_not_read(self, reap: Reap) -> None:
        """Code, addresses, citations and private lines hold no candidates."""
        text = (
            "`Digital China` [x](https://a.example/Digital China) [@a, Digital China]\n"
            "%% Digital China\n"
        )
        assert reap({"2025-01-01/briefs.en.md": f"## H {{#a}}\n\n{text * 3}"}, least=1) == []

    def test_names_of_entries_differ(self, reap: Reap) -> None:
        """Two candidates never share a name, nor take one that is taken."""
        text = "## H {#a}\n\n[[算力|power]] [[蒜粒|power %]] [[权力|power]]\n"
        known = (Term("power", {EN: Entry("might")}),)
        found = reap({"2025-01-01/briefs.en.md": text}, known)
        slugs = [next(iter(tomllib.loads(c.toml))) for c in found]
        assert sorted(slugs) == ["power-2", "power-3", "power-4"]


def test_phrases_are_the_longest() -> None:
    """A part is offered only where it stands often outside the longer phrase as well."""
    rows = [f"{a}新质生产力{b}" for a, b in zip("甲乙丙丁戊", "子丑寅卯辰", strict=True)]
    assert phrases(rows, 3) == ["新质生产力"]
    rows += [f"{a}生产力{b}" for a, b in zip("己庚辛壬癸", "巳午未申酉", strict=True)]
    assert set(phrases(rows, 3)) == {"新质生产力", "生产力"}
