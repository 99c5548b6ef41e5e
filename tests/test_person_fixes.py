"""The first fix that `check` offers is the one that a person would make: programs and fixes in `person_fixes`."""

from __future__ import annotations

import pytest
from person_fixes import FIRST

from convcalc.analysis.checking import CheckSettings, check_source
from convcalc.analysis.subject import Subject
from convcalc.source.found import Given


@pytest.mark.parametrize("name", FIRST)
def test_the_first_fix_is_what_a_person_would_write(name: str) -> None:
    text, new = FIRST[name]
    report = check_source(Subject("model.py", text.encode(), None, Given()), CheckSettings())
    errors = [d for d in report["diagnostics"] if d["severity"] == "error"]
    assert errors
    assert [fix["new"] for fix in errors[0]["suggestions"][:1]] == [new]
