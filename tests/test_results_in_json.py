"""Results read as the JSON that they become, lose nothing on the way there and back, and the table of rules reads as a dict."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from mistakes import HEAD

import convcalc
from convcalc.check.diagnostic import Diagnostic, Fix
from convcalc.check.frozen import Frozen, ReadByKey
from convcalc.check.rules import RULES

FIX = {
    "text": "make it 16", "file": "model.py", "line": 8, "column": 21, "end_line": 9, "end_column": 40, "old": "nn.Conv2d(8, 4, 3)",
    "new": "nn.Conv2d(16, 4, 3)", "applicability": "safe", "certain": True, "reason": "then it fits", "cell": 3,
}  # fmt: skip
DIAGNOSTIC = {
    "rule": "conv-channels", "severity": "error", "file": "model.py", "line": 12, "column": 5, "end_line": 13, "end_column": 9, "path": "net.0",
    "message": "expected 8 channels", "expected": 8, "actual": 16, "shape": [2, 16, 30, 30], "constructor": {"file": "model.py", "line": 8},
    "provenance": [{"operation": "relu"}], "suggestions": [FIX], "torch": "RuntimeError: Given groups=1", "origin": {"line": 4}, "cell": 2,
}  # fmt: skip


class Step(Frozen):
    class_name: str
    shape: tuple[int, ...]
    inner: Any
    note: Any
    __slots__ = ("class_name", "inner", "note", "shape")
    JSON_NAMES = {"class_name": "class"}
    OPTIONAL = frozenset(("note", "inner"))
    PARTS: dict[str, Any] = {}


Step.PARTS = {"inner": Step}


@pytest.mark.parametrize(("kind", "form"), [(Fix, FIX), (Diagnostic, DIAGNOSTIC)], ids=["fix", "diagnostic"])
def test_nothing_is_lost_on_the_way_to_json_and_back(kind: Any, form: dict[str, Any]) -> None:
    made = kind.from_dict(form)
    assert made.to_dict() == form
    assert list(made.to_dict()) == list(kind.from_dict(made).to_dict())
    assert kind.from_dict(json.loads(json.dumps(form))) == made
    for key, value in form.items():
        assert made[key] == value
        assert key in made
        other = kind.from_dict({**form, key: "other" if key not in ("suggestions", "certain") else []})
        assert (other == made) is (key == "certain")  # which the applicability decides
    assert (set(made), set(made.keys())) == (set(form), set(form))
    assert (made.get("line"), made.get("no such key"), made.get("no such key", 3)) == (form["line"], None, 3)
    assert "no such key" not in made
    assert made != "text"
    with pytest.raises(TypeError):
        hash(made)


def test_what_is_not_there_has_no_key() -> None:
    for key in ("cell", "torch"):
        bare = Diagnostic.from_dict({name: value for name, value in DIAGNOSTIC.items() if name != key})
        assert key not in bare
        assert bare[{"cell": "torch", "torch": "cell"}[key]] == DIAGNOSTIC[{"cell": "torch", "torch": "cell"}[key]]
    assert "cell" not in Fix.from_dict({name: value for name, value in FIX.items() if name != "cell"})
    assert Fix.from_dict({name: value for name, value in FIX.items() if name != "applicability"}).is_safe is False
    least = Diagnostic("usage", "error", None, None, "a text")
    assert {key: value for key, value in least.to_dict().items() if value not in (None, [])} == {
        "rule": "usage",
        "severity": "error",
        "message": "a text",
    }
    assert repr(least) == "<Diagnostic error[usage] None:None: a text>"


def test_a_frozen_result() -> None:
    made = Step(class_name="Linear", shape=(2, 3), inner=(Step(class_name="ReLU", shape=()),))
    assert made.to_dict() == {"class": "Linear", "shape": [2, 3], "inner": [{"class": "ReLU", "shape": []}]}
    assert Step.from_dict({**made.to_dict(), "unknown": 1}) == made
    assert (made.note, made["class"], made["inner"][0]["class"], made["shape"]) == (None, "Linear", "ReLU", [2, 3])
    assert ("note" in made, "class" in made, "class_name" in made) == (False, True, False)
    assert (made.with_(shape=(1,)).shape, made.shape) == ((1,), (2, 3))
    assert made.without("inner").to_dict() == {"class": "Linear", "shape": [2, 3]}
    assert len({made, Step.from_dict(made.to_dict()), made.without("inner")}) == 2
    assert repr(made.without("inner")) == "Step(class_name='Linear', shape=(2, 3))"
    assert (made == made.to_dict(), made == made.with_(note="x"), made == 3) == (True, False, False)
    for wrong, told in (
        ({"class_name": "A"}, "needs shape"),
        ({"class_name": "A", "shape": (), "x": 1}, "has no field x"),
    ):
        with pytest.raises(TypeError, match=told):
            Step(**wrong)
    for change in (
        lambda: setattr(made, "shape", ()),
        lambda: delattr(made, "shape"),
        lambda: getattr(made, "noth" + "ing"),
        lambda: object.__getattribute__(made, "note"),
    ):
        with pytest.raises(AttributeError):
            change()
    with pytest.raises(KeyError):
        made["note"]
    with pytest.raises(NotImplementedError):
        ReadByKey().to_dict()


def test_the_rules_read_as_a_dict() -> None:
    names = RULES.names()
    assert names == sorted(names)
    assert (list(RULES), len(RULES), [name for name, _ in RULES.items()]) == (names, len(names), names)
    assert [rule.name for rule in RULES.values()] == names
    assert all(RULES[name] is rule is RULES.get(name) for name, rule in RULES.items())
    assert ("concat" in RULES, "no-such-rule" in RULES, RULES.get("no-such-rule")) == (True, False, None)
    for wrong in ("no-such-rule", "../rules", "", 3, None):
        with pytest.raises(KeyError):
            RULES[wrong]  # type: ignore[index]
    assert (repr(RULES)[:10], repr(RULES["concat"])) == ("{argument,", "<Rule concat>")


def test_a_whole_check_comes_back_from_its_json(tmp_path: Path) -> None:
    file = tmp_path / "model.py"
    file.write_text(HEAD + "a = nn.Sequential(nn.Conv2d(3, 16, 3), nn.Conv2d(8, 4, 3))\na(torch.randn(2, 3, 32, 32))\n")
    found = convcalc.check(str(file))
    told = json.loads(found.form("json"))
    (diagnostic,) = [d for file in told["files"] for d in file["diagnostics"]]
    again = Diagnostic.from_dict(diagnostic)
    assert again.to_dict() == diagnostic
    assert [fix.to_dict() for fix in again.fixes] == diagnostic["suggestions"]
    assert (again.line, again.rule, again.expected, again.actual) == (5, "conv-channels", 8, 16)
