"""MACs beside `torch.utils.flop_counter`, which counts two operations for each: equal wherever it counts all of the work.

Where it does not, the truth is the formula, written out here: attention on the CPU (it has no rule for the kernel that runs
there), recurrent layers (one kernel without a rule), products with vectors, and bilinear maps.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.utils.flop_counter import FlopCounterMode

import convcalc.nn
from convcalc.ops import find
from convcalc.tensor import Tensor
from convcalc.trace import Recorder


def counted(function: Callable[[], Any]) -> int:
    """What PyTorch's own counter sees."""
    with FlopCounterMode(display=False) as counter:
        function()
    assert counter.get_total_flops() % 2 == 0
    return counter.get_total_flops() // 2


def predicted(function: Callable[[], Any]) -> int:
    with Recorder() as record:
        function()
    assert not [call for call in record.calls if call.uncounted]
    return sum(call.own_macs for call in record.calls)


def both(name: str, arguments: tuple[Any, ...], settings: dict[str, Any], *shapes: tuple[int, ...]) -> tuple[int, int]:
    mine, theirs = getattr(convcalc.nn, name)(*arguments, **settings), getattr(torch.nn, name)(*arguments, **settings)
    return predicted(lambda: mine(*(Tensor(*s) for s in shapes))), counted(
        lambda: theirs(*(torch.zeros(s) for s in shapes))
    )


LAYERS: list[tuple[str, tuple[Any, ...], dict[str, Any], tuple[int, ...]]] = [
    ("Linear", (8, 3), {}, (5, 8)),
    ("Linear", (8, 3), {"bias": False}, (2, 5, 8)),
    ("Linear", (8, 3), {}, (8,)),
    ("LazyLinear", (3,), {}, (2, 4, 8)),
    ("Conv1d", (4, 6, 3), {"stride": 2, "padding": 1}, (2, 4, 11)),
    ("Conv1d", (4, 6, 3), {"padding": "same", "dilation": 2}, (4, 11)),
    ("Conv2d", (4, 6, 3), {}, (2, 4, 9, 8)),
    ("Conv2d", (4, 6, (3, 2)), {"groups": 2, "dilation": (1, 3), "bias": False}, (2, 4, 9, 8)),
    ("Conv2d", (4, 8, 3), {"groups": 4, "padding": 1, "padding_mode": "reflect"}, (2, 4, 9, 8)),
    ("LazyConv2d", (6, 3), {}, (2, 4, 9, 8)),
    ("Conv3d", (2, 4, 3), {"stride": (1, 2, 1)}, (1, 2, 5, 6, 5)),
    ("ConvTranspose1d", (4, 6, 3), {"stride": 2}, (2, 4, 5)),
    ("ConvTranspose2d", (4, 6, 3), {"stride": 2, "output_padding": 1}, (2, 4, 5, 6)),
    ("ConvTranspose2d", (4, 6, 3), {"groups": 2, "dilation": 2, "padding": 1}, (2, 4, 5, 6)),
    ("ConvTranspose3d", (2, 4, 2), {"stride": 2}, (1, 2, 3, 4, 3)),
    ("BatchNorm2d", (4,), {}, (2, 4, 5, 5)),
    ("LayerNorm", (4,), {}, (2, 4)),
    ("GroupNorm", (2, 4), {}, (2, 4, 5)),
    ("MaxPool2d", (2,), {}, (2, 4, 6, 6)),
    ("AvgPool2d", (2,), {}, (2, 4, 6, 6)),
    ("AdaptiveAvgPool2d", (2,), {}, (2, 4, 6, 6)),
    ("Upsample", (), {"scale_factor": 2}, (2, 4, 6, 6)),
    ("Unfold", (2,), {}, (2, 4, 6, 6)),
    ("Fold", ((6, 6), 2), {"stride": 2}, (2, 8, 9)),
    ("GELU", (), {}, (2, 4)),
    ("Softmax", (), {"dim": 1}, (2, 4)),
    ("Dropout", (), {}, (2, 4)),
    ("PixelShuffle", (2,), {}, (2, 4, 6, 6)),
    ("RNNCell", (5, 7), {}, (3, 5)),
    ("LSTMCell", (5, 7), {}, (3, 5)),
    ("GRUCell", (5, 7), {}, (3, 5)),
]


