// Runs smoke.py under Pyodide, whose Python may be newer than any that is installed: node run.mjs FOLDER_OF_NODE_MODULES REPOSITORY
import { pathToFileURL } from "node:url";
import { join } from "node:path";

const [modules, root] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(join(modules, "pyodide", "pyodide.mjs")));
const python = await loadPyodide({ stdout: (text) => console.log(text), stderr: (text) => console.error(text) });
python.FS.mkdirTree("/repository");
python.FS.mount(python.FS.filesystems.NODEFS, { root }, "/repository");
python.runPython(`
import sys
sys.path.insert(0, "/repository")
sys.argv = ["smoke.py", "/repository"]
sys.dont_write_bytecode = True
with open("/repository/tests/pyodide/smoke.py") as stream:
    exec(compile(stream.read(), "smoke.py", "exec"), {"__name__": "__main__"})
`);
