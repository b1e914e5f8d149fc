"""The law of pages: walking them gives everything once, in order, whatever comes between."""

from __future__ import annotations

import base64

from hypothesis import given
from hypothesis import strategies as st

from doorward.api.iam import shapes
from doorward.api.pages import LONGEST_KEY, Page, page
from doorward.control import messages


def _page(items: set[str], marker: str | None, limit: int) -> Page[str]:
    return page(items, str, marker, limit, messages.INVALID_MARKER)


@given(items=st.sets(st.text(min_size=1), max_size=30), limit=st.integers(1, 7))
def test_walking_the_pages_gives_everything_once_in_order(items: set[str], limit: int) -> None:
    walked: list[str] = []
    marker: str | None = None
    while True:
        found = _page(items, marker, limit)
        assert len(found.items) <= limit
        walked += found.items
        marker = found.marker
        if marker is None:
            break
        assert found.items, "a page that is not the last has items"
    assert walked == sorted(items)


@given(items=st.sets(st.text(min_size=1), min_size=2, max_size=20), data=st.data())
def test_what_goes_between_two_pages_moves_nothing(items: set[str], data: st.DataObject) -> None:
    limit = data.draw(st.integers(1, len(items) - 1))
    first = _page(items, None, limit)
    gone = data.draw(st.sets(st.sampled_from(sorted(items))))
    rest = _page(items - gone, first.marker, len(items))
    assert list(rest.items) == [item for item in sorted(items)[limit:] if item not in gone]


LONG = st.tuples(
    st.sampled_from(["a" * 199, "漢" * 66, "b" * 240]), st.text(min_size=1, max_size=9)
)


@given(items=st.sets(LONG.map("".join), min_size=2, max_size=12), limit=st.integers(1, 3))
def test_keys_that_no_marker_could_hold_come_once_each_too(items: set[str], limit: int) -> None:
    walked: list[str] = []
    marker: str | None = None
    while marker is not None or not walked:
        found = _page(items, marker, limit)
        walked += found.items
        marker = found.marker
        assert len(base64.urlsafe_b64decode(marker or "")) <= LONGEST_KEY
    assert sorted(walked) == sorted(items)


@given(st.text(alphabet=st.characters(min_codepoint=9, max_codepoint=255)))
def test_documents_are_encoded_once_by_rfc_3986(text: str) -> None:
    """Only unreserved characters and %XX; one decoding gives the text back."""
    from re import fullmatch
    from urllib.parse import unquote

    encoded = shapes.document(text)
    assert fullmatch(r"(?:[A-Za-z0-9._~-]|%[0-9A-F]{2})*", encoded)
    assert unquote(encoded) == text
