"""Fixes of a state that does not fit the module which loads it: built as the one that was saved, saved from the one that was meant, other keys."""

from __future__ import annotations

import _ast as ast

from convcalc.check.syntax import called_name
from convcalc.check.text import Edit
from convcalc.nn.module import Module

from .bindings import binding, traceback
from .case import GUESSES, Candidate
from .scope import first_line
from .trees import identifiers

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from .case import Case

MAX_KEYS = 2000


def of_load(case: Case) -> Iterator[Candidate]:
    """Yield what makes the module and the state that it loads the same."""
    node = case.expression()
    if called_name(node) != "load_state_dict" or type(node.func) is not ast.Attribute or not node.args:
        return
    module = value_of(case, node.func.value)
    if not isinstance(module, Module):
        return
    yield from _built_alike(case, node, module)
    yield from _saved_from(case, module)
    missing, unexpected = _keys(case.words, "Missing"), _keys(case.words, "Unexpected")
    yield from _renamed(case, node, missing, unexpected)
    if "size mismatch" not in case.words and not (missing and unexpected):
        yield from _whole_children(case, node, module, missing or unexpected)


def value_of(case: Case, node: Any) -> Any:
    """Return the value that a name, or an attribute of `self`, has where it failed; None where there is none."""
    for frame in _frame_of(case, node):
        if type(node) is ast.Name:
            return frame.f_locals.get(node.id, frame.f_globals.get(node.id))
        if type(node) is ast.Attribute and getattr(node.value, "id", None) == "self":
            owner = frame.f_locals.get("self")
            members = object.__getattribute__(owner, "__dict__") if isinstance(owner, Module) else getattr(owner, "__dict__", {})  # fmt: skip
            for table in (members.get("_modules", {}), members):
                if type(table) is dict and node.attr in table:
                    return table[node.attr]
    return None


def _frame_of(case: Case, node: Any) -> list[Any]:
    """Return the frame of the function that a node stands in, among those that the error went through; else the innermost."""
    function = case.syntax.function(node)
    frames = [frame for frame, _ in traceback(case)]
    for frame in frames:
        code = frame.f_code
        if (code.co_name == "<module>") if function is None else code.co_firstlineno == first_line(function):
            return [frame]
    return frames[:1]


def _keys(words: str, kind: str) -> list[str]:
    """Return the keys that the refusal lists as missing or unexpected."""
    _, _, rest = words.partition(f"{kind} key(s) in state_dict: ")
    return rest.partition("\n")[0].split('"')[1::2][:MAX_KEYS]


# the module


def _built_alike(case: Case, load: Any, module: Module) -> Iterator[Candidate]:
    """Yield the module's construction with an argument as another module of its class was given it."""
    here = case.constructor(module)
    if here is None:
        return
    for built in reversed(list(case.record.built.values())):
        if type(built.module) is not type(module) or built.module is module:
            continue
        there = case.constructor(built.module)
        if there is None or there is here:
            continue
        differing = _differing(case, here, there)
        if differing:
            yield from _as_kept(case, load, here, differing)
            reason = f"as the {type(module).__name__} that was saved"
            if len(differing) > 1:
                yield _with(case, here, differing, reason)
            for one in differing:
                yield _with(case, here, [one], reason)
            return


def _differing(case: Case, here: Any, there: Any) -> list[tuple[Any, str | None, str | None]]:
    """Return the arguments that two calls give otherwise: the node here, the keyword, and the text there (None: left out)."""
    if any(type(a) is ast.Starred for a in [*here.args, *there.args]) or len(here.args) != len(there.args):
        return []
    found: list[tuple[Any, str | None, str | None]] = []
    for a, b in zip(here.args, there.args):
        if case.text.of(a) != case.text.of(b) and _is_known_here(case, here, there, b):
            found.append((a, None, case.text.of(b)))
    left, right = {k.arg: k for k in here.keywords}, {k.arg: k for k in there.keywords}
    for name in [*left, *(n for n in right if n not in left)]:
        if name is None:
            return []
        a, b = left.get(name), right.get(name)
        if a is None or b is None:
            found.append((a, name, None if b is None else case.text.of(b.value)))
        elif case.text.of(a.value) != case.text.of(b.value) and _is_known_here(case, here, there, b.value):
            found.append((a.value, name, case.text.of(b.value)))
    return found


