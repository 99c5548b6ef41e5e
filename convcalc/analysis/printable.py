"""What came out of a file's process, made fit to be shown: the file may have chosen the words.

A terminal obeys control characters, and a CI service takes lines of a certain form for commands of its own (`::error ...`,
`##[group]`, `##vso[...]`): neither shall be done by a class's name or an exception's message.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

# Control characters but tab and line feed, and what changes the direction of writing, ends a line unseen, or is half a character.
# (The joiners of words, U+200C and U+200D, belong to some scripts.)
HIDDEN = (
    (0, 8), (11, 31), (0x7F, 0x9F), (0x61C, 0x61C), (0x180E, 0x180E), (0x200B, 0x200B), (0x200E, 0x200F), (0x2028, 0x202E), (0x2060, 0x206F),
    (0xD800, 0xDFFF), (0xFEFF, 0xFEFF), (0xFFF9, 0xFFFB), (0xE0000, 0xE007F),
)  # fmt: skip


LONGEST = 500  # characters of a name or a message


def _spelled() -> dict[int, str]:
    return {
        number: f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"
        for first, last in HIDDEN
        for number in range(first, last + 1)
    }


def printable(text: str) -> str:
    """The text, with what is hidden spelled out (`\\u001b`) and what looks like a command broken up (`: :error`)."""
    if not text.replace("\n", "").isprintable():
        text = text.translate(_spelled())
    if "::" in text:
        text = "\n".join(
            line.replace("::", ": :", 1) if line.lstrip()[:2] == "::" else line for line in text.split("\n")
        )
    if "##" in text and "[" in text:
        import re

        text = re.sub(r"##(?=\w*\[)", "# #", text)
    return text


def cut(text: str, most: int = LONGEST) -> str:
    """A name or a message, cut where it is longer than anybody reads: `...` and how much was left out at the end."""
    return text if len(text) <= most else f"{text[:most]}... ({len(text) - most:,} more characters)"


# What of a report is no name and no message: paths, source, and formulas.
WHOLE = frozenset("file old new shape inputs outputs totals params own_params macs conditions fits fixed".split())


def cut_all(value: Any) -> Any:
    """Cuts the names and messages of a report, in place."""
    places: Any = value.items() if type(value) is dict else enumerate(value)
    for key, item in places:
        kind = type(item)
        if kind is str:
            if len(item) > LONGEST and key not in WHOLE:
                value[key] = cut(item)
        elif (kind is dict or kind is list) and item and key not in WHOLE:
            cut_all(item)
    return value


def printable_all(value: Any) -> Any:
    """A report with each of its texts made printable."""
    kind = type(value)
    if kind is str:
        return value if value.isidentifier() else printable(value)
    if kind is dict:
        return {key: printable_all(item) for key, item in value.items()}
    if kind is list:
        return [printable_all(item) for item in value]
    return value
