"""Fixes of a layer that was built for other numbers than it gets: its own arguments, or those of the layer before it."""

from __future__ import annotations

import _ast as ast

from convcalc.check.construction import layer_under_construction, settings_under_construction
from convcalc.check.syntax import argument, called_name, names_of, number_of, parameters
from convcalc.check.text import Edit
from convcalc.nn.facts import facts_of
from convcalc.nn.module import Module, named_modules

from . import spelled
from .axes import gets_features
from .case import LEAVES_OUT, MENDS, OTHER_DATA, Candidate
from .data import MAKERS, creation, sizes_of
from .scope import spellings

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from .case import Case


def sizes(case: Case) -> Iterator[Candidate]:
    """in_features, in_channels, num_features, input_size, ..."""
    name = getattr(case.error, "argument", None)
    module, new = case.module, case.actual
    if module is None or name is None:
        return
    factors = case.factors()
    if name == "in_features" and case.tensor is not None and len(case.tensor.shape) > 2:
        yield from _missing_flatten(case)
    reason = _working(new, factors)
    yield from _swapped(case, module, name, new)
    rank = MENDS if gets_features(case, module) else OTHER_DATA  # else it counts steps, or rows of an image
    for candidate in (
        *spelled.own_size(case, module, name, new, factors),
        *case.setting(module, name, new, reason, factors),
    ):
        candidate.rank = max(rank, candidate.rank)
        yield candidate
    if isinstance(case.expected, int):
        yield from outputs(case, case.tensor, case.expected, new)
    yield from _other_names(case, module, name, new)
    if name == "in_features" and case.tensor is not None and len(case.tensor.shape) > 2:
        yield from _missing_flatten(case, exact=False)


def another(case: Case) -> Iterator[Candidate]:
    """Yield a layer of the same kind beside it, which was not called so far: its name was meant."""
    node = case.expression()
    if case.module is None or type(node) is not ast.Call or type(node.func) is not ast.Attribute:
        return
    called = {id(call.owner) for call in case.record.calls if call.kind == "module"}
    for built in list(case.record.built.values()):
        siblings = built.module.__dict__.get("_modules", {})
        meant = siblings.get(node.func.attr)
        if isinstance(meant, Module) and any(m is case.module for _, m in named_modules(meant)):
            for name, layer in siblings.items():
                if type(layer) is type(meant) and id(layer) not in called and name.isidentifier():
                    new = f"{case.text.of(node.func.value)}.{name}"
                    yield case.replace(node.func, new, f"{name} is never called", shown=node)


def _swapped(case: Case, module: Any, name: str, new: Any) -> Iterator[Candidate]:
    """Yield what goes in and what comes out, in the wrong order."""
    stated = facts_of(type(module))
    other = stated.gives if stated.gives != stated.takes == name else None
    if other is None or getattr(module, other, None) != new:
        return
    call = case.constructor(module)
    if call is not None and len(call.args) > 1 and not any(type(a) is ast.Starred for a in call.args[:2]):
        yield case.swap(call, call.args[0], call.args[1], "the input size comes before the output size")


def _other_names(case: Case, module: Any, name: str, new: Any) -> Iterator[Candidate]:
    """Yield another of the names at hand."""
    call = case.constructor(module)
    node = None if call is None else argument(call, name, names_of(module))
    if node is None or number_of(node) is not None:
        return
    function = case.syntax.function(call)
    names = [] if function is None or type(function) is ast.Lambda else [n for n in parameters(function) if n != "self"]
    loop = case.syntax.parent(call)
    while loop is not None and not hasattr(loop, "generators"):
        loop = case.syntax.parent(loop)
    if loop is not None:
        names += [n.id for g in loop.generators for n in getattr(g.target, "elts", [g.target]) if type(n) is ast.Name]
    for text in names[:6]:
        if text != case.text.of(node):
            yield case.replace(node, text, f"{text} is {new}")


def _working(new: Any, factors: tuple[int, ...]) -> str:
    if len(factors) > 1:
        return f"{new} = {' * '.join(map(str, factors))}"
    return f"its input has {new}"


def outputs(case: Case, tensor: Any, wanted: int, given: Any) -> Iterator[Candidate]:
    """Yield the layer before, made to give the number that is wanted."""
    for layer in case.layers_before(tensor)[:4]:
        stated = facts_of(type(layer))
        name = stated.gives
        if name is not None and getattr(layer, name, None) == given:
            kind = type(layer).__name__
            yield from case.setting(layer, name, wanted, f"then the {kind} before it gives {wanted}")
        if stated.gives != stated.takes:  # it has decided the size; those before it have no say
            break


