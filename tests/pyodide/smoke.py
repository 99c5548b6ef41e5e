"""Programs of the tests summarised and checked by the library's functions, without processes: a line of JSON for each, to compare interpreters.

python tests/pyodide/smoke.py FOLDER
"""

from __future__ import annotations

import json
import os
import sys
import traceback

FOLDERS = ("examples", "tests/constructs", "tests/scripts", "tests/tricky", "tests/fits", "tests/pyodide/programs")


def report(file: str) -> dict[str, object]:
    """What a check and a summary say of a file."""
    from convcalc.analysis.checking import CheckSettings, check_source
    from convcalc.analysis.subject import NotAnalysed, Subject
    from convcalc.analysis.summarising import summarise
    from convcalc.source.discovery import Given
    from convcalc.source.reading import read_source
    from convcalc.source.target import UsageError

    try:
        subject = Subject(file, read_source(file), None, Given())
        models = summarise(subject).to_dict()["models"]
        found = check_source(subject, CheckSettings())["diagnostics"]
    except (UsageError, NotAnalysed) as error:
        return {"said": str(error)}
    shown = [
        [m["target"]["call"], [o["shape"] for o in m["outputs"]], m["totals"], [r["outputs"] for r in m["rows"]]]
        for m in models
    ]
    return {"models": shown, "found": [[d["rule"], d["line"], d["message"]] for d in found if d["severity"] != "note"]}


def main() -> None:
    os.chdir(sys.argv[1])
    sys.path.insert(0, os.getcwd())
    sys.path.append(os.path.abspath("tests/pyodide/site"))  # an installed package, whose code is run as it is compiled
    print(json.dumps({"python": sys.version.split()[0]}))
    for folder in FOLDERS:
        for name in sorted(os.listdir(folder)) if os.path.isdir(folder) else ():
            if name.endswith(".py") and name != "library.py":  # which imports convcalc
                file = f"{folder}/{name}"
                try:
                    said = report(file)
                except Exception:
                    said = {"fault": traceback.format_exc()[-600:]}
                print(json.dumps({"file": file, **said}))


if __name__ == "__main__":
    main()
