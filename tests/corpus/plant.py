"""Plants one fault into a correct program, as people make them: every kind at every place where it can be made.

`faults(name, source)` gives the faulty programs of one correct one. Nothing is random and nothing is judged here: what a fault
does is for PyTorch to say (`judge.py`); a program that runs all the same is no fault.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

Edit = tuple[ast.AST, str]
Planter = Callable[[ast.AST], Iterator[Edit]]

PER_KIND = 2  # places of one kind taken from one program
RARE = {"heads": 6, "hidden-state": 6, "reused": 3}  # of kinds that few programs have a place for

INPUTS = {
    **dict.fromkeys(("Linear",), 0), **dict.fromkeys(("Conv1d", "Conv2d", "Conv3d", "ConvTranspose2d"), 0),
    **dict.fromkeys(("BatchNorm1d", "BatchNorm2d", "LayerNorm"), 0), "GroupNorm": 1, "LSTM": 0, "GRU": 0,
    "MultiheadAttention": 0, "InstanceNorm2d": 0,
}  # fmt: skip
INPUT_KEYWORDS = ("in_features", "in_channels", "num_features", "input_size")
OUTPUT_KEYWORDS = ("out_features", "out_channels", "hidden_size")


class Fault:
    """A faulty program: its name, the kind of fault, the text, and the line that was changed."""

    def __init__(self, name: str, kind: str, text: str, line: int) -> None:
        self.name = name
        self.kind = kind
        self.text = text
        self.line = line


def faults(name: str, source: str, kinds: dict[str, Planter] | None = None) -> Iterator[Fault]:
    tree = ast.parse(source)
    nodes = list(ast.walk(tree))
    for kind, planter in (kinds or KINDS).items():
        made: list[Fault] = []
        for node in nodes:
            for target, new in planter(node):
                text = _replaced(source, target, new)
                if text != source:
                    made.append(Fault("", kind, text, target.lineno))
        count = RARE.get(kind, PER_KIND)
        step = max(1, len(made) // count)
        for i, fault in enumerate(made[::step][:count]):
            fault.name = f"{name}-{kind}-{i + 1}"
            yield fault


def _replaced(source: str, node: ast.AST, new: str) -> str:
    lines = source.splitlines(keepends=True)
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))
    start = starts[node.lineno - 1] + node.col_offset
    end = starts[node.end_lineno - 1] + node.end_col_offset
    return source[:start] + new + source[end:]


def _name(node: ast.AST) -> str:
    if not isinstance(node, ast.Call):
        return ""
    return getattr(node.func, "attr", None) or getattr(node.func, "id", "") or ""


def _number(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and type(node.value) is int


def _argument(call: ast.Call, position: int, keywords: tuple[str, ...]) -> ast.AST | None:
    for keyword in call.keywords:
        if keyword.arg in keywords:
            return keyword.value
    return call.args[position] if len(call.args) > position else None


def _off(n: int) -> int:
    """Another number that somebody might have written: a neighbour in the usual rows, or a slip of counting."""
    usual = {
        1: 3,
        3: 1,
        6: 16,
        8: 16,
        10: 20,
        12: 24,
        16: 32,
        20: 10,
        24: 16,
        32: 64,
        48: 64,
        64: 32,
        96: 64,
        128: 256,
        192: 128,
        256: 128,
    }
    return usual.get(n, n + (n // 4 or 1))


# a layer that takes another number than it gets


def in_literal(node: ast.AST) -> Iterator[Edit]:
    if _name(node) in INPUTS:
        value = _argument(node, INPUTS[_name(node)], INPUT_KEYWORDS)
        if value is not None and _number(value):
            yield value, str(_off(value.value))


def in_expression(node: ast.AST) -> Iterator[Edit]:
    if _name(node) in INPUTS:
        value = _argument(node, INPUTS[_name(node)], INPUT_KEYWORDS)
        if isinstance(value, ast.BinOp):
            for part in ast.walk(value):
                if _number(part):
                    yield part, str(part.value + 1)


def in_name(node: ast.AST) -> Iterator[Edit]:
    """Another name than the one that holds the number."""
    if _name(node) in INPUTS and len(node.args) > 1:
        first, second = node.args[:2]
        if isinstance(first, ast.Name) and isinstance(second, ast.Name) and first.id != second.id:
            yield first, second.id


def out_literal(node: ast.AST) -> Iterator[Edit]:
    if _name(node) in INPUTS and _name(node)[:5] not in ("Batch", "Layer", "Group"):
        value = _argument(node, 1, OUTPUT_KEYWORDS)
        if value is not None and _number(value):
            yield value, str(_off(value.value))


def swapped(node: ast.AST) -> Iterator[Edit]:
    if _name(node) in ("Linear", "Conv2d", "Conv1d", "ConvTranspose2d") and len(node.args) > 1:
        first, second = map(ast.unparse, node.args[:2])
        rest = [ast.unparse(a) for a in node.args[2:]] + [ast.unparse(k) for k in node.keywords]
        if first != second:
            yield node, f"{ast.unparse(node.func)}({', '.join([second, first, *rest])})"


def setting(node: ast.AST) -> Iterator[Edit]:
    """A default, a constant of the module, an entry of a table: another number."""
    if isinstance(node, ast.FunctionDef):
        for default in node.args.defaults:
            if _number(default) and default.value > 3:
                yield default, str(_off(default.value))
    elif isinstance(node, ast.Module):
        for s in node.body:
            if isinstance(s, ast.Assign):
                for part in ast.walk(s.value):
                    inside_call = isinstance(s.value, ast.Call) and _name(s.value) != "dict"
                    if _number(part) and part.value > 3 and not inside_call:
                        yield part, str(_off(part.value))


def call_site(node: ast.AST) -> Iterator[Edit]:
    """A number handed to a class or function of one's own."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        for value in [*node.args, *(k.value for k in node.keywords)]:
            if _number(value) and value.value > 1 and _name(node) not in ("range", "len", "int"):
                yield value, str(_off(value.value))


