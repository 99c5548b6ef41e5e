"""Whole training scripts, untouched: every trap of the tutorials that the project came from, in scripts of our own.

The expected numbers are PyTorch's (tests/torch/test_verify.py runs the same scripts under real PyTorch).
"""

from __future__ import annotations

from pathlib import Path

import pytest
from command import summary

SCRIPTS = Path(__file__).parent / "scripts"

# script, class, construction, input, outputs, parameters
RUNS = [
    ("hard_coded_batch.py", "Digits", "Digits()", [1, 1, 28, 28], [[10]], 21_840),
    ("missing_module.py", "Net", "Net()", [5, 1, 28, 28], [[5, 10]], 31_786),
    ("overrides_train.py", "Classifier", "Classifier(0.01)", [2, 1, 28, 28], [[2], [2]], 23_754),
    ("sliced_config.py", "Net", "Net('conv')", [100, 1, 28, 28], [[100, 32]], 53_592),
    ("transformer.py", "Sentences", "Sentences()", [3, 12], [[3, 5], [3, 1, 12]], 24_709),
    ("variants.py", "Net", "Net('large')", [64, 1, 64, 64], [[64, 10]], 26_378),
]


# scripts of other kinds: the models with their inputs, outputs and parameters
KINDS = [
    ("trainer_class.py", [("CifarNet", "CifarNet(...)", [[128, 3, 32, 32]], [[128, 10]], 60_458)]),
    (
        "two_networks.py",
        [
            ("Generator", "Generator()", [[64, 100]], [[64, 1, 28, 28]], 247_952),
            ("Discriminator", "Discriminator()", [[64, 1, 28, 28]], [[64, 1]], 201_217),
        ],
    ),
    ("packed_text.py", [("LSTMClassifier", "LSTMClassifier(1000)", [[3, 4], [3]], [[3, 5]], 659_205)]),
    ("attention.py", [("GPT", "GPT()", [[4, 32], [4, 32]], [[4, 32, 100], []], 156_352)]),
    ("folds.py", [("SimpleConvNet", "SimpleConvNet()", [[10, 1, 28, 28]], [[10, 10]], 338_660)]),
    ("table_of_prices.py", [("Regressor", "Regressor()", [[16, "features"]], [[16]], 961)]),
    (
        "pairs.py",
        [("SiameseNetwork", "SiameseNetwork()", [[64, 1, 100, 100], [64, 1, 100, 100]], [[64, 5], [64, 5]], 4_000_665)],
    ),
    ("described.py", [("Net", "Net()", [[2, 3, 32, 32]], [[2, 10]], 72_234)]),
    ("resumed.py", [("Mlp", "Mlp([32, 16])", [[5, 8]], [[5, 2]], 850)]),
    ("measured_in_constructor.py", [("AE", "AE(...)", [[32, 1, 28, 28]], [[32, 1, 28, 28]], 28_369)]),
    ("rows_as_steps.py", [("RNN", "RNN(28, 128, 2, 10)", [[100, 28, 28]], [[100, 10]], 214_282)]),
    ("letters.py", [("\u0421\u0435\u0442\u044c", "\u0421\u0435\u0442\u044c()", [[3, 4]], [[3, 2]], 114)]),
]


@pytest.mark.parametrize(("script", "models"), KINDS)
def test_kind_of_script(script: str, models: list[tuple[object, ...]]) -> None:
    done = summary(SCRIPTS / script)
    given = [shape for _, _, inputs, _, _ in models for shape in inputs]  # type: ignore[attr-defined]
    is_known = all(shape is not None and not any(isinstance(size, str) for size in shape) for shape in given)
    assert done.code == (0 if is_known else 3), done.err
    found = [
        (
            m["target"]["class"],
            m["target"]["call"],
            [i["shape"] for i in m["inputs"]],
            [o["shape"] for o in m["outputs"]],
            m["totals"]["params"],
        )
        for m in done.models
    ]
    assert found == models


@pytest.mark.parametrize(("script", "name", "construction", "given", "outputs", "params"), RUNS)
def test_script(
    script: str, name: str, construction: str, given: list[int], outputs: list[list[int]], params: int
) -> None:
    done = summary(SCRIPTS / script)
    assert done.code == 0, done.err
    (model,) = done.models
    assert model["target"]["class"] == name
    assert model["target"]["call"] == construction
    assert [(i["shape"], i["from"]) for i in model["inputs"]] == [(given, "script")]
    assert [o["shape"] for o in model["outputs"]] == outputs
    assert model["totals"]["params"] == params
    assert not [d for d in model["diagnostics"] if d["severity"] in ("error", "unknown")]


def test_a_larger_batch_does_not_fit_a_view_of_one_image() -> None:
    script = SCRIPTS / "hard_coded_batch.py"
    done = summary(f"{script}::Digits()", "--input", "64x1x28x28")
    assert done.code == 1
    (error,) = [d for d in done.models[0]["diagnostics"] if d["severity"] == "error"]
    assert error["line"] == 1 + script.read_text().splitlines().index(
        "        x = self.pool(F.relu(self.second(x))).view(320)"
    )
    assert "shape '[320]' is invalid for input of size 20480" in error["torch"]
    rows = {(row["path"], row["call"]): row["outputs"] for row in done.models[0]["rows"] if row["kind"] == "module"}
    assert rows["pool", 1] == [[64, 20, 4, 4]]
    assert rows["", 0] is None
    assert not any(path in ("hidden", "out") for path, _ in rows)  # nothing after the refusal is invented


def test_a_variant_that_does_not_fit() -> None:
    script = SCRIPTS / "variants.py"
    done = summary(f"{script}::Net('small')", "--input", "2x1x64x64")
    assert done.code == 1
    (error,) = [d for d in done.models[0]["diagnostics"] if d["severity"] == "error"]
    assert error["rule"] == "linear-in-features"
    assert (error["expected"], error["actual"], error["path"]) == (2048, 4096, "head.1")
    assert error["line"] == 1 + script.read_text().splitlines().index("        return self.head(self.features(x))")
    assert "mat1 and mat2 shapes cannot be multiplied (2x4096 and 2048x10)" in error["torch"]


def test_a_file_without_a_model_lists_its_operations() -> None:
    done = summary(SCRIPTS / "functional.py")
    assert done.code == 0, done.err
    (model,) = done.models
    assert model["target"]["class"] is None
    operations = [(row["type"], row["outputs"]) for row in model["rows"]]
    assert ("F.conv2d", [[1, 1, 3, 3]]) in operations
    assert ("torch.flatten", [[2, 48]]) in operations


def test_the_batch_alone_can_be_changed() -> None:
    model = summary(SCRIPTS / "variants.py", "--batch", "7").models[0]
    assert model["inputs"][0]["shape"] == [7, 1, 64, 64]
    assert model["outputs"][0]["shape"] == [7, 10]
