"""Which diagnostics are reported: `--select`, `--ignore`, and comments in the file.

    x = self.fc(x)  # convcalc: ignore[linear-in-features]
    x = self.fc(x)  # convcalc: ignore
    # convcalc: skip-file

A comment counts on the line where PyTorch would raise, on the last line of that statement's expression, and on the line of
the constructor of the layer.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from .diagnostic import Diagnostic

MARK = "convcalc:"


def is_reported(diagnostic: Diagnostic, select: Sequence[str], ignore: Sequence[str]) -> bool:
    """Return whether the options let a diagnostic through; names of rules and severities may be mixed. Notes are always reported."""
    if diagnostic.severity == "note":
        return True
    names = (diagnostic.rule, diagnostic.severity)
    if any(name in ignore for name in names):
        return False
    return not select or any(name in select for name in names)


class Comments:
    """The comments of a file that concern this program."""

    def __init__(self, source: bytes) -> None:
        self.skip_file = False
        self.ignored: dict[int, list[str] | None] = {}  # a line's rules; None for all
        if MARK.encode() in source:
            self._read(source)

    def _read(self, source: bytes) -> None:
        import io
        import tokenize

        try:
            for token in tokenize.tokenize(io.BytesIO(source).readline):
                if token.type == tokenize.COMMENT:
                    self._comment(token.string, token.start[0])
        except (tokenize.TokenError, SyntaxError, UnicodeDecodeError):
            return

    def _comment(self, text: str, line: int) -> None:
        for part in text.split("#"):
            word = part.strip()
            if not word.startswith(MARK):
                continue
            word = word[len(MARK) :].strip()
            if word.startswith("skip-file"):
                self.skip_file = True
            elif word.startswith("ignore"):
                rest = word[len("ignore") :].strip()
                if rest.startswith("[") and "]" in rest:
                    names = [name.strip() for name in rest[1 : rest.index("]")].split(",")]
                    self.ignored[line] = names
                else:
                    self.ignored[line] = None

    def silence(self, diagnostic: Diagnostic, file: str) -> bool:
        """Return whether a comment of the file silences a diagnostic."""
        if not self.ignored or diagnostic.severity == "note":
            return False
        lines = {diagnostic.line, diagnostic.end_line} if diagnostic.file == file else set()
        built = diagnostic.constructor
        if built is not None and built["file"] == file:
            lines |= {built["line"], built["end_line"]}
        for line in lines:
            if line in self.ignored:
                names = self.ignored[line]
                if names is None or diagnostic.rule in names:
                    return True
        return False