# windows


def kernel(node: ast.AST) -> Iterator[Edit]:
    if _name(node)[:4] == "Conv" or "Pool" in _name(node):
        value = _argument(node, 2 if _name(node)[:4] == "Conv" else 0, ("kernel_size",))
        if value is not None and _number(value):
            yield value, str(value.value + 2)


def huge_kernel(node: ast.AST) -> Iterator[Edit]:
    if _name(node)[:4] in ("Conv", "MaxP", "AvgP", "max_", "avg_"):
        pool = _name(node)[:4] != "Conv"
        value = _argument(node, (1 if "_" in _name(node) else 0) if pool else 2, ("kernel_size",))
        if value is not None and _number(value):
            yield value, str(value.value * 20)


def stride(node: ast.AST) -> Iterator[Edit]:
    if _name(node)[:4] == "Conv" or "Pool" in _name(node):
        for keyword in node.keywords:
            if keyword.arg == "stride" and _number(keyword.value):
                yield keyword.value, str(keyword.value.value + 1)


def padding(node: ast.AST) -> Iterator[Edit]:
    if _name(node)[:4] == "Conv":
        for keyword in node.keywords:
            if keyword.arg == "padding" and _number(keyword.value):
                yield keyword.value, "0" if keyword.value.value else "1"


def pool_twice(node: ast.AST) -> Iterator[Edit]:
    if "pool" in _name(node).lower() and len(node.args) > 1 and "_" in _name(node):
        yield node, f"F.max_pool2d({ast.unparse(node)}, 8)"


def no_pool(node: ast.AST) -> Iterator[Edit]:
    if _name(node)[:7] in ("MaxPool", "AvgPool"):
        yield node, "nn.Identity()"


def groups(node: ast.AST) -> Iterator[Edit]:
    for keyword in getattr(node, "keywords", ()):
        if keyword.arg == "groups":
            yield keyword.value, "5"
    if _name(node) == "GroupNorm":
        yield node.args[0], "7"
    if _name(node) == "Conv2d" and len(node.args) > 1 and not any(k.arg == "groups" for k in node.keywords):
        text = ast.unparse(node)
        yield node, f"{text[:-1]}, groups=7)"