def _missing_flatten(case: Case, exact: bool = True) -> Iterator[Candidate]:
    """Yield the image goes into the linear layer as it is: flatten it first."""
    shape = tuple(case.found.shape or ())
    total = 1
    for size in shape[1:]:
        total *= size
    if exact and total != case.expected:
        return
    reason = f"{total} = {' * '.join(map(str, shape[1:]))}: the features of a sample, flattened"
    constructor = case.constructor(case.module)
    around = case.syntax.parent(constructor)
    if called_name(around) == "Sequential":
        prefix = (
            "nn."
            if case.text.of(constructor.func).startswith("nn.")
            else "torch.nn."
            if "torch." in case.text.of(constructor.func)
            else ""
        )
        yield case.replace(constructor, f"{prefix}Flatten(), {case.text.of(constructor)}", reason, shown=constructor)
    node = case.expression()
    if type(node) is ast.Call and len(node.args) == 1:
        yield case.method(node.args[0], ".flatten(1)", reason)


def divisors(case: Case) -> Iterator[Candidate]:
    """groups, num_groups, num_heads: the nearest number that divides."""
    name = getattr(case.error, "argument", None)
    if name not in ("groups", "num_groups", "num_heads") or case.error is None:
        return
    module = case.module or layer_under_construction(case.error)
    if module is None:
        return
    settings = settings_under_construction(case.error) or _settings(module)
    call = case.constructor(module) or _constructor_node(case)
    if call is None:
        return
    old = settings.get(name)
    if name not in names_of(module):
        name = "nhead"
    channels = [
        settings[key]
        for key in ("in_channels", "out_channels", "num_channels", "embed_dim", "d_model")
        if isinstance(settings.get(key), int)
    ]
    if old is None:
        old = settings.get("nhead")
    if not isinstance(old, int) or not channels:
        return
    for text in spellings(case, channels[0]) if name == "groups" else ():
        node = argument(call, name, names_of(module))
        if node is not None and "." not in text and text != case.text.of(node):
            yield case.replace(node, text, f"{text} is {channels[0]}: one group for each channel")
    fitting = [n for n in range(1, min(channels) + 1) if all(c % n == 0 for c in channels)]
    fitting.sort(key=lambda n: (n == 1, n > old, abs(n - old)))
    for new in [*fitting[:3], 1]:
        divided = " and ".join(dict.fromkeys(map(str, channels)))
        for candidate in case.argument_of(call, name, names_of(module), old, new, f"{new} divides {divided}"):
            candidate.rank = LEAVES_OUT if new == 1 else candidate.rank
            yield candidate


def _constructor_node(case: Case) -> Any:
    built = case.found.constructor
    if not built:
        return None
    for node in case.syntax.calls:
        start, end = case.text.span(node)
        if case.text.place(start) == (built["line"], built["column"]) and case.text.place(end) == (
            built["end_line"],
            built["end_column"],
        ):
            return node
    return None


def _settings(module: Any) -> dict[str, Any]:
    names = ("in_channels", "out_channels", "num_channels", "groups", "num_groups", "embed_dim", "num_heads")
    return {name: getattr(module, name, None) for name in names}


def other_rank(case: Case) -> Iterator[Candidate]:
    """BatchNorm1d for images: the layer of the same family for that number of dimensions."""
    module, tensor = case.module, case.tensor
    if module is None or tensor is None:
        return
    name = type(module).__name__
    call = case.constructor(module)
    if call is not None and facts_of(type(module)).dims is not None and name[-1] == "d":
        kind = facts_of(type(module)).kind
        dims = max(1, len(tensor.shape) - 2) if kind == "normalization" else len(tensor.shape) - 2
        func = case.text.of(call.func)
        if 1 <= dims <= 3 and func.endswith(name):
            reason = f"the input has {dims} dimension{'s' * (dims > 1)} besides batch and channels"
            new = f"{name[:-2]}{dims}d"
            yield case.replace(call.func, func[: -len(name)] + new, reason, shown=call)
            size = tensor.shape[1]
            for before in case.layers_before(tensor)[:2]:
                made = case.constructor(before)
                if (
                    made is not None
                    and len(call.args) == 1
                    and case.syntax.function(made) is case.syntax.function(call)
                ):
                    key = facts_of(type(before)).gives
                    given = None if key is None else argument(made, key, names_of(before))
                    if given is not None:
                        yield case.replace(
                            call, f"{func[: -len(name)]}{new}({case.text.of(given)})", reason, shown=call
                        )
            if getattr(module, "num_features", size) != size and len(call.args) == 1 and isinstance(size, int):
                yield case.replace(call, f"{func[: -len(name)]}{new}({size})", reason, shown=call)
            if facts_of(type(module)).kind == "normalization":
                yield case.replace(call, f"{func[: -len(name)]}Identity()", "left out", rank=LEAVES_OUT, shown=call)


