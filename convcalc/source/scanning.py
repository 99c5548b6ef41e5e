"""What a module's text tells before it is run: the names that it exports, what it registers, where it waits for an ImportError.

Reading text is a hundred times cheaper than running a module. It decides only whether a module is loaded now or when it is
needed; what the module then means, its run tells.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_WORD = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")


def exported_names(text: bytes) -> list[str] | None:
    """The names of `__all__ = [...]` where that is all that the text says of it; None where only running tells."""
    start = text.find(b"\n__all__")
    if start < 0:
        if not text.startswith(b"__all__"):
            return None
    else:
        start += 1
    start = max(start, 0)
    if text.find(b"\n__all__", start + 1) >= 0:
        return None
    line_end = text.find(b"\n", start)
    line = text[start : line_end if line_end >= 0 else len(text)]
    equals = line.find(b"=")
    opening = start + equals + 1
    while text[opening : opening + 1] in (b" ", b"\\", b"\n", b"\t"):
        opening += 1
    closing = {b"[": b"]", b"(": b")"}.get(text[opening : opening + 1])
    if equals < 0 or line[equals - 1 : equals] == b"+" or closing is None:
        return None
    end = text.find(closing, opening)
    rest = text[end + 1 : text.find(b"\n", end)].strip() if end >= 0 else b"?"
    if rest and not rest.startswith(b"#"):
        return None
    names = _strings(text[opening : end + 1])
    if names is None:
        return None
    return names + [name for name in decorated(text) if name not in names]


def _strings(display: bytes) -> list[str] | None:
    """The strings of a list or tuple display, None where it holds anything else."""
    try:
        tree: Any = compile(display, "", "eval", 0x400, dont_inherit=True)
    except (SyntaxError, ValueError):
        return None
    elements = getattr(tree.body, "elts", [tree.body])
    values = [getattr(element, "value", None) for element in elements]
    return values if all(type(value) is str for value in values) else None  # type: ignore[return-value]


def decorated(text: bytes) -> dict[str, str]:
    """The functions and classes at the top of a module that have a decorator, with the first name of the outermost one."""
    found: dict[str, str] = {}
    at = text.find(b"\n@")
    while at >= 0:
        root = word_at(text, at + 2)
        name, at = _definition(text, at + 1)
        if name:
            found[name] = root
        at = text.find(b"\n@", at)
    return found


def _definition(text: bytes, at: int) -> tuple[str, int]:
    """The name that the next line with `def` or `class` at its start defines, and where that line starts."""
    while at < len(text):
        end = text.find(b"\n", at)
        if end < 0:
            break
        for word in (b"def ", b"class ", b"async def "):
            if text.startswith(word, at):
                return word_at(text, at + len(word)), at
        at = end + 1
    return "", len(text)


def word_at(text: bytes, at: int) -> str:
    end = at
    while end < len(text) and text[end] in _WORD:
        end += 1
    return text[at:end].decode("ascii")


def mentions(text: bytes, name: str) -> bool:
    """Whether a name stands in a text as a whole word."""
    word = name.encode("utf8")
    at = text.find(word)
    while at >= 0:
        before, after = text[at - 1 : at], text[at + len(word) : at + len(word) + 1]
        if (not before or before[0] not in _WORD) and (not after or after[0] not in _WORD):
            return True
        at = text.find(word, at + 1)
    return False


def names_with(text: bytes, name: str) -> tuple[str, ...]:
    """A name of a module, and the names of those functions, classes and assignments at its top that mention it."""
    found = [name]
    for block in _blocks(text):
        if mentions(block, name):
            line = block.lstrip(b"@").split(b"\n", 1)[0]
            for start in (b"def ", b"class ", b"async def "):
                at = block.find(start)
                if at == 0 or (at > 0 and block[at - 1 : at] == b"\n"):
                    found.append(word_at(block, at + len(start)))
                    break
            else:
                found.append(word_at(line, 0))
    return tuple(dict.fromkeys(word for word in found if word and word not in _KEYWORDS))


_KEYWORDS = frozenset(
    "if for while try with import from async await else del global raise return assert elif except finally".split()
)


def fills(text: bytes, name: str) -> bool:
    """Whether a text puts something into what it calls by a name: `name[key] = value`, `name.update(...)`, `name.setdefault(...)`."""
    word = name.encode("utf8")
    if any(word + b"." + method + b"(" in text for method in (b"update", b"setdefault")):
        return True
    at = text.find(word + b"[")
    while at >= 0:
        end = text.find(b"\n", at)
        line = text[at : end if end >= 0 else len(text)]
        rest = line[line.rfind(b"]", 0, line.find(b"=") if b"=" in line else len(line)) + 1 :].lstrip()
        if rest[:1] == b"=" and rest[:2] != b"==":
            return True
        at = text.find(word + b"[", at + 1)
    return False


def _blocks(text: bytes) -> list[bytes]:
    """The statements at the top of a module, roughly: a line that begins at its start begins one, with the decorators before it."""
    blocks: list[bytes] = []
    start = decorated_from = None
    at = 0
    for line in text.splitlines(keepends=True):
        first = line[:1]
        if first in _WORD_STARTS or first == b"@":
            if decorated_from is None:
                if start is not None:
                    blocks.append(text[start:at])
                start = at
            decorated_from = at if first == b"@" else None
        at += len(line)
    if start is not None:
        blocks.append(text[start:])
    return blocks


_WORD_STARTS = frozenset(bytes([c]) for c in _WORD)


def waits_for_import_error(lines: list[bytes], line: int) -> bool:
    """Whether line `line` (from 1) lies in the body of a `try`."""
    if line > len(lines):
        return False
    indent = _indent(lines[line - 1])
    for above in range(line - 2, -1, -1):
        if indent == 0:
            return False
        text = lines[above]
        stripped = text.strip()
        if not stripped or stripped.startswith(b"#"):
            continue
        its = _indent(text)
        if its < indent:
            indent = its
            if stripped.startswith(b"try:"):
                return True
            if stripped.startswith((b"def ", b"class ", b"async def ")):
                return False
    return False


def _indent(line: bytes) -> int:
    return len(line) - len(line.lstrip())