def heads(node: ast.AST) -> Iterator[Edit]:
    if _name(node) == "MultiheadAttention":
        yield node.args[1], "5"
    if isinstance(node, ast.FunctionDef):
        names = [a.arg for a in node.args.args]
        for name, default in zip(reversed(names), reversed(node.args.defaults)):
            if name in ("heads", "num_heads", "nhead"):
                yield default, "5"
    if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "nhead":
        yield node.value, "6"


# shapes in forward


def view_number(node: ast.AST) -> Iterator[Edit]:
    if _name(node) in ("view", "reshape"):
        for value in node.args[1:]:
            if _number(value) and value.value > 1:
                yield value, str(value.value + 2)


def view_batch(node: ast.AST) -> Iterator[Edit]:
    if _name(node) in ("view", "reshape") and len(node.args) > 1:
        yield node.args[0], "64"


def view_all(node: ast.AST) -> Iterator[Edit]:
    """Everything in one row: the batch is gone."""
    if _name(node) in ("view", "reshape") and len(node.args) == 2 and not _number(node.args[0]):
        yield node, f"{ast.unparse(node.func)}(-1)"
    if _name(node) == "flatten" and len(node.args) + len(node.keywords) > 1:
        yield node, f"{ast.unparse(node.func)}({ast.unparse(node.args[0])})"


def no_flatten(node: ast.AST) -> Iterator[Edit]:
    for s in getattr(node, "body", ()) if isinstance(node, ast.FunctionDef) else ():
        if isinstance(s, ast.Assign) and (
            _name(s.value) in ("view", "reshape", "flatten") or ".flatten(" in ast.unparse(s.value)
        ):
            yield s, "pass"
    if _name(node) == "Flatten":
        yield node, "nn.Identity()"


def no_transpose(node: ast.AST) -> Iterator[Edit]:
    if _name(node) in ("transpose", "permute") and isinstance(node.func, ast.Attribute):
        yield node, ast.unparse(node.func.value)


def no_squeeze(node: ast.AST) -> Iterator[Edit]:
    if _name(node) in ("squeeze", "unsqueeze") and isinstance(node.func, ast.Attribute):
        yield node, ast.unparse(node.func.value)


def dimension(node: ast.AST) -> Iterator[Edit]:
    """A dim that the tensor does not have."""
    if _name(node) in ("softmax", "log_softmax", "cat", "argmax", "mean", "unsqueeze", "squeeze"):
        value = next((k.value for k in node.keywords if k.arg == "dim"), None)
        if value is not None and (_number(value) or isinstance(value, ast.UnaryOp)):
            yield value, "4"
        elif _name(node) == "unsqueeze" and _number(node.args[-1]):
            yield node.args[-1], "5"


def cat_dim(node: ast.AST) -> Iterator[Edit]:
    if _name(node) == "cat":
        value = next((k.value for k in node.keywords if k.arg == "dim"), None)
        if value is not None:
            yield value, "2" if ast.unparse(value) in ("1", "0") else "1"
            yield value, "0"


def cat_part(node: ast.AST) -> Iterator[Edit]:
    """A part left out of a concatenation."""
    if _name(node) == "cat" and isinstance(node.args[0], (ast.List, ast.Tuple)) and len(node.args[0].elts) > 1:
        yield node.args[0], f"[{ast.unparse(node.args[0].elts[0])}]"


def no_projection(node: ast.AST) -> Iterator[Edit]:
    """A residual addition of what has another shape."""
    if isinstance(node, ast.AugAssign) and isinstance(node.value, ast.Call) and node.value.args:
        yield node.value, ast.unparse(node.value.args[0])
    if isinstance(node, ast.If) and "expansion" in ast.unparse(node.test):
        yield node.test, "False"


def inner_added(node: ast.AST) -> Iterator[Edit]:
    """What a layer gave and what it got, added, where they differ."""
    if isinstance(node, ast.FunctionDef) and node.name == "forward":
        for s in node.body:
            if (
                isinstance(s, ast.Assign)
                and isinstance(s.value, ast.Call)
                and ast.unparse(s.targets[0]) == "x"
                and "self." in ast.unparse(s.value)
            ):
                yield s.value, f"x + {ast.unparse(s.value)}"


