"""SVG and HTML: always well formed, closed to what others wrote, readable, complete."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from doorward.render import fit
from doorward.render.advice import PARTY
from doorward.render.html import html_from_record
from doorward.render.palette import DARK, GROUNDS, INKS, LIGHT, TONE, themed
from doorward.render.record import facts
from doorward.render.scheme import scheme_of
from doorward.render.svg import svg_from_record
from doorward.render.text import text_from_record
from doorward.results.advice import Party
from tests.render.situations import explained
from tests.render.telling import TELLING

RECORDS = {name: explained(found) for name, found in TELLING.items()}
SVG = "{http://www.w3.org/2000/svg}"


def parsed(svg: str) -> ET.Element:
    assert svg.isascii()  # it can be written, and read, in whatever encoding
    return ET.fromstring(svg)  # noqa: S314 (our own)


def words(root: ET.Element) -> list[str]:
    """The lines of a picture as they are meant: whole where they are cut."""
    shown = []
    for line in root.iter(f"{SVG}text"):
        title = line.find(f"{SVG}title")
        shown.append((line.text if title is None else title.text) or "")
    return shown


# ---------------------------------------------------------------------------- any record

text = st.text(max_size=60) | st.text(
    st.sampled_from(
        "\x00\x01\x1b\x7f\x85\u200d\u202e\u2066\ufeff\ufffe\U0001f9d4\ud800]>&<\"'/-!"
    ),
    max_size=30,
)
number = st.integers(0, 10**6)
effect = st.sampled_from(["ALLOW", "EXPLICIT_DENY", "IMPLICIT_DENY", "NOT_APPLICABLE"]) | text
layer = st.sampled_from(sorted({each["layer"] for each in RECORDS["identity-allow"]["layers"]}))
reference = st.fixed_dictionaries(
    {"layer": layer | text, "policy": number, "statement": number, "pointer": text},
    optional={
        "level": number,
        "sid": text,
        "policyName": text,
        "policyArn": text,
        "policyVia": text,
    },
)
entry = st.fixed_dictionaries(
    {"pointer": text, "written": text, "readAs": text | st.none(), "matched": st.booleans()}
)
element = st.fixed_dictionaries(
    {
        "name": text,
        "pointer": text,
        "matched": st.booleans(),
        "tested": st.lists(text, max_size=3) | st.none(),
        "entries": st.lists(entry, max_size=3),
    },
    optional={"key": text, "provenance": text},
)
statement = st.builds(
    lambda where, more: {**where, **more},
    reference,
    st.fixed_dictionaries(
        {
            "reason": st.sampled_from(["matched", "action", "condition"]) | text,
            "effect": st.sampled_from(["Allow", "Deny"]) | text,
            "elements": st.lists(element, max_size=2),
        }
    ),
)
quoted = st.builds(
    lambda where, excerpt: {**where, "line": 3, "column": 5, "excerpt": excerpt}, reference, text
)
value = st.dictionaries(text, text | st.lists(text, max_size=2), max_size=3)
change = st.builds(
    lambda where, more: {**where, **more},
    reference,
    st.fixed_dictionaries(
        {"change": st.just("addStatement"), "statement": value}, optional={"account": text}
    )
    | st.fixed_dictionaries(
        {"change": st.just("replaceStatement"), "statements": st.lists(value, max_size=2)}
    )
    | st.fixed_dictionaries(
        {"change": st.just("changeContext"), "key": text, "value": text | st.none()}
    )
    | st.fixed_dictionaries({"change": st.just("stopBlockingPublicAccess"), "resource": text})
    | st.fixed_dictionaries({"change": text}),
)
advice = st.fixed_dictionaries(
    {
        "ways": st.lists(
            st.builds(
                lambda changes, party, opens: {
                    "changes": [{**each, "party": party, "opens": opens} for each in changes]
                },
                st.lists(change, max_size=2),
                text,
                st.lists(text, max_size=2),
            ),
            max_size=2,
        ),
        "endings": st.lists(
            st.fixed_dictionaries({"statements": st.lists(reference, max_size=2)}), max_size=2
        ),
    },
    optional={"final": st.booleans()},
)
records = st.fixed_dictionaries(
    {
        "effect": effect,
        "rule": st.sampled_from([record["rule"] for record in RECORDS.values()]) | text,
        "layers": st.lists(
            st.fixed_dictionaries(
                {"layer": layer | text, "effect": effect}, optional={"level": number}
            ),
            max_size=12,
        ),
        "determining": st.lists(reference | quoted, max_size=3),
        "blockedBy": st.lists(layer | text, max_size=2),
        "principal": text,
        "action": text,
        "resource": text,
    },
    optional={
        "resources": st.lists(text, max_size=3),
        "message": text,
        "assumptions": st.lists(text, max_size=2),
        "statements": st.lists(statement, max_size=6),
        "context": st.lists(
            st.fixed_dictionaries(
                {"key": text, "values": st.lists(text, max_size=2), "provenance": text}
            ),
            max_size=2,
        ),
        "dependsOn": st.lists(
            st.fixed_dictionaries(
                {"context": st.dictionaries(text, text, max_size=2), "effect": effect}
            ),
            max_size=2,
        ),
        "dependsOnMore": st.booleans(),
        "advice": advice,
    },
)

ELEMENTS_OF_SVG = {"svg", "title", "desc", "style", "rect", "path", "circle", "text"}


@given(records)
@settings(max_examples=60, deadline=None)
def test_any_record_gives_well_formed_xml_of_known_elements(record: dict[str, Any]) -> None:
    root = parsed(svg_from_record(record))
    assert {each.tag.removeprefix(SVG) for each in root.iter()} <= ELEMENTS_OF_SVG
    for each in root.iter():
        assert not any(name.startswith("on") or "href" in name for name in each.attrib)
    assert all(line.isprintable() for line in words(root))


class Tags(HTMLParser):
    """The elements of a page, and whether they are closed in order."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: set[str] = set()
        self.attributes: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open.append(tag)
        self.seen.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