def _is_known_here(case: Case, here: Any, there: Any, node: Any) -> bool:
    """Return whether what is written at one place means something at the other."""
    scope, other = case.syntax.function(here), case.syntax.function(there)
    if scope is other or other is None:
        return True
    names = {n.id for n in case.syntax.nodes if type(n) is ast.Name and case.syntax.function(n) in (scope, None)}
    return all(name in names for name in identifiers(node))


def _with(case: Case, call: Any, changes: list[tuple[Any, str | None, str | None]], reason: str) -> Candidate:
    """Return a call with some arguments changed, added or left out."""
    start, end = case.text.span(call)
    edits: list[tuple[int, int, str]] = []
    given = [*call.args, *call.keywords]
    for node, name, text in changes:
        if node is None:
            at = case.text.span(given[-1])[1] if given else end - 1
            edits.append((at, at, f"{', ' if given else ''}{name}={text}"))
        elif text is None:
            at = given.index(node)
            since = case.text.span(given[at - 1])[1] if at else case.text.span(node)[0]
            until = case.text.span(node)[1] if at or len(given) == 1 else case.text.span(given[1])[0]
            edits.append((since, until, ""))
        else:
            edits.append((*case.text.span(node), text))
    edits.sort()
    new, last = "", edits[0][0]
    for a, b, text in edits:
        new += case.text.text[last:a] + text
        last = b
    return Candidate(Edit(edits[0][0], edits[-1][1], new), (start, end), reason)


def _as_kept(
    case: Case, load: Any, here: Any, differing: list[tuple[Any, str | None, str | None]]
) -> Iterator[Candidate]:
    """Yield a size that the checkpoint itself holds: `Net(saved["hidden_size"])`."""
    given = load.args[0]
    kept = given.value if type(given) is ast.Subscript and type(given.value) is ast.Name else None
    table = None if kept is None else value_of(case, kept)
    if not isinstance(table, dict) or kept is None:
        return
    quote = case.text.of(given.slice)[:1]
    for node, name, text in differing:
        for key in (name, text):
            if node is not None and type(key) is str and key in table and type(table[key]) is not Module:
                new = f"{kept.id}[{quote}{key}{quote}]"
                yield case.replace(node, new, f"the {key} that was saved", shown=here)
                break


def _saved_from(case: Case, module: Module) -> Iterator[Candidate]:
    """`torch.save(lm.state_dict(), ...)`, where another module is of the class that loads it."""
    for save in case.syntax.calls:
        if called_name(save) != "save" or not save.args:
            continue
        for call in case.syntax.calls:
            if called_name(call) != "state_dict" or type(call.func) is not ast.Attribute:
                continue
            if not save.lineno <= call.lineno <= (save.end_lineno or save.lineno):
                continue
            saved = value_of(case, call.func.value)
            if not isinstance(saved, Module) or type(saved) is type(module):
                continue
            for frame, _ in traceback(case)[:1]:
                for name, value in list(frame.f_locals.items()):
                    if type(value) is type(module) and value is not module and name.isidentifier():
                        yield case.replace(
                            call.func.value, name, f"the {type(module).__name__} that is loaded", shown=save
                        )


# the keys


