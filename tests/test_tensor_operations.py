"""Operations on tensors by family, without torch: figures and refusals as PyTorch gives them (measured on 2.13)."""

from __future__ import annotations

import copy
import math
from typing import Any

import pytest

from convcalc.ops import find
from convcalc.tensor import ShapeError, Tensor, Unknown, dtype_of, make


class Torch:
    """`torch`, as far as operations and element types go."""

    def __getattr__(self, name: str) -> Any:
        return find(f"torch.{name}") or dtype_of(name)


torch = Torch()


def t(*shape: int, dtype: str = "float32") -> Tensor:
    return make(shape, dtype_of(dtype))


def shape(x: Any) -> tuple[int, ...]:
    return tuple(x.shape)


# reshaping


@pytest.mark.parametrize(
    ("x", "sizes", "expected"),
    [
        ((64, 20, 4, 4), (-1, 320), (64, 320)),
        ((64, 20, 4, 4), (64, -1), (64, 320)),
        ((64, 20, 4, 4), ((-1, 5, 64),), (64, 5, 64)),
        ((0, 3), (3, 0), (3, 0)),
        ((), (1, 1), (1, 1)),
    ],
)
def test_view(x: tuple[int, ...], sizes: Any, expected: tuple[int, ...]) -> None:
    assert shape(t(*x).view(*sizes)) == shape(t(*x).reshape(*sizes)) == expected


@pytest.mark.parametrize(
    ("x", "sizes", "message"),
    [
        ((64, 320), (320,), "shape '[320]' is invalid for input of size 20480"),
        ((64, 20, 4, 4), (-1, 500), "shape '[-1, 500]' is invalid for input of size 20480"),
        ((2, 3), (-1, -1), "only one dimension can be inferred"),
        ((2, 3), (-2, 3), "invalid shape dimension -2 at index 0 of shape [-2, 3]"),
        ((0, 3), (0, -1), "cannot reshape tensor of 0 elements into shape [0, -1] because the unspecified dimension size -1 can be any value and is ambiguous"),
    ],
)  # fmt: skip
def test_view_refuses_sizes(x: tuple[int, ...], sizes: Any, message: str) -> None:
    for method in ("view", "reshape"):
        with pytest.raises(RuntimeError) as refused:
            getattr(t(*x), method)(*sizes)
        assert str(refused.value) == message


def test_view_is_about_strides() -> None:
    x = t(2, 3, 4, 5).permute(0, 2, 3, 1)
    assert not x.is_contiguous()
    assert x.stride() == (60, 5, 1, 20)
    with pytest.raises(ShapeError, match=r"at least one dimension spans across two contiguous subspaces"):
        x.view(2, -1)
    assert shape(x.view(2, 20, 3)) == (2, 20, 3)  # 4 and 5 still lie side by side
    assert shape(x.reshape(2, -1)) == shape(x.contiguous().view(2, -1)) == (2, 60)
    with pytest.raises(ShapeError, match=r"Use .reshape"):
        t(3, 1).expand(3, 4).view(12)
    assert shape((x + 1).permute(0, 3, 1, 2).view(2, -1)) == (2, 60)  # a pointwise result keeps the layout


def test_dimensions_come_and_go() -> None:
    x = t(1, 3, 1, 4)
    assert shape(x.squeeze()) == (3, 4)
    assert shape(x.squeeze(0)) == (3, 1, 4)
    assert shape(x.squeeze(1)) == (1, 3, 1, 4)
    assert shape(x.unsqueeze(-1)) == (1, 3, 1, 4, 1)
    assert shape(x.flatten(1)) == (1, 12)
    assert shape(t().flatten()) == (1,)
    assert shape(t(2, 12).unflatten(1, (3, -1))) == (2, 3, 4)
    assert shape(x.transpose(1, -1)) == (1, 4, 1, 3)
    assert shape(x.movedim(1, -1)) == (1, 1, 4, 3)
    assert shape(t(2, 3).T) == shape(t(2, 3).mT) == shape(t(2, 3).t()) == (3, 2)
    assert x.squeeze_(0) is x
    assert shape(x) == (3, 1, 4)
    with pytest.raises(IndexError, match=r"Dimension out of range \(expected to be in range of \[-2, 1\], but got 2\)"):
        t(2, 3).transpose(0, 2)