ELEMENTS_OF_HTML = {
    *ELEMENTS_OF_SVG,
    *("section", "h2", "h3", "p", "dl", "dt", "dd", "div", "span", "code", "bdi", "pre"),
    *("table", "ol", "li", "strong", "thead", "tbody", "tr", "th", "td", "details", "summary"),
}


@given(records)
@settings(max_examples=40, deadline=None)
def test_any_record_gives_a_fragment_of_known_elements(record: dict[str, Any]) -> None:
    page, fragment = Tags(), html_from_record(record)
    assert fragment.isascii()
    page.feed(fragment)
    page.close()
    assert page.open == []
    assert page.seen <= ELEMENTS_OF_HTML
    assert not any(name.startswith("on") or name in {"href", "src"} for name in page.attributes)


# ------------------------------------------------------------------------------ the picture


@pytest.mark.parametrize("name", RECORDS)
def test_a_picture_has_a_name_and_a_text(name: str) -> None:
    record = RECORDS[name]
    root = parsed(svg_from_record(record, name="one"))
    assert root.get("role") == "img"
    title, described = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert title is not None
    assert described is not None
    assert (root.get("aria-labelledby"), root.get("aria-describedby")) == (
        title.get("id"),
        described.get("id"),
    )
    assert (title.text or "").split(":")[0] in text_from_record(record)
    whole = text_from_record(record).split("\n")
    assert [line for line in (described.text or "").split("\n") if line not in whole] == []


@pytest.mark.parametrize("name", RECORDS)
def test_a_picture_shows_every_word_of_the_scheme(name: str) -> None:
    record = RECORDS[name]
    scheme = scheme_of(record)
    shown = "\n".join(words(parsed(svg_from_record(record))))
    for check in scheme.checks:
        assert check.title.lower() in shown.lower()
        assert check.state.value in shown
        said = [*check.said, *(each for level in check.levels for each in level.said)]
        for each in said:
            assert each.policy in shown
            assert each.place in shown
            assert each.words in shown
    assert scheme.answer in shown
    assert scheme.rule in shown


def test_a_name_that_is_too_long_is_cut_in_the_middle_and_whole_in_its_title() -> None:
    record = RECORDS["long-names"]
    root = parsed(svg_from_record(record))
    cut = [line for line in root.iter(f"{SVG}text") if line.find(f"{SVG}title") is not None]
    titles = [line[0].text or "" for line in cut]
    assert record["resource"] in titles
    assert record["principal"] in titles
    for line in cut:
        begin, end = (line[0].tail or "").split("…")
        assert begin
        assert (line[0].text or "").startswith(begin)
        assert (line[0].text or "").endswith(end)


@pytest.mark.parametrize("name", RECORDS)
def test_only_names_are_cut_never_our_own_words(name: str) -> None:
    for line in parsed(svg_from_record(RECORDS[name])).iter(f"{SVG}text"):
        if line.find(f"{SVG}title") is not None:
            assert "m" in line.get("class", "").split()
            assert line[0].tail != line[0].text


@pytest.mark.parametrize("name", RECORDS)
def test_nothing_reaches_out_of_the_picture(name: str) -> None:
    """By the measure of the widest usual font; the browser proof looks at real ones."""
    root = parsed(svg_from_record(RECORDS[name]))
    width, height = (float(root.get(side, "0")) for side in ("width", "height"))
    for line in root.iter(f"{SVG}text"):
        shown = line.text or line[0].tail or ""
        mono = "m" in line.get("class", "").split()
        room = fit.mono(shown) * 12 if mono else fit.sans(shown) * 13
        left = float(line.get("x", "0"))
        left -= room if line.get("text-anchor") == "end" else 0
        assert left >= 0
        assert left + room < width
        assert 0 < float(line.get("y", "0")) < height


