"""Paths of a loaded file (`source/paths.py`) are those of Python's own `pathlib`."""

from __future__ import annotations

import pathlib
import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convcalc.source import paths
from convcalc.tensor import Unknown

PARTS = st.lists(
    st.sampled_from(["a", "b.c", ".", "..", "", "d.tar.gz", ".e", "f.", "..g", "h i", "é", "*", "b.*"]), max_size=5
)
TEXTS = st.builds(lambda lead, parts: lead + "/".join(parts), st.sampled_from(["", "/", "//", "///", "./"]), PARTS)
READS = "root anchor drive parts name suffix suffixes stem parent parents".split()
CALLS = "__str__ __fspath__ __bytes__ as_posix is_absolute as_uri".split()
TAKES = "__truediv__ __rtruediv__ joinpath relative_to is_relative_to match with_name with_stem with_suffix".split()
if sys.version_info >= (3, 14):
    READS = [name for name in READS if name not in ("suffix", "suffixes", "stem")]  # of `f.`
    TAKES = [name for name in TAKES if name not in ("with_stem", "with_suffix")]


def seen(value: Any) -> Any:
    if isinstance(value, (pathlib.PurePath, paths.PurePosixPath)):
        return str(value)
    if isinstance(value, (tuple, list)) or type(value).__name__ == "_PathParents":
        return [seen(part) for part in value]
    return value


def outcome(call: Any) -> Any:
    try:
        return seen(call())
    except (ValueError, TypeError) as error:
        return type(error)


@given(st.lists(TEXTS, min_size=0, max_size=3))
def test_a_path_is_made_and_read(texts: list[str]) -> None:
    ours, real = paths.PurePosixPath(*texts), pathlib.PurePosixPath(*texts)
    for name in READS:
        assert seen(getattr(ours, name)) == seen(getattr(real, name)), name
    for name in CALLS:
        assert outcome(getattr(ours, name)) == outcome(getattr(real, name)), name
    assert repr(ours) == repr(real)


@given(TEXTS, TEXTS)
def test_two_paths(one: str, other: str) -> None:
    ours, real = paths.PurePosixPath(one), pathlib.PurePosixPath(one)
    for name in TAKES:
        if name in ("with_name", "with_stem") and (other in (".", "") or "/" in other):
            continue  # versions of Python differ in what they refuse
        if name == "with_suffix" and (real.name.endswith("..g") or "/" in other):
            continue
        assert outcome(lambda n=name: getattr(ours, n)(other)) == outcome(lambda n=name: getattr(real, n)(other)), name
    theirs = pathlib.PurePosixPath(other), paths.PurePosixPath(other)
    assert (ours == theirs[1]) == (real == theirs[0])
    assert (hash(ours) == hash(theirs[1])) >= (ours == theirs[1])


@pytest.mark.parametrize("name", ["pathmod", "_parser", "os", "sys"])
def test_it_leads_nowhere(name: str) -> None:
    assert not hasattr(paths.PurePosixPath, name)


@pytest.mark.parametrize("name", sorted(set(dir(pathlib.PurePosixPath)) - set(dir(object)) - {"__slots__"}))
def test_what_it_lacks_of_pythons_own_is_not_known(name: str) -> None:
    assert hasattr(paths.PurePosixPath, name)
    if name in ("_flavour", "parser"):
        assert type(getattr(paths.PurePosixPath, name)) is type(getattr(paths.PurePosixPath("a"), name)) is Unknown


def test_what_is_no_path() -> None:
    for wrong in (1, None, b"a", object()):
        with pytest.raises(TypeError):
            paths.PurePosixPath(wrong)


def test_a_text_that_lies() -> None:
    class Text(str):
        def __str__(self) -> str:
            return "other"

        def __getitem__(self, key: Any) -> str:
            return "other"

        def split(self, *args: Any) -> list[str]:
            return ["other"]

    assert str(paths.PurePosixPath(Text("a/b"))) == "a/b"
