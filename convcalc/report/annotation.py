"""What an annotation of GitHub or of a SARIF viewer says: the message of a diagnosis, PyTorch's own words, the mends."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def annotation(d: dict[str, Any]) -> str:
    """The text of a diagnosis in plain lines, without its place."""
    lines = [str(d["message"])]
    if d.get("torch") and d["message"] not in d["torch"]:
        lines.append(f"PyTorch: {d['torch']}")
    lines += [f"{'fix' if i == 0 else 'or'}: {mend['text']}" for i, mend in enumerate(d["suggestions"])]
    return "\n".join(lines)