def test_repetition() -> None:
    assert shape(t(3, 1).expand(2, -1, 4)) == (2, 3, 4)
    assert shape(t(2, 3).repeat(2, 1, 3)) == (2, 2, 9)
    assert shape(t(1, 28, 28).unfold(1, 7, 7)) == (1, 4, 28, 7)
    with pytest.raises(RuntimeError) as refused:
        t(3, 4).expand(2, 4)
    assert str(refused.value) == (
        "The expanded size of the tensor (2) must match the existing size (3) at non-singleton dimension 0.  "
        "Target sizes: [2, 4].  Tensor sizes: [3, 4]"
    )


# indexing


def test_indexing() -> None:
    x = t(4, 5, 6)
    assert shape(x[0]) == (5, 6)
    assert shape(x[-1, 1:3]) == (2, 6)
    assert shape(x[..., None, ::2]) == (4, 5, 1, 3)
    assert shape(x[:, [0, 2]]) == (4, 2, 6)
    index = torch.zeros(7, 3, dtype=torch.long)
    assert shape(x[index]) == (7, 3, 5, 6)
    assert shape(x[:, index, 0]) == (4, 7, 3)
    assert shape(x[index, :, index]) == (7, 3, 5)  # apart, so in front
    (count, *rest) = x[x[:, :, 0] > 0].shape
    assert isinstance(count, Unknown)
    assert rest == [6]


@pytest.mark.parametrize(
    ("key", "message"),
    [
        (4, "index 4 is out of bounds for dimension 0 with size 4"),
        ((0, 0, 0), "too many indices for tensor of dimension 2"),
        (t(3, dtype="bool"), "The shape of the mask [3] at index 0 does not match the shape of the indexed tensor [4, 5] at index 0"),
        (t(3), "tensors used as indices must be long, int, byte or bool tensors"),
        ((t(2, dtype="int64"), t(3, dtype="int64")), "shape mismatch: indexing tensors could not be broadcast together with shapes [2], [3]"),
    ],
)  # fmt: skip
def test_indexing_refuses(key: Any, message: str) -> None:
    with pytest.raises(IndexError) as refused:
        t(4, 5)[key]
    assert str(refused.value) == message


def test_assignment() -> None:
    x = t(4, 5)
    x[0] = t(5)
    x[:, 1] = 3.0
    with pytest.raises(RuntimeError, match=r"The expanded size of the tensor \(5\) must match the existing size \(4\)"):
        x[0] = t(4)
    with pytest.raises(RuntimeError, match=r"shape mismatch: value tensor of shape \[4\] cannot be broadcast"):
        x[torch.tensor([0, 1])] = t(4)


def test_gathering() -> None:
    index = t(2, 3, dtype="int64")
    assert shape(t(4, 5).gather(0, index)) == (2, 3)
    assert shape(t(4, 5).index_select(1, t(9, dtype="int64"))) == (4, 9)
    assert shape(t(4, 5).scatter_add(0, index, t(2, 3))) == (4, 5)
    assert shape(t(2, 8, 8).masked_fill(t(8, 8, dtype="bool"), -math.inf)) == (2, 8, 8)
    with pytest.raises(RuntimeError, match=r"only supports boolean masks"):
        t(2, 2).masked_fill(t(2, 2, dtype="uint8"), 0.0)


# joining