def matmul_order(node: ast.AST) -> Iterator[Edit]:
    if _name(node) in ("matmul", "bmm") and len(node.args) == 2:
        first, second = map(ast.unparse, node.args)
        yield node, f"{ast.unparse(node.func)}({second}, {first})"


# what is fed


MAKERS = ("randn", "rand", "zeros", "ones")


def _sizes(node: ast.AST) -> list[str] | None:
    """The sizes in torch.randn(...), outside a class."""
    if (
        _name(node) in MAKERS
        and ast.unparse(node.func) in ("torch." + m for m in MAKERS)
        and "self" not in ast.unparse(node)
    ):
        args = node.args[0].elts if len(node.args) == 1 and isinstance(node.args[0], ast.Tuple) else node.args
        return [ast.unparse(a) for a in args] if len(args) > 1 and not node.keywords else None
    return None


def _made(node: ast.Call, sizes: list[str]) -> str:
    return f"{ast.unparse(node.func)}({', '.join(sizes)})"


def no_batch(node: ast.AST) -> Iterator[Edit]:
    sizes = _sizes(node)
    if sizes is not None and len(sizes) > 2:
        yield node, _made(node, sizes[1:])


def channels_last(node: ast.AST) -> Iterator[Edit]:
    sizes = _sizes(node)
    if sizes is not None and len(sizes) == 4:
        yield node, _made(node, [sizes[0], *sizes[2:], sizes[1]])


def image_channels(node: ast.AST) -> Iterator[Edit]:
    sizes = _sizes(node)
    if sizes is not None and len(sizes) in (4, 5):
        yield node, _made(node, [sizes[0], "1" if sizes[1] != "1" else "3", *sizes[2:]])


def image_size(node: ast.AST) -> Iterator[Edit]:
    sizes = _sizes(node)
    if sizes is not None and len(sizes) in (3, 4, 5):
        yield node, _made(node, [*sizes[:-2], "50", "50"])


def column_count(node: ast.AST) -> Iterator[Edit]:
    sizes = _sizes(node)
    if sizes is not None and len(sizes) == 2:
        yield node, _made(node, [sizes[0], f"{sizes[1]} + 3"])


def float_tokens(node: ast.AST) -> Iterator[Edit]:
    if _name(node) == "randint" and isinstance(node.args[-1], ast.Tuple):
        yield node, f"torch.rand{ast.unparse(node.args[-1])}"


# the loss


def float_targets(node: ast.AST) -> Iterator[Edit]:
    if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "")[:5] in (
        "label",
        "targe",
        "y",
        "b_y",
        "kinds",
        "tags",
    ):
        if "randint" in ast.unparse(node.value) or "tensor" in ast.unparse(node.value):
            yield node.value, f"{ast.unparse(node.value)}.float()"


def column_targets(node: ast.AST) -> Iterator[Edit]:
    """Classes in a column, (N, 1), where a row is wanted."""
    if _name(node) == "randint" and isinstance(node.args[-1], ast.Tuple) and len(node.args[-1].elts) == 1:
        yield node.args[-1], f"({ast.unparse(node.args[-1].elts[0])}, 1)"


def one_hot(node: ast.AST) -> Iterator[Edit]:
    if (
        _name(node) == "randint"
        and isinstance(node.args[-1], ast.Tuple)
        and len(node.args[-1].elts) == 1
        and len(node.args) > 1
    ):
        count = ast.unparse(node.args[-2])
        yield node, f"nn.functional.one_hot({ast.unparse(node)}, {count})"


def target_count(node: ast.AST) -> Iterator[Edit]:
    if _name(node) == "randint" and isinstance(node.args[-1], ast.Tuple):
        first = node.args[-1].elts[0]
        if _number(first):
            yield first, str(first.value + 1)


def int_targets(node: ast.AST) -> Iterator[Edit]:
    if _name(node) == "float" and isinstance(node.func, ast.Attribute):
        yield node, ast.unparse(node.func.value)


def squeezed_scores(node: ast.AST) -> Iterator[Edit]:
    if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") in (
        "output",
        "outputs",
        "logits",
        "out",
        "pred",
        "scores",
        "predictions",
    ):
        if isinstance(node.value, ast.Call) and isinstance(node.value.func, ast.Name):
            yield node.value, f"{ast.unparse(node.value)}.argmax(1)"