@pytest.mark.parametrize(
    ("name", "arguments", "settings", "shape"), LAYERS, ids=lambda value: str(value) if isinstance(value, str) else ""
)
def test_layer(name: str, arguments: tuple[Any, ...], settings: dict[str, Any], shape: tuple[int, ...]) -> None:
    mine, theirs = both(name, arguments, settings, shape)
    assert mine == theirs


OPERATIONS: list[tuple[str, list[tuple[int, ...]], dict[str, Any]]] = [
    ("torch.mm", [(3, 4), (4, 5)], {}),
    ("torch.bmm", [(2, 3, 4), (2, 4, 5)], {}),
    ("torch.addmm", [(3, 5), (3, 4), (4, 5)], {}),
    ("torch.addmm", [(5,), (3, 4), (4, 5)], {"beta": 0.5}),
    ("torch.baddbmm", [(2, 3, 5), (2, 3, 4), (2, 4, 5)], {}),
    ("torch.matmul", [(3, 4), (4, 5)], {}),
    ("torch.matmul", [(2, 3, 4), (4, 5)], {}),
    ("torch.matmul", [(2, 3, 4), (2, 4, 5)], {}),
    ("torch.matmul", [(6, 1, 3, 4), (2, 4, 5)], {}),
    ("torch.matmul", [(3, 4), (2, 4, 5)], {}),
    ("torch.tensordot", [(3, 4, 5), (4, 5, 6)], {"dims": 2}),
    ("torch.inner", [(3, 4), (5, 4)], {}),
    ("linalg.multi_dot", [(3, 4), (4, 5), (5, 2)], {}),
    ("F.linear", [(2, 3, 4), (5, 4)], {}),
    ("F.conv1d", [(2, 4, 9), (6, 2, 3)], {"groups": 2}),
    ("F.conv2d", [(2, 4, 9, 9), (6, 4, 3, 3)], {"stride": 2, "dilation": 2}),
    ("F.conv3d", [(1, 2, 5, 5, 5), (4, 2, 3, 3, 3)], {"padding": "same"}),
    ("F.conv_transpose2d", [(2, 4, 5, 5), (4, 3, 3, 3)], {"stride": 2, "groups": 2}),
    ("torch.relu", [(3, 4)], {}),
    ("torch.add", [(3, 4), (3, 4)], {}),
    ("F.max_pool2d", [(1, 2, 6, 6)], {"kernel_size": 2}),
]  # fmt: skip


def real(name: str) -> Callable[..., Any]:
    where, _, function = name.partition(".")
    homes = {"torch": torch, "F": torch.nn.functional, "linalg": torch.linalg}
    return getattr(homes[where], function)


def arguments_of(name: str, tensors: list[Any]) -> list[Any]:
    return [tensors] if name == "linalg.multi_dot" else tensors


@pytest.mark.parametrize(("name", "shapes", "settings"), OPERATIONS, ids=[name for name, _, _ in OPERATIONS])
def test_operation(name: str, shapes: list[tuple[int, ...]], settings: dict[str, Any]) -> None:
    rule = find(name)
    assert rule is not None
    mine = predicted(lambda: rule(*arguments_of(name, [Tensor(*s) for s in shapes]), **settings))
    theirs = counted(lambda: real(name)(*arguments_of(name, [torch.zeros(s) for s in shapes]), **settings))
    assert mine == theirs


