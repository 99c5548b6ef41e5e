"""What an annotation of GitHub or of a SARIF viewer says: the message of a diagnostic, PyTorch's own words, the fixes."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from convcalc.check.diagnostic import Diagnostic


def annotation(d: Diagnostic) -> str:
    """The text of a diagnostic in plain lines, without its place."""
    lines = [d.message]
    if d.torch and d.message not in d.torch:
        lines.append(f"PyTorch: {d.torch}")
    lines += [f"{'fix' if i == 0 else 'or'}: {fix.text}" for i, fix in enumerate(d.fixes)]
    return "\n".join(lines)
