"""Which functions of the packages that data come with public scripts call: pandas, PIL, OpenCV, scikit-learn, scipy, librosa, torchaudio, tokenizers.

    python benchmarks/table_calls.py --clones FOLDER                    # the share that has a rule, and what has none
    python benchmarks/table_calls.py --clones FOLDER --write docs/tables.md

FOLDER holds git repositories as `benchmarks/repositories.py` takes them. Counted is every call that is written down in a script or notebook that imports
torch, by the name that the file has imported. Methods of tables and images are not counted, since what they belong to is not told by their names.
"""

from __future__ import annotations

import argparse
import ast
import pathlib
import subprocess
import sys
from collections import Counter
from typing import Any

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from numpy_calls import of_cells

PACKAGES = "pandas PIL cv2 sklearn scipy librosa torchaudio datasets transformers tokenizers".split()
START = "<!-- counted -->\n"


def texts(store: pathlib.Path) -> list[str]:
    """The scripts in a git directory that import torch and one of the packages."""
    git = ["git", "-c", "safe.directory=*", f"--git-dir={store}"]
    words = "|".join(PACKAGES)
    found = subprocess.run(
        [*git, "grep", "-lE", f"(import|from) ({words})", "HEAD", "--", "*.py", "*.ipynb"],
        capture_output=True,
        encoding="utf8",
        errors="replace",
    )
    made = []
    for path in found.stdout.splitlines():
        shown = subprocess.run([*git, "show", path], capture_output=True, encoding="utf8", errors="replace").stdout
        made.append(of_cells(shown) if path.endswith(".ipynb") else shown)
    return [text for text in made if "torch" in text]


def imported(tree: ast.AST) -> dict[str, str]:
    """What the names of a file are of the packages."""
    names = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                names[alias.asname or alias.name.partition(".")[0]] = (
                    alias.name if alias.asname else alias.name.partition(".")[0]
                )
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for alias in node.names:
                names[alias.asname or alias.name] = f"{node.module}.{alias.name}"
    return {name: full for name, full in names.items() if full.partition(".")[0] in PACKAGES}


def full_name(node: ast.expr, names: dict[str, str]) -> str | None:
    if isinstance(node, ast.Name):
        return names.get(node.id)
    if isinstance(node, ast.Attribute):
        above = full_name(node.value, names)
        return above and f"{above}.{node.attr}"
    return None


def counted(clones: pathlib.Path) -> tuple[int, int, Counter[str]]:
    """How many repositories and scripts there are, and how often each function is called."""
    repositories = files = 0
    counts: Counter[str] = Counter()
    for folder in sorted(clones.iterdir()):
        stores = [folder / inner for inner in ("repo/.git", ".git", "repo", ".") if (folder / inner / "HEAD").is_file()]
        before = files
        for text in texts(stores[0]) if stores else []:
            try:
                tree = ast.parse(text)
            except (SyntaxError, ValueError, RecursionError):
                continue
            names = imported(tree)
            calls = [full_name(node.func, names) for node in ast.walk(tree) if isinstance(node, ast.Call)]
            found = Counter(call for call in calls if call is not None and call.partition(".")[0] in PACKAGES)
            files += bool(found)
            counts.update(found)
        repositories += files > before
    return repositories, files, counts


def has_rule(name: str) -> bool:
    """Whether something is known of what a function gives."""
    from convcalc.standin import find_module
    from convcalc.tensor import Unknown

    parts = name.split(".")
    for at in range(len(parts) - 1, 0, -1):
        try:
            module = find_module(".".join(parts[:at]))
        except ModuleNotFoundError:
            return False
        if module is None:
            continue
        found: Any = module
        for part in parts[at:]:
            found = getattr(found, part, None)
            if found is None or type(found) is Unknown:
                return False
        return True
    return False


def described(repositories: int, files: int, counts: Counter[str]) -> str:
    total = sum(counts.values())
    ruled = {name for name in counts if has_rule(name)}
    known = sum(counts[name] for name in ruled)
    lines = [
        f"{total} calls of {len(counts)} functions in {files} scripts of {repositories} repositories; {known} of them ({100 * known / max(total, 1):.0f} %) have a rule.",
        "",
        "| | calls | |",
        "| --- | --- | --- |",
    ]
    lines += [
        f"| `{name}` | {count} | {'' if name in ruled else 'unknown'} |" for name, count in counts.most_common(60)
    ]
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clones", type=pathlib.Path, required=True)
    parser.add_argument("--write", type=pathlib.Path)
    options = parser.parse_args()
    text = described(*counted(options.clones))
    if options.write is None:
        print(text, end="")
        return
    page = options.write.read_text(encoding="utf8")
    options.write.write_text(page.partition(START)[0] + START + text, encoding="utf8")


if __name__ == "__main__":
    main()