def test_joining() -> None:
    assert shape(torch.cat([t(2, 3), t(2, 5)], 1)) == (2, 8)
    assert shape(torch.cat([t(0), t(2, 5)])) == (2, 5)  # a vector without elements is passed over
    assert shape(torch.stack([t(2, 3)] * 4, -1)) == (2, 3, 4)
    assert [shape(p) for p in t(7, 2).chunk(3)] == [(3, 2), (3, 2), (1, 2)]
    assert [shape(p) for p in t(7, 2).split([1, 6])] == [(1, 2), (6, 2)]
    assert [shape(p) for p in t(7).tensor_split(3)] == [(3,), (2,), (2,)]
    assert [shape(p) for p in t(3, 4).unbind(1)] == [(3,)] * 4
    assert [shape(g) for g in torch.meshgrid(t(2), t(3), indexing="xy")] == [(3, 2)] * 2
    assert torch.cat([t(2, dtype="int64"), t(2)]).dtype is torch.float32


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: torch.cat([t(2, 3), t(4, 3)], 1), "Sizes of tensors must match except in dimension 1. Expected size 2 but got size 4 for tensor number 1 in the list."),
        (lambda: torch.cat([t(2, 3), t(2)]), "Tensors must have same number of dimensions: got 2 and 1"),
        (lambda: torch.stack([t(2), t(3)]), "stack expects each tensor to be equal size, but got [2] at entry 0 and [3] at entry 1"),
        (lambda: t(7).split([3, 3]), "split_with_sizes expects split_sizes to sum exactly to 7 (input tensor's size at dimension 0), but got split_sizes=[3, 3]"),
    ],
)  # fmt: skip
def test_joining_refuses(call: Any, message: str) -> None:
    with pytest.raises(RuntimeError) as refused:
        call()
    assert str(refused.value) == message


# pointwise


def test_broadcasting() -> None:
    assert shape(t(4, 1, 3) + t(5, 1)) == (4, 5, 3)
    assert shape(1 - t(3)) == shape(2 ** t(3)) == shape(t(3) == 2) == (3,)
    with pytest.raises(RuntimeError) as refused:
        t(64, 10) + t(64, 20)
    assert (
        str(refused.value)
        == "The size of tensor a (10) must match the size of tensor b (20) at non-singleton dimension 1"
    )


def test_in_place() -> None:
    x = t(3, 28, 28)
    same = x
    x += t(28, 28)
    assert x is same
    assert x.clamp_(0, 1) is x
    with pytest.raises(
        RuntimeError, match=r"output with shape \[1, 28, 28\] doesn't match the broadcast shape \[3, 28, 28\]"
    ):
        t(1, 28, 28).sub_(x)
    with pytest.raises(RuntimeError, match="result type Float can't be cast to the desired output type Long"):
        t(3, dtype="int64").add_(0.5)
    with pytest.raises(RuntimeError, match="more than one element of the written-to tensor refers to a single memory"):
        t(1, 3).expand(4, 3).add_(1)


