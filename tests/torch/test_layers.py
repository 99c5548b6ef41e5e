"""Every layer against PyTorch, on examples that are valid and on examples with one fault."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from convcalc import nn
from convcalc.nn.names import FAMILY
from convcalc.trace.recorder import Recorder
from convcalc.verify.answers import compare, difference, has_macs, run_convcalc, run_torch
from convcalc.verify.fuzz import fuzz, layers
from convcalc.verify.reference import macs_unfused
from convcalc.verify.strategies import LAYERS, Example, Given, examples_of, in_half

WINDOWED = ("convolution", "pooling", "padding", "upsampling", "folding")

# Layers without examples of their own, and why.
NO_EXAMPLES = {
    "Container": "an empty Module without forward",
    "DataParallel": "splits a batch over GPUs",
    "Module": "has no forward; the base of all",
    "ModuleDict": "holds layers, has no forward",
    "ModuleList": "holds layers, has no forward",
    "ParameterDict": "holds parameters, has no forward",
    "ParameterList": "holds parameters, has no forward",
    "RNNBase": "has no forward; the base of RNN, LSTM and GRU",
    "RNNCellBase": "has no forward; the base of the cells",
    "Sequential": "does what its layers do",
    "SyncBatchNorm": "refuses a CPU in training; its eval mode is that of BatchNorm, and module_db has its rows",
}


def examples_for(layer: str) -> int:
    """As many as the profile says for windowed layers, whose arithmetic is the richest; a third of it for the others."""
    most: int = settings().max_examples
    return most if FAMILY[layer] in WINDOWED else max(most * 3 // 10, 15)


@pytest.mark.parametrize("layer", layers())
def test_a_layer_answers_as_in_pytorch(layer: str) -> None:
    @settings(max_examples=examples_for(layer))
    @given(examples_of(layer))
    def agrees(example: Example) -> None:
        assert compare(example) is None

    agrees()


@pytest.mark.parametrize("layer", layers())
def test_valid_examples_are_accepted(layer: str) -> None:
    """A generator whose examples are all refused would compare refusals with refusals."""
    accepted = {True: 0, False: 0}

    @settings(max_examples=examples_for(layer))
    @given(LAYERS[layer].valid)
    def count(example: Example) -> None:
        if example.fault is None:
            accepted[run_convcalc(example).error is None] += 1

    count()
    assert accepted[False] == 0
    assert accepted[True] > 0


@pytest.mark.parametrize("name", sorted(name for name in dir(torch.nn) if isinstance(getattr(torch.nn, name), type)))
def test_every_layer_has_examples_or_a_reason(name: str) -> None:
    if not issubclass(getattr(torch.nn, name), torch.nn.Module):
        return
    assert (name in LAYERS) != (name in NO_EXAMPLES)
    if name in LAYERS:
        assert hasattr(nn, name)


def test_what_has_no_examples_exists() -> None:
    assert all(hasattr(torch.nn, name) for name in NO_EXAMPLES)


def test_a_planted_fault_is_found() -> None:
    """The comparison itself: another answer is a difference, whether in shape, type, layout or refusal."""
    example = Example("Conv2d", {"in_channels": 1, "out_channels": 2, "kernel_size": 3}, (Given((2, 1, 5, 5)),))
    real = run_torch(example)
    assert difference(example, real, real) is None
    others = [
        run_torch(example.but("another shape", (2, 1, 6, 5))),
        run_torch(example.but("no room", (2, 1, 2, 2))),
        run_torch(example.but("other parameters", bias=False)),
    ]
    for other in others:
        found = difference(example, real, other)
        assert found is not None
        assert "torch.nn.Conv2d(in_channels=1" in found


FOUND = [  # by 20,000 examples of each layer
    Example("BCEWithLogitsLoss", {"pos_weight": Given((1,))}, (Given((1,)), Given((1,), "complex64"))),
    Example("BCEWithLogitsLoss", {"weight": Given((1,), "float64")}, (Given((1,)), Given((1,), "int64"))),
    Example("CrossEntropyLoss", {}, (Given(()), Given((1,)))),
    Example("CrossEntropyLoss", {"label_smoothing": 1.5}, (Given(()), Given(()))),
    Example("CrossEntropyLoss", {"label_smoothing": 0.1, "weight": Given((3,))}, (Given((2, 3)), Given((2,), "uint8"))),
    Example("CrossEntropyLoss", {}, (Given((2, 3, 4)), Given((2, 4), "uint8"))),
    Example("CrossEntropyLoss", {"weight": Given(())}, (Given((1, 1, 1)), Given((1, 1), "int64"))),
    Example("Embedding", {"num_embeddings": -1, "embedding_dim": 1, "padding_idx": 0}, (Given((), "int64"),)),
    Example("Embedding", {"num_embeddings": 0, "embedding_dim": 1, "padding_idx": 0}, (Given((0,), "int64"),)),
    Example(
        "EmbeddingBag",
        {"num_embeddings": 1, "embedding_dim": 1, "max_norm": 1.0},
        (Given((1,), "bool"), Given((1,), "int64")),
    ),
    Example("PoissonNLLLoss", {"full": True}, (Given(()), Given((), "bool"))),
    Example("PoissonNLLLoss", {}, (Given((), "int64"), Given((), "float16"))),
]


@pytest.mark.parametrize("example", FOUND, ids=lambda example: example.layer)
def test_what_deep_runs_found_is_mended(example: Example) -> None:
    assert compare(example) is None


def test_the_source_of_an_example_runs() -> None:
    example = Example(
        "CTCLoss",
        {"reduction": "none"},
        (Given((4, 2, 3)), Given((2, 2), "int64", (1, 0), fill=1), (4, 4), (1, 2)),
        training=False,
    )
    found = difference(example, run_torch(example), run_torch(example.but("other", reduction="mean")))
    assert found is not None
    exec(compile(found, "example", "exec"), {})


def test_half_precision_is_compared_too() -> None:
    """What `--device cuda` adds, on the CPU."""
    example = in_half(
        Example("Conv2d", {"in_channels": 1, "out_channels": 2, "kernel_size": 3}, (Given((2, 1, 5, 5)),))
    )
    assert example.half
    assert example.inputs[0].dtype == "float16"
    assert compare(example) is None
    assert run_torch(example).outputs[0][1] == "torch.float16"


@pytest.mark.parametrize(
    ("layer", "arguments", "shape", "macs"),
    [
        (
            "Conv2d",
            {"in_channels": 4, "out_channels": 6, "kernel_size": 3, "groups": 2},
            (2, 4, 5, 5),
            2 * 6 * 9 * 2 * 9,
        ),
        ("ConvTranspose1d", {"in_channels": 2, "out_channels": 3, "kernel_size": 4}, (1, 2, 5), 5 * 2 * 3 * 4),
        ("Linear", {"in_features": 5, "out_features": 7}, (3, 5), 3 * 5 * 7),
        ("LSTMCell", {"input_size": 2, "hidden_size": 3}, (4, 2), 4 * 12 * (2 + 3)),
        ("RNN", {"input_size": 2, "hidden_size": 3, "bidirectional": True}, (6, 4, 2), 6 * 4 * 2 * 3 * (2 + 3)),
        ("GRU", {"input_size": 2, "hidden_size": 3}, (6, 4, 2), 6 * 4 * 9 * (2 + 3)),
        ("LSTM", {"input_size": 2, "hidden_size": 3}, (6, 4, 2), 6 * 4 * 12 * (2 + 3)),
        ("LSTM", {"input_size": 2, "hidden_size": 3, "proj_size": 1}, (6, 2), 6 * (12 * (2 + 1) + 3)),
        (
            "TransformerEncoderLayer",
            {"d_model": 4, "nhead": 2, "dim_feedforward": 3},
            (5, 2, 4),  # projections of queries, keys, values and of the result; two products; the two linear layers
            2 * (5 * 4 * 4 * 4 + 2 * 5 * 5 * 4 + 5 * 2 * 4 * 3),
        ),
    ],
)
def test_macs_are_compared(layer: str, arguments: dict[str, int], shape: tuple[int, ...], macs: int) -> None:
    """FlopCounterMode counts two for a multiply-accumulate; the arithmetic of each count stands beside it."""
    example = Example(layer, arguments, (Given(shape),))
    assert run_torch(example).macs == macs
    assert run_convcalc(example).macs == macs


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("need_weights", [True, False])
def test_macs_of_attention_are_compared(training: bool, need_weights: bool) -> None:
    """FlopCounterMode misses the products of attention in one kernel; the judge takes the other way to count."""
    queries, keys = Given((16, 1, 64)), Given((12, 1, 64))
    example = Example(
        "MultiheadAttention",
        {"embed_dim": 64, "num_heads": 4},
        (queries, keys, keys),
        {"need_weights": need_weights},
        training=training,
    )
    projections = (2 * 16 + 2 * 12) * 64 * 64
    assert run_torch(example).macs == run_convcalc(example).macs == projections + 2 * 16 * 12 * 64


def test_macs_of_a_bilinear_layer_are_compared() -> None:
    """FlopCounterMode counts none: each of 7 outputs is x1 A, 5 by 6, times x2."""
    sizes = {"in1_features": 5, "in2_features": 6, "out_features": 7}
    example = Example("Bilinear", sizes, (Given((4, 5)), Given((4, 6))))
    assert run_torch(example).macs == run_convcalc(example).macs == 4 * 7 * (5 * 6 + 6)


@pytest.mark.parametrize("layer", [layer for layer in layers() if not has_macs(layer)])
def test_the_other_layers_have_no_macs(layer: str) -> None:
    @settings(max_examples=3)
    @given(LAYERS[layer].valid)
    def none(example: Example) -> None:
        assert macs_unfused(lambda: run_torch(example)) == 0
        with Recorder() as record:
            run_convcalc(example)
        assert sum(call.own_macs for call in record.calls) == 0

    none()


@given(st.data())
def test_parameters_are_those_of_pytorch(data: st.DataObject) -> None:
    example = data.draw(LAYERS["ConvTranspose2d"].valid)
    assert run_torch(example).parameters == run_convcalc(example).parameters


def test_a_seed_gives_other_examples() -> None:
    assert fuzz("Linear", 20).difference is None
    assert fuzz("Linear", 20, seed=1).examples >= 20