@pytest.mark.parametrize(
    ("equation", "shapes"),
    [
        ("ij,jk->ik", [(3, 4), (4, 5)]),
        ("bij,bjk->bik", [(2, 3, 4), (2, 4, 5)]),
        ("bhqd,bhkd->bhqk", [(2, 3, 5, 4), (2, 3, 6, 4)]),
        ("bij,jk->bik", [(2, 3, 4), (4, 5)]),
        ("...ij,...jk->...ik", [(2, 3, 4), (2, 4, 5)]),
        ("nf,cf->nc", [(7, 4), (3, 4)]),
        ("bijd,de->bije", [(2, 3, 3, 4), (4, 5)]),
    ],
)
def test_einsum(equation: str, shapes: list[tuple[int, ...]]) -> None:
    rule = find("torch.einsum")
    assert rule is not None
    mine = predicted(lambda: rule(equation, *(Tensor(*s) for s in shapes)))
    assert mine == counted(lambda: torch.einsum(equation, *(torch.zeros(s) for s in shapes)))


# where PyTorch's counter misses work


@pytest.mark.parametrize("need_weights", [False, True])
def test_attention(need_weights: bool) -> None:
    length, size = 16, 64
    projections = 3 * length * size * size + length * size * size
    products = 2 * length * length * size  # queries times keys, weights times values; heads share the features
    assert projections + products == 294_912
    mine, theirs = convcalc.nn.MultiheadAttention(size, 4), torch.nn.MultiheadAttention(size, 4)
    x, real_x = Tensor(length, 1, size), torch.zeros(length, 1, size)
    assert predicted(lambda: mine(x, x, x, need_weights=need_weights)) == projections + products
    seen = counted(lambda: theirs(real_x, real_x, real_x, need_weights=need_weights))
    assert seen == (projections + products if need_weights else projections) == (294_912 if need_weights else 262_144)


@pytest.mark.parametrize("extra", [{}, {"add_bias_kv": True}, {"add_zero_attn": True}, {"kdim": 6, "vdim": 10}])
@pytest.mark.parametrize("batch_first", [False, True])
def test_attention_with_weights_is_counted_fully(extra: dict[str, Any], batch_first: bool) -> None:
    shapes = [(5, 3, 8), (7, 3, extra.get("kdim", 8)), (7, 3, extra.get("vdim", 8))]
    if batch_first:
        shapes = [(s[1], s[0], s[2]) for s in shapes]
    mine, theirs = both("MultiheadAttention", (8, 2), {"batch_first": batch_first, **extra}, *shapes)
    assert mine == theirs


def test_attention_of_pytorch_without_gradients_is_not_seen() -> None:
    module = torch.nn.MultiheadAttention(64, 4, batch_first=True).eval()
    x = torch.zeros(1, 16, 64)
    with torch.no_grad():
        assert counted(lambda: module(x, x, x)) == 0


def test_scaled_dot_product_attention() -> None:
    rule = find("F.scaled_dot_product_attention")
    assert rule is not None
    q, k, v = (2, 4, 5, 8), (2, 4, 7, 8), (2, 4, 7, 6)
    assert predicted(lambda: rule(Tensor(*q), Tensor(*k), Tensor(*v))) == 2 * 4 * 5 * 7 * (8 + 6)
    with torch.nn.attention.sdpa_kernel(torch.nn.attention.SDPBackend.MATH):
        attention = torch.nn.functional.scaled_dot_product_attention
        assert counted(lambda: attention(torch.zeros(q), torch.zeros(k), torch.zeros(v))) == 2 * 4 * 5 * 7 * (8 + 6)


@pytest.mark.filterwarnings("ignore:enable_nested_tensor is True")
@pytest.mark.parametrize("norm_first", [False, True])
def test_transformer(norm_first: bool) -> None:
    settings = {"dim_feedforward": 16, "num_encoder_layers": 2, "num_decoder_layers": 1, "norm_first": norm_first}
    mine, theirs = convcalc.nn.Transformer(8, 2, **settings), torch.nn.Transformer(8, 2, **settings)
    source, target, batch, size, hidden = 5, 4, 3, 8, 16
    projections = (
        4 * source * size * size,
        4 * target * size * size,
        2 * target * size * size + 2 * source * size * size,
    )
    products = 2 * source * source * size, 2 * target * target * size, 2 * target * source * size
    encoder = projections[0] + products[0] + 2 * source * size * hidden
    decoder = sum(projections[1:]) + sum(products[1:]) + 2 * target * size * hidden
    total = batch * (2 * encoder + decoder)
    assert predicted(lambda: mine(Tensor(source, batch, size), Tensor(target, batch, size))) == total
    with torch.nn.attention.sdpa_kernel(torch.nn.attention.SDPBackend.MATH):
        assert counted(lambda: theirs(torch.zeros(source, batch, size), torch.zeros(target, batch, size))) == total