@pytest.mark.parametrize(
    ("result", "dtype"),
    [
        (lambda: t(2, dtype="int64") + 1.5, "float32"),
        (lambda: t(2, dtype="int64") / 2, "float32"),
        (lambda: t(2, dtype="int64") // 2, "int64"),
        (lambda: t(2, dtype="float16") + t(dtype="float64"), "float16"),
        (lambda: t(2, dtype="float16") + t(1, dtype="float64"), "float64"),
        (lambda: t(2, dtype="uint8") + t(2, dtype="int8"), "int16"),
        (lambda: t(2, dtype="float16") * t(2, dtype="bfloat16"), "float32"),
        (lambda: t(2, dtype="bool") + t(2, dtype="bool"), "bool"),
        (lambda: t(2, dtype="int32").exp(), "float32"),
        (lambda: t(2, dtype="complex64").abs(), "float32"),
        (lambda: t(2, dtype="float64") > 0, "bool"),
        (lambda: torch.where(t(2, dtype="bool"), t(2, dtype="int64"), 0.5), "float32"),
    ],
)
def test_promotion(result: Any, dtype: str) -> None:
    assert result().dtype.name == dtype


@pytest.mark.parametrize(
    ("call", "kind", "message"),
    [
        (lambda: t(2, dtype="bool") - t(2, dtype="bool"), RuntimeError, "Subtraction, the `-` operator, with two bool tensors"),
        (lambda: t(2) & t(2), NotImplementedError, "\"bitwise_and_cpu\" not implemented for 'Float'"),
        (lambda: t(2, dtype="bool").floor(), NotImplementedError, "\"floor_vml_cpu\" not implemented for 'Bool'"),
        (lambda: t(2) + None, TypeError, "unsupported operand type(s) for +: 'Tensor' and 'NoneType'"),
        (lambda: t(2, dtype="int64") ** -1, RuntimeError, "Integers to negative integer powers are not allowed."),
    ],
)  # fmt: skip
def test_pointwise_refuses(call: Any, kind: type[Exception], message: str) -> None:
    with pytest.raises(kind) as refused:
        call()
    assert message in str(refused.value)


# reductions and products


def test_reductions() -> None:
    x = t(2, 3, 4)
    assert shape(x.sum()) == ()
    assert shape(x.mean((-1, -2))) == (2,)
    assert shape(x.mean(dim=[1, 2], keepdim=True)) == (2, 1, 1)
    values, indices = x.max(1)
    assert shape(values) == shape(indices) == shape(x.max(1).values) == (2, 4)
    assert indices.dtype is torch.int64
    assert t(3, dtype="bool").sum().dtype is torch.int64
    assert shape(x.std(0, keepdim=True)) == (1, 3, 4)
    assert shape(torch.var_mean(x, dim=1)[1]) == (2, 4)
    assert shape(x.topk(2).indices) == (2, 3, 2)
    with pytest.raises(
        RuntimeError, match=r"mean\(\): could not infer output dtype. Input dtype must be either a floating point"
    ):
        t(3, dtype="int64").mean()


def test_products() -> None:
    assert shape(t(2, 1, 3, 4) @ t(5, 4, 6)) == (2, 5, 3, 6)
    assert shape(t(3) @ t(3)) == ()
    assert shape(t(7, 3, 4) @ t(4)) == (7, 3)
    assert shape(torch.einsum("bqhd,bkhd->bhqk", t(2, 5, 4, 8), t(2, 7, 4, 8))) == (2, 4, 5, 7)
    assert torch.einsum("nchw,kc->nkhw", t(2, 3, 5, 7), t(4, 3)).stride() == (140, 1, 28, 4)
    attend = find("F.scaled_dot_product_attention")
    assert attend is not None
    assert shape(attend(t(2, 8, 5, 16), t(2, 8, 7, 16), t(2, 8, 7, 32))) == (2, 8, 5, 32)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: t(2, 3) @ t(4, 5), "mat1 and mat2 shapes cannot be multiplied (2x3 and 4x5)"),
        (lambda: t(8, 2, 3) @ t(4, 5), "mat1 and mat2 shapes cannot be multiplied (16x3 and 4x5)"),
        (lambda: torch.bmm(t(2, 3, 4), t(2, 5, 6)), "Expected size for first two dimensions of batch2 tensor to be: [2, 4] but got: [2, 5]."),
        (lambda: t(2, 3) @ t(3, 2, dtype="float64"), "expected m1 and m2 to have the same dtype, but got: float != double"),
        (lambda: torch.einsum("ij,jk->ik", t(2, 3), t(4, 5)), "einsum(): subscript j has size 4 for operand 1 which does not broadcast with previously seen size 3"),
    ],
)  # fmt: skip
def test_products_refuse(call: Any, message: str) -> None:
    with pytest.raises(RuntimeError) as refused:
        call()
    assert str(refused.value) == message


@pytest.mark.parametrize(
    ("name", "args", "macs"),
    [
        ("torch.mm", (t(2, 3), t(3, 4)), 24),
        ("torch.matmul", (t(5, 2, 3), t(3, 4)), 120),
        ("torch.einsum", ("bqhd,bkhd->bhqk", t(2, 5, 4, 8), t(2, 7, 4, 8)), 2 * 4 * 5 * 7 * 8),
        ("F.scaled_dot_product_attention", (t(2, 8, 5, 16), t(2, 8, 7, 16), t(2, 8, 7, 32)), 2 * 8 * 5 * 7 * (16 + 32)),
        ("linalg.multi_dot", ([t(10, 100), t(100, 5), t(5, 50)],), 10 * 100 * 5 + 10 * 5 * 50),
    ],
)
def test_costs(name: str, args: Any, macs: int) -> None:
    function: Any = find(name)
    assert function.operation.macs(function(*args), *args) == macs


# constants keep their values