def heads(case: Case) -> Iterator[Candidate]:
    """Yield the width of an attention."""
    module = case.module
    if module is not None and getattr(case.error, "argument", None) == "embed_dim" and isinstance(case.actual, int):
        yield from case.setting(module, "embed_dim", case.actual, f"the query has {case.actual} features")
    if module is not None and isinstance(case.expected, tuple) and isinstance(case.actual, tuple):
        for tensor in case.inputs():
            if tuple(tensor.shape) == case.actual:
                yield from creation(case, tensor, case.expected)


def written_weights(case: Case) -> Iterator[Candidate]:
    """`net.embedding.weight.data.copy_(vectors)`: the layer in the size of what is copied into it."""
    node, given = case.expression(), case.inputs()[:2]
    if case.call is None or not case.call.type.endswith("copy_") or type(node) is not ast.Call or len(given) < 2:
        return
    own, other = tuple(given[0].shape), tuple(given[1].shape)
    if type(node.func) is not ast.Attribute or len(own) != len(other) or len(own) != 2:
        return
    names = [n.attr for n in case.syntax.nodes if type(n) is ast.Attribute and _is_part(case, n, node.func)]
    for built in list(case.record.built.values()):
        module = built.module
        weight = object.__getattribute__(module, "__dict__").get("_parameters", {}).get("weight")
        if weight is None or tuple(weight.shape) != own or not _is_called(case, module, names):
            continue
        sizes = ("num_embeddings", "embedding_dim") if hasattr(module, "embedding_dim") else ("out_features", "in_features")  # fmt: skip
        for at, name in enumerate(sizes):
            if own[at] != other[at] and hasattr(module, name):
                yield from case.setting(module, name, other[at], f"as what is copied into it: {other}")


def _is_part(case: Case, node: Any, outer: Any) -> bool:
    while node is not None and node is not outer:
        node = case.syntax.parent(node)
    return node is not None


def _is_called(case: Case, module: Any, names: list[str]) -> bool:
    """Return whether some module of the file has a layer under one of these names."""
    for built in list(case.record.built.values()):
        layers = object.__getattribute__(built.module, "__dict__").get("_modules", {})
        if any(layer is module and name in names for name, layer in list(layers.items())):
            return True
    return False


def hidden(case: Case) -> Iterator[Candidate]:
    """Yield the first state of a recurrent layer: where it is made, in the shape that the layer takes."""
    node = case.expression()
    if "also be 3-D but got 2-D" in case.words and type(node) is ast.Call and len(node.args) > 1:
        yield case.method(node.args[1], ".unsqueeze(0)", "a state for each layer comes first")
    if "unbatched 2-D input" in case.words and "3-D" in case.words and type(node) is ast.Call and node.args:
        at = 1 if getattr(case.module, "batch_first", False) else 0
        yield case.method(node.args[0], f".unsqueeze({at})", "a sequence of one step")
        yield case.method(node.args[0], f".unsqueeze({1 - at})", "a batch of one")
    if not isinstance(case.expected, tuple) or not isinstance(case.actual, tuple):
        return
    given = [tensor for tensor in case.inputs() if tuple(tensor.shape) == case.actual]
    if given and _counts_batch_first(case, given[0]):
        yield from batch_first(case)
    for tensor in given[:1]:
        yield from _state(case, tensor, case.expected)
    for tensor in given:
        yield from creation(case, tensor, case.expected)
    module = case.module
    if module is None or len(case.expected) != 3:
        return
    if case.expected[0] == 2 * case.actual[0] and module.bidirectional:
        call = case.constructor(module)
        for keyword in call.keywords if call is not None else ():
            if keyword.arg == "bidirectional":
                yield case.replace(keyword.value, "False", "the state has one direction", rank=LEAVES_OUT)
    if type(node) is ast.Call and len(node.args) > 1:
        x = case.text.of(node.args[0])
        reason = "without a state, the layer starts from zeros"
        yield case.replace(node, f"{case.text.of(node.func)}({x})", reason, rank=LEAVES_OUT, shown=node)