@pytest.mark.parametrize(("name", "gates"), [("RNN", 1), ("GRU", 3), ("LSTM", 4)])
def test_recurrent(name: str, gates: int) -> None:
    mine = getattr(convcalc.nn, name)(5, 7, num_layers=2, bidirectional=True)
    weights = 2 * gates * 7 * (5 + 7) + 2 * gates * 7 * (2 * 7 + 7)  # two directions; the second layer sees both
    assert predicted(lambda: mine(Tensor(6, 3, 5))) == 6 * 3 * weights


def test_bilinear() -> None:
    mine = convcalc.nn.Bilinear(5, 6, 7)
    assert predicted(lambda: mine(Tensor(4, 5), Tensor(4, 6))) == 4 * 7 * 5 * 6 + 4 * 7 * 6  # x1 A, then times x2


@pytest.mark.parametrize(
    ("name", "shapes", "macs"),
    [
        ("torch.mv", [(3, 4), (4,)], 3 * 4),
        ("torch.dot", [(4,), (4,)], 4),
        ("torch.addmv", [(3,), (3, 4), (4,)], 3 * 4),
        ("torch.addbmm", [(3, 5), (2, 3, 4), (2, 4, 5)], 2 * 3 * 4 * 5),
    ],
)
def test_products_without_a_rule_of_pytorchs(name: str, shapes: list[tuple[int, ...]], macs: int) -> None:
    rule = find(name)
    assert rule is not None
    assert predicted(lambda: rule(*(Tensor(*s) for s in shapes))) == macs
    assert counted(lambda: real(name)(*(torch.zeros(s) for s in shapes))) == 0


# any convolution, any linear layer


@st.composite
def convolutions(draw: st.DrawFn) -> tuple[str, tuple[Any, ...], dict[str, Any], tuple[int, ...]]:
    """A convolution of 1 to 3 dimensions, transposed or not, and an input that it accepts."""
    count = draw(st.integers(1, 3))
    transposed = draw(st.booleans())
    groups = draw(st.integers(1, 3))
    channels = groups * draw(st.integers(1, 3)), groups * draw(st.integers(1, 3))
    several = lambda low, high: tuple(draw(st.integers(low, high)) for _ in range(count))  # noqa: E731
    kernel, stride, dilation, padding = several(1, 3), several(1, 3), several(1, 2), several(0, 1)
    settings: dict[str, Any] = {
        "stride": stride,
        "dilation": dilation,
        "padding": padding,
        "groups": groups,
        "bias": draw(st.booleans()),
    }
    if transposed:
        settings["output_padding"] = tuple(draw(st.integers(0, max(s, d) - 1)) for s, d in zip(stride, dilation))
    room = [d * (k - 1) + 1 for d, k in zip(dilation, kernel)]
    sizes = tuple(draw(st.integers(r, r + 4)) + 2 * transposed for r in room)
    batch = draw(st.sampled_from([(), (1,), (2,)]))
    return (
        f"Conv{'Transpose' if transposed else ''}{count}d",
        (*channels, kernel),
        settings,
        (*batch, channels[0], *sizes),
    )


@given(convolutions())
def test_any_convolution(case: tuple[str, tuple[Any, ...], dict[str, Any], tuple[int, ...]]) -> None:
    mine, theirs = both(*case)
    assert mine == theirs


@given(st.lists(st.integers(0, 4), max_size=3), st.integers(1, 6), st.integers(1, 6), st.booleans())
def test_any_linear_layer(batch: list[int], inputs: int, outputs: int, bias: bool) -> None:
    mine, theirs = both("Linear", (inputs, outputs), {"bias": bias}, (*batch, inputs))
    assert mine == theirs