def test_constants() -> None:
    assert torch.linspace(0, 0.1, 4).tolist() == [0.0, 0.03333333507180214, 0.06666666269302368, 0.10000000149011612]
    assert [[x.item() for x in part] for part in torch.linspace(0, 1, 5).split([2, 3])] == [
        [0.0, 0.25],
        [0.5, 0.75, 1.0],
    ]
    assert (torch.arange(4) * 2).tolist() == [0, 2, 4, 6]
    assert torch.tensor([3, 4]).prod().item() == 12
    assert torch.arange(6).view(2, 3).t().reshape(-1).tolist() == [0, 3, 1, 4, 2, 5]
    assert torch.stack(torch.meshgrid(torch.arange(2), torch.arange(2), indexing="ij")).flatten(1).tolist() == [
        [0, 0, 1, 1],
        [0, 1, 0, 1],
    ]
    assert shape(torch.ones(4, 4).triu(1).nonzero()) == (6, 2)
    assert torch.arange(5)[torch.tensor([True, False, True, False, True])].tolist() == [0, 2, 4]
    assert torch.tensor([1, 2, 2]).unique().tolist() == [1, 2]
    assert torch.tensor(300).to(torch.uint8).item() == 44


def test_widths_of_regnet() -> None:
    """As torchvision computes them: a constant's logarithm, rounded, raised, rounded to multiples of 8."""
    widths = torch.arange(13) * 31.41 + 96
    blocks = torch.round(torch.log(widths / 96) / math.log(2.24))
    found = (torch.round(torch.divide(96 * torch.pow(2.24, blocks), 8)) * 8).int().tolist()
    assert found == [96, 96, 216, 216, 216, 216, 216, 216, 480, 480, 480, 480, 480]


def test_values_are_never_stale() -> None:
    x = torch.zeros(2, 3)
    row = x[1]
    row.fill_(5)
    assert row.tolist() == [5.0] * 3
    assert isinstance(x[1, 0].item(), Unknown)
    y = torch.zeros(3)
    y.view(3).add_(1)
    assert y.tolist() == [1.0, 1.0, 1.0]
    z = torch.zeros(2)
    z.detach().normal_()
    assert isinstance(z[0].item(), Unknown)
    a = torch.zeros(2)
    b, c = copy.deepcopy(a), a.clone()
    a.add_(1)
    assert b.tolist() == c.tolist() == [0.0, 0.0]
    a[0] = 7
    assert a.tolist() == [7.0, 1.0]


def test_creation() -> None:
    assert shape(torch.zeros(2, 3)) == shape(torch.rand((2, 3))) == (2, 3)
    assert torch.arange(3).dtype is torch.full((1,), 2).dtype is torch.randint(0, 9, (1,)).dtype is torch.int64
    assert torch.arange(0, 1, 0.25).dtype is torch.full((1,), 2.0).dtype is torch.float32
    assert torch.full((1,), True).dtype is torch.bool
    assert shape(torch.tensor([[1, 2], [3, 4]])) == (2, 2)
    assert torch.zeros_like(t(2, 3).t()).stride() == (1, 3)
    assert shape(t(2, dtype="float16").new_zeros(5)) == (5,)
    with pytest.raises(ValueError, match="expected sequence of length 2 at dim 1"):
        torch.tensor([[1, 2], [3]])
    with pytest.raises(RuntimeError, match="upper bound and lower bound inconsistent with step sign"):
        torch.arange(5, 1)


def test_conversion() -> None:
    x = t(2, 3)
    assert x.to("cpu") is x.float() is x
    assert x.half().dtype is x.to(torch.float16).dtype is x.type("torch.HalfTensor").dtype is torch.float16
    assert str(x.cuda().device) == "cuda"
    assert x.type() == "torch.FloatTensor"
    channels_last = t(2, 3, 4, 4).contiguous(memory_format="channels_last")
    assert channels_last.stride() == (48, 1, 12, 3)
    assert channels_last.relu().is_channels_last


def test_sizes_that_data_decides_are_unknown() -> None:
    x = t(5, 3)
    for result in (x.nonzero(), x.unique(), x[x > 0], x.masked_select(x > 0)):
        assert isinstance(result.shape[0], Unknown)
    scaled = x * x.max().item()
    assert shape(scaled) == (5, 3)
