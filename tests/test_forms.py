"""The forms of reports are a registry: a file each, found by everybody who asks; what is no form is an error, never another form."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from command import convcalc as command

import convcalc
from convcalc.report.forms import UnknownForm, drawer, form_names

FORMS = {"summary": form_names("summary"), "check": form_names("check")}


def test_which_there_are() -> None:
    assert FORMS["summary"][:4] == ("table", "asciidoc", "csv", "github")
    assert {"table", "json", "markdown", "csv", "latex", "rst"} <= set(FORMS["summary"])
    assert FORMS["check"] == ("text", "github", "json", "sarif")


@pytest.mark.parametrize(("which", "form"), [(which, form) for which in FORMS for form in FORMS[which]])
def test_the_library_draws_what_the_command_does(root: Path, which: str, form: str) -> None:
    file = str(root / "examples" / "mnist_broken.py")
    report = convcalc.summary(file) if which == "summary" else convcalc.check(file)
    done = command(which, file, "--format", form)
    assert report.form(form) == done.out
    assert len({drawer(which, name)(report, _style(name)) for name in FORMS[which]}) == len(FORMS[which])


def _style(name: str) -> Any:
    from convcalc.report.forms import Style

    return Style(name)


@pytest.mark.parametrize("form", ["jsn", "yaml", "", "__init__", "tabulated", "../table", "text"])
def test_what_is_no_form_is_an_error(root: Path, form: str) -> None:
    report = convcalc.summary(root / "examples" / "mnist.py")
    with pytest.raises(UnknownForm, match="is no form of a summary"):
        report.form(form)
    done = command("summary", root / "examples" / "mnist.py", "--format", form)
    assert (done.code, done.out) == (2, "")
    assert "--format" in done.err
    if form != "text":
        with pytest.raises(ValueError, match="is no form of a check"):
            convcalc.check(root / "examples" / "mnist.py").form(form)
        assert command("check", root / "examples" / "mnist.py", "--format", form).code == 2


def test_the_near_one_is_named(root: Path) -> None:
    with pytest.raises(UnknownForm, match="did you mean 'json'"):
        drawer("check", "jsno")


def test_json_is_the_dict(root: Path) -> None:
    report = convcalc.summary(root / "examples" / "mnist.py")
    assert json.loads(report.form("json")) == report.to_dict()