def test_many_can_stand_on_one_page() -> None:
    pages = [html_from_record(record) for record in RECORDS.values()]
    ids = [found for page in pages for found in re.findall(r' id="([^"]*)"', page)]
    assert len(ids) == 3 * len(RECORDS)
    assert len(set(ids)) == len(ids)
    same = RECORDS["identity-allow"]
    assert svg_from_record(same, name="left").replace('"left-', '"right-') == svg_from_record(
        same, name="right"
    )


@pytest.mark.parametrize("name", ["1", "a b", 'a"', "é", "a\n"])
def test_a_name_that_cannot_begin_an_id_is_refused(name: str) -> None:
    for form in (svg_from_record, html_from_record):
        with pytest.raises(ValueError, match="the name of a picture"):
            form(RECORDS["identity-allow"], name=name)


def test_the_record_of_an_event_can_be_drawn() -> None:
    found = TELLING["explicit-deny"]
    record = json.loads(json.dumps(facts(found.decision, found.layers)))
    assert "DenyReadsOfSensitiveData" in svg_from_record(record)
    assert "DenyReadsOfSensitiveData" in html_from_record(record)


def test_a_fragment_holds_what_the_text_holds() -> None:
    class Words(HTMLParser):
        said = ""

        def handle_data(self, data: str) -> None:
            self.said += data

    for record in RECORDS.values():
        page = Words()
        page.feed(html_from_record(record))
        for fact in (record.get("message"), record["principal"], record["rule"]):
            if fact and fact.isprintable():
                assert fact in page.said
        for each in record["statements"]:
            assert f"statement {each['statement']}" in page.said
            for tested in each["elements"]:
                assert tested["name"] in page.said
        for way in record["advice"]["ways"]:
            for each in way["changes"]:
                assert PARTY[Party(each["party"])].lower() in page.said.lower()
        assert ("What carries it" in page.said) == bool(record["advice"]["endings"])


# -------------------------------------------------------------------------------- colours


def contrast(one: str, other: str) -> float:
    """WCAG 2.2, "contrast ratio"."""

    def luminance(color: str) -> float:
        channels = (int(color[at : at + 2], 16) / 255 for at in (1, 3, 5))
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_contrast_is_measured_as_wcag_says() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_every_ink_is_readable_on_every_ground(theme: dict[str, str]) -> None:
    assert {*INKS, *GROUNDS, "line"} == set(LIGHT) == set(DARK)
    assert set(TONE.values()) <= set(INKS)
    for ink in INKS:
        for ground in GROUNDS:
            assert contrast(theme[ink], theme[ground]) >= 4.5, (ink, ground)
    assert contrast(theme["line"], theme["card"]) >= 3


def test_a_theme_can_be_forced_from_outside() -> None:
    css = themed(".x", {"": "color:$ink", "b": "fill:$allow-ground"})
    assert css.split("\n")[0] == f".x{{color:{LIGHT['ink']}}}.x b{{fill:{LIGHT['allow-ground']}}}"
    assert f"[data-theme=dark] .x b{{fill:{DARK['allow-ground']}}}" in css
    assert f".x[data-theme=light],[data-theme=light] .x{{color:{LIGHT['ink']}}}" in css
    assert "$" not in css


# ---------------------------------------------------------------------------- cut and wrap


@given(st.text(max_size=80), st.floats(2, 30))
def test_cut_text_fits_and_keeps_both_ends(given_text: str, width: float) -> None:
    shown = fit.cut(given_text, width, fit.mono)
    assert fit.mono(shown) <= width
    if shown != given_text:
        begin, _, end = shown.partition("…")
        assert given_text.startswith(begin) or "…" in given_text
        assert given_text.endswith(end) or "…" in given_text


@pytest.mark.parametrize(
    ("given_text", "lines"),
    [
        ("", [""]),
        ("a b", ["a b"]),
        ("aaaa bbbb cc", ["aaaa bbbb", "cc"]),
        ("aaaaaaaaaaaaaaaa b", ["aaaa…aaaa", "b"]),
        ("b aaaaaaaaaaaaaaaa", ["b", "aaaa…aaaa"]),
    ],
)
def test_wrapping(given_text: str, lines: list[str]) -> None:
    assert fit.wrap(given_text, 9 * 0.61 + 0.01, fit.mono) == lines


def test_wide_letters_take_more_room() -> None:
    assert fit.mono("読み") > 3 * fit.mono("a")
    assert fit.mono("e\u0301") < 2 * fit.mono("e")
    assert fit.bold("name") > fit.sans("name")
