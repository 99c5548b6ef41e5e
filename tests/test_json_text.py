"""JSON without the package `json`: the same texts and values, the same refusals."""

from __future__ import annotations

import json
import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convcalc.source.json_text import json_of, read_json

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(VALUES)
def test_the_texts_and_values_of_json(value: Any) -> None:
    text = json.dumps(value, ensure_ascii=False)
    assert json_of(value) == text
    assert read_json(text) == value
    assert read_json(f" \n{json.dumps(value, indent=1)}\t") == value


@given(st.text(alphabet='{}[]",:0123456789.eE-+truefalsnNaIity\\ \n', max_size=30))
def test_what_is_no_json_is_refused(text: str) -> None:
    try:
        expected = json.loads(text)
    except ValueError:
        with pytest.raises(ValueError, match=r"."):
            read_json(text)
    else:
        assert repr(read_json(text)) == repr(expected)


@pytest.mark.parametrize("value", [object(), {1: object()}, {(1, 2): 3}, {1, 2}])
def test_what_has_no_json(value: Any) -> None:
    with pytest.raises(TypeError) as expected:
        json.dumps(value)
    with pytest.raises(TypeError) as found:
        json_of(value)
    assert str(found.value) == str(expected.value)


def test_a_circle_is_refused() -> None:
    circle: list[Any] = []
    circle.append(circle)
    with pytest.raises(ValueError, match="Circular"):
        json_of(circle)


def test_without_the_functions_in_c(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "_json", None)
    assert read_json(json_of({"a": [1, "é"]})) == {"a": [1, "é"]}