def _counts_batch_first(case: Case, state: Any) -> bool:
    """Return whether a state is made for as many samples as the first size of what a layer gets that takes the batch second."""
    source = case.source_call(state)
    if source is None or called_name(source) not in MAKERS or getattr(case.module, "batch_first", True):
        return False
    sizes = sizes_of(source)
    return len(sizes) == 3 and case.text.of(sizes[1]).endswith((".size(0)", ".shape[0]"))


def _state(case: Case, tensor: Any, wanted: tuple[int, ...]) -> Iterator[Candidate]:
    """Yield the state's sizes in the names at hand; all states that are made alike in one stretch change together."""
    source = case.source_call(tensor)
    if source is None or called_name(source) not in MAKERS:
        return
    old = tuple(tensor.shape)
    sizes = sizes_of(source)
    if len(sizes) != len(old) or len(wanted) != len(old):
        return
    for at in (i for i in range(len(old)) if old[i] != wanted[i]):
        text = case.text.of(sizes[at])
        texts = [f"{text} * {wanted[at] // old[at]}"] if old[at] > 0 and wanted[at] % old[at] == 0 and number_of(sizes[at]) is None else []  # fmt: skip
        if "(" in text and ")" in text:  # x.size(1)
            texts = [f"{text.partition('(')[0]}({d})" for d in range(3)] + texts
        elif "[" in text:
            texts = [f"{text.partition('[')[0]}[{d}]" for d in range(3)] + texts
        if at == 1 or not texts:
            texts += [t for t in spellings(case, wanted[at]) if t.endswith(")")][:2]
        for new in dict.fromkeys(texts):
            if new != text:
                yield _alike(case, source, at, new)


def _alike(case: Case, source: Any, at: int, new: str) -> Candidate:
    """Return one size of a made-up tensor written otherwise, in the statements beside it that make one alike too."""
    function = case.syntax.function(source)
    text = case.text.of(source)
    twins = [c for c in case.syntax.calls if case.text.of(c) == text and case.syntax.function(c) is function]
    twins.sort(key=lambda c: c.lineno)
    if len(twins) > 1 and twins[-1].end_lineno - twins[0].lineno < 6:
        start, end = case.text.span(twins[0])[0], case.text.span(twins[-1])[1]
        made, position = "", start
        for twin in twins:
            place = case.text.span(sizes_of(twin)[at])
            made += case.text.text[position : place[0]] + new
            position = place[1]
        made += case.text.text[position:end]
        return Candidate(Edit(start, end, made), (start, end), f"{new}, as the layer takes it")
    return case.replace(sizes_of(source)[at], new, f"{new}, as the layer takes it", shown=source)


def batch_first(case: Case) -> Iterator[Candidate]:
    """Yield the recurrent and attention layers with the batch at the other place."""
    for call in case.syntax.calls:
        if called_name(call) not in BATCH_FIRST and called_name(call) != "pad_sequence":
            continue
        keyword = next((k for k in call.keywords if k.arg == "batch_first"), None)
        if keyword is not None:
            new = "False" if case.text.of(keyword.value) == "True" else "True"
            yield case.replace(keyword.value, new, "the batch comes at the other place", shown=call)
        elif call.args or call.keywords:
            last = [*call.args, *(k.value for k in call.keywords)][-1]
            yield case.insert_after(last, ", batch_first=True", "the batch comes first", shown=call)


def padded_batch_first(case: Case) -> Iterator[Candidate]:
    """Yield `pad_sequence(..., batch_first=True)`, which else puts the steps first."""
    for call in case.syntax.calls:
        if called_name(call) == "pad_sequence" and call.args and not any(k.arg == "batch_first" for k in call.keywords):
            last = [*call.args, *(k.value for k in call.keywords)][-1]
            yield case.insert_after(last, ", batch_first=True", "the batch comes first", shown=call)


BATCH_FIRST = frozenset(
    "RNN LSTM GRU MultiheadAttention Transformer TransformerEncoderLayer TransformerDecoderLayer".split()
)
