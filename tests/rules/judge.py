"""What PyTorch and `convcalc check` say of the fixtures of the rules; `python tests/rules/judge.py` writes it into the pages.

Each folder here is a rule: `faulty.py` breaks it and nothing else, `mended.py` is its twin without the mistake. A page
(docs/rules/NAME.md) is written by hand up to "## Example"; what follows is made here, so that it is true, and so is the list of the pages.
"""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import Any

from convcalc.analysis.checking import CheckSettings, check_source
from convcalc.analysis.subject import Subject
from convcalc.check.rules import RULES, SEVERITIES
from convcalc.source.discovery import Given
from convcalc.verify.reference import run

HERE = Path(__file__).parent
PAGES = HERE.parent.parent / "docs" / "rules"
NAMES = sorted(path.name for path in HERE.iterdir() if (path / "faulty.py").exists())


def run_in_torch(file: Path) -> tuple[str, int] | None:
    """PyTorch's error and the line of the file where it arose; None where the file runs."""
    outcome = run(file.read_bytes(), str(file))
    return None if outcome.error is None else (outcome.text, outcome.line or 0)


def checked(file: Path) -> list[dict[str, Any]]:
    """What `convcalc check` says of a file, without notes."""
    report = check_source(Subject(file.name, file.read_bytes(), None, Given()), CheckSettings())
    return [d for d in report["diagnostics"] if d["severity"] != "note"]


def example(name: str) -> str:
    """The part of a rule's page that is made from its fixture."""
    faulty, mended = HERE / name / "faulty.py", HERE / name / "mended.py"
    refused = run_in_torch(faulty)
    (found,) = checked(faulty)
    said = (
        f"PyTorch, at line {refused[1]}:\n\n```text\n{refused[0]}\n```\n"
        if refused is not None
        else "PyTorch runs it without a word.\n"
    )
    lines = difflib.unified_diff(faulty.read_text().splitlines(), mended.read_text().splitlines(), n=0, lineterm="")
    changed = "\n".join(line for line in list(lines)[2:] if line[0] in "+-")
    return (
        f"## Example\n\n```python\n{faulty.read_text()}```\n\n{said}\nconvcalc, at line {found['line']}:\n\n"
        f"```text\n{found['message']}\n```\n\nThe fix:\n\n```diff\n{changed}\n```\n"
    )


def page_with(text: str, made: str) -> str:
    """A page with its made part replaced."""
    return text.partition("## Example")[0].rstrip() + "\n\n" + made


def listed(text: str) -> str:
    """The list of the pages (docs/rules/README.md) with a line for each rule, by severity and name."""
    rules = sorted(RULES.values(), key=lambda rule: SEVERITIES.index(rule.severity))
    lines = [f"| [{rule.name}]({rule.name}.md) | {rule.severity} | {rule.summary} |\n" for rule in rules]
    return text.partition("| [")[0] + "".join(lines)


def main() -> None:
    for name in NAMES:
        page = PAGES / f"{name}.md"
        page.write_text(page_with(page.read_text(), example(name)))
    readme = PAGES / "README.md"
    readme.write_text(listed(readme.read_text()))
    print(f"{len(NAMES)} of {len(RULES)} rules have a fixture; their pages are written")


if __name__ == "__main__":
    main()