def reused(node: ast.AST) -> Iterator[Edit]:
    """`self.fc1` once more where `self.fc2` was meant."""
    if isinstance(node, ast.FunctionDef) and node.name == "forward":
        calls = [c for c in ast.walk(node) if isinstance(c, ast.Call) and ast.unparse(c.func).startswith("self.")]
        calls.sort(key=lambda c: (c.lineno, c.col_offset))
        names = [ast.unparse(c.func) for c in calls]
        for before, name, call in zip(names, names[1:], calls[1:]):
            if before != name and before.rstrip("0123456789") == name.rstrip("0123456789"):
                yield call.func, before


# recurrent layers and embeddings


def hidden_state(node: ast.AST) -> Iterator[Edit]:
    if _name(node) == "zeros" and len(node.args) == 3 and "self" in ast.unparse(node):
        sizes = [ast.unparse(a) for a in node.args]
        yield node, f"torch.zeros({sizes[1]}, {sizes[0]}, {sizes[2]})"
        yield node, f"torch.zeros(1, {sizes[1]}, {sizes[2]})"
        yield node, f"torch.zeros({sizes[0]}, {sizes[1]}, 2 * {sizes[2]})"


def recurrent(node: ast.AST) -> Iterator[Edit]:
    if _name(node) in ("LSTM", "GRU"):
        text = ast.unparse(node)
        if "bidirectional=True" in text:
            yield node, text.replace("bidirectional=True", "bidirectional=False")
        else:
            yield node, f"{text[:-1]}, bidirectional=True)"


def embedding_width(node: ast.AST) -> Iterator[Edit]:
    if _name(node) in ("Embedding", "EmbeddingBag") and len(node.args) > 1:
        yield node.args[1], f"{ast.unparse(node.args[1])} // 2"


# chosen last, against overfitting: what the mends were not written with in view


def fewer_points(node: ast.AST) -> Iterator[Edit]:
    """A slice of a tensor instead of the whole."""
    if _name(node) in ("cross_entropy", "mse_loss", "criterion", "loss_fn", "loss_func") and len(node.args) == 2:
        yield node.args[1], f"{ast.unparse(node.args[1])}[:-1]"


def normed_twice(node: ast.AST) -> Iterator[Edit]:
    if _name(node) in ("BatchNorm2d", "ReLU", "ReLU6", "Dropout") and isinstance(node.func, ast.Attribute):
        yield node, "nn.BatchNorm1d(64)"


def average_first(node: ast.AST) -> Iterator[Edit]:
    """A mean over the picture where the flattened picture was meant."""
    if (
        _name(node) in ("flatten", "view")
        and len(node.args) == 2
        and isinstance(node.func, ast.Attribute)
        and ast.unparse(node.func.value) in ("x", "out")
    ):
        yield node, f"{ast.unparse(node.func.value)}.mean(dim=(2, 3))"


def transposed_weight(node: ast.AST) -> Iterator[Edit]:
    if _name(node) == "ConvTranspose2d":
        text = ast.unparse(node)
        yield node, text.replace("ConvTranspose2d", "Conv2d")


def stacked(node: ast.AST) -> Iterator[Edit]:
    if _name(node) == "cat":
        yield node.func, "torch.stack"


KINDS: dict[str, Planter] = {
    planter.__name__.replace("_", "-"): planter
    for planter in (
        in_literal, in_expression, in_name, out_literal, swapped, setting, call_site, kernel, huge_kernel, stride, padding, pool_twice,
        no_pool, groups, heads, view_number, view_batch, view_all, no_flatten, no_transpose, no_squeeze, dimension, cat_dim, cat_part,
        no_projection, inner_added, matmul_order, no_batch, channels_last, image_channels, image_size, column_count, float_tokens,
        float_targets, column_targets, one_hot, target_count, int_targets, squeezed_scores, hidden_state, recurrent, embedding_width, reused,
    )
}  # fmt: skip
LAST_KINDS: dict[str, Planter] = {
    planter.__name__.replace("_", "-"): planter
    for planter in (fewer_points, normed_twice, average_first, transposed_weight, stacked)
}