def _renamed(case: Case, load: Any, missing: list[str], unexpected: list[str]) -> Iterator[Candidate]:
    """Yield keys without the prefix that a wrapper added, a part that loads its own state, and keys of another name."""
    if not missing or not unexpected:
        return
    given, text = load.args[0], case.text.of(load.args[0])
    quote = "'" if case.text.text.count("'") > case.text.text.count('"') else '"'
    plain = type(given) in (ast.Name, ast.Attribute, ast.Subscript)
    wanted, there = set(missing), set(unexpected)
    for prefix in _prefixes(unexpected):
        if plain and {prefix + key for key in missing} <= there:
            items = f"{quote}{prefix}{quote}"
            if {prefix + key for key in missing} == there:
                new = f"{{k[len({items}):]: v for k, v in {text}.items()}}"
            else:
                new = f"{{k[len({items}):]: v for k, v in {text}.items() if k.startswith({items})}}"
            yield case.replace(given, new, f"its keys begin with {prefix}", shown=load)
    for prefix in _prefixes(missing):
        if {prefix + key for key in unexpected} <= wanted and prefix[:-1].replace(".", "_").isidentifier():
            new = f"{case.text.of(load.func.value)}.{prefix[:-1]}"
            yield case.replace(load.func.value, new, f"it is the state of {prefix[:-1]}", shown=load)
    if plain and len(missing) == len(unexpected):
        heads = {(a.partition(".")[0], b.partition(".")[0]) for a, b in zip(unexpected, missing)}
        if len(heads) == 1:
            old, new_head = next(iter(heads))
            if [new_head + key[len(old) :] for key in unexpected] == missing:
                a, b = f"{quote}{old}.{quote}", f"{quote}{new_head}.{quote}"
                new = f"{{k.replace({a}, {b}): v for k, v in {text}.items()}}"
                yield case.replace(given, new, f"what was {old} is called {new_head} here", shown=load)


def _prefixes(keys: list[str]) -> list[str]:
    """Return the leading parts that keys may have more than others."""
    parts = keys[0].split(".")
    return [".".join(parts[:i]) + "." for i in range(1, min(len(parts), 4))]


def _whole_children(case: Case, load: Any, module: Module, keys: list[str]) -> Iterator[Candidate]:
    """Yield `strict=False` where parts are new as a whole, a head for instance, and others are loaded; which is meant only the author knows."""
    if any(k.arg == "strict" for k in load.keywords) or not keys:
        return
    children = {key.partition(".")[0] for key in keys}
    own = object.__getattribute__(module, "__dict__").get("_modules", {})
    state = module.state_dict()
    if not isinstance(state, dict):
        return
    whole = all(sum(k.partition(".")[0] == child for k in state) == sum(k.partition(".")[0] == child for k in keys) for child in children)  # fmt: skip
    if whole and len(children) < len(own):
        reason = f"{', '.join(sorted(children))} stays as it was made"
        yield case.insert_after(load.args[-1], ", strict=False", reason, GUESSES, shown=load)


def entries(case: Case) -> Iterator[Candidate]:
    """Yield the entry of a checkpoint that holds the state: `checkpoint["model"]`."""
    keys = [
        k.value
        for node in case.syntax.nodes
        if type(node) is ast.Dict
        for k, v in zip(node.keys, node.values)
        if type(k) is ast.Constant and type(k.value) is str and called_name(v) == "state_dict"
    ]
    for call in case.syntax.at_line(case.found.line or 0):
        if called_name(call) != "load_state_dict" or not call.args:
            continue
        given = call.args[0]
        made = binding(case, given)
        there = value_of(case, given)
        if type(given) in (ast.Name, ast.Attribute) or called_name(given) == "load":
            for key in dict.fromkeys(keys):
                if isinstance(there, dict) and key not in there:
                    continue
                quote = "'" if f"'{key}'" in case.text.text else '"'
                reason = f"the state is the entry {key}"
                yield case.insert_after(given, f"[{quote}{key}{quote}]", reason, shown=call)
                if made is not None and called_name(made) == "load":
                    yield case.insert_after(made, f"[{quote}{key}{quote}]", reason)
