"""What a loaded file gets of Python's own library and statements is what Python gives: each expression is evaluated by both.

The real values are written into the file, which asserts them.
"""

from __future__ import annotations

import json
import pathlib
import subprocess
import sys
from typing import Any

import pytest
from command import convcalc

HEAD = """\
import abc, argparse, ast, bisect, collections, contextlib, copy, dataclasses, enum, fractions, functools, heapq, io, itertools, json, logging, math
import operator, os, random, re, statistics, string, sys, textwrap, types, typing, warnings


def raised(call, *args, **kwargs):
    try:
        call(*args, **kwargs)
    except Exception as error:
        return type(error).__name__
    return "nothing"


def kind_of(value):
    match value:
        case 0:
            return "zero"
        case int() | float() if value < 0:
            return "negative"
        case [first, *rest]:
            return f"{first} and {len(rest)}"
        case {"name": str() as name, **others}:
            return name + str(len(others))
        case Point(x=0, y=y):
            return f"on the axis at {y}"
        case str():
            return value.upper()
    return "other"


@dataclasses.dataclass(order=True)
class Point:
    x: int = 0
    y: int = 1
    tags: list = dataclasses.field(default_factory=list, compare=False)


class Color(enum.Enum):
    RED = 1
    BLUE = "b"


class Size(enum.IntEnum):
    SMALL = enum.auto()
    LARGE = enum.auto()


class Stack:
    def __init__(self):
        self.items = []

    def __enter__(self):
        self.items.append("in")
        return self

    def __exit__(self, kind, error, trace):
        self.items.append(kind.__name__ if kind else "out")
        return True


def countdown(n):
    while n:
        sent = yield n
        n = n - 1 if sent is None else sent


def with_stack():
    stack = Stack()
    with stack:
        raise ValueError("no")
    return stack.items


def finally_():
    for i in range(3):
        try:
            if i == 1:
                continue
            if i == 2:
                break
        finally:
            found = i
    else:
        found = "else"
    return found


@functools.lru_cache(maxsize=None)
def fibonacci(n):
    return n if n < 2 else fibonacci(n - 1) + fibonacci(n - 2)


parser = argparse.ArgumentParser()
parser.add_argument("--lr", type=float, default=0.1)
parser.add_argument("--layers", type=int, nargs="+", default=[1, 2])
parser.add_argument("--fast", action="store_true")
"""
EXPRESSIONS = """\
all([]), all([1, 0, 2]), all(x > 0 for x in (1, 2)), any([]), any([0, 3]), any(x < 0 for x in (1, 2))
sorted([3, 1, 2]), sorted("bca", reverse=True), sorted([-3, 2, 1], key=abs), sorted({"b": 1, "a": 2})
min(3, 1, 2), max([3, 9, 2]), min([], default=7), max("ab", "b", key=len), min({2: 1, 3: 0}), raised(min, []), raised(max, 3)
sum([1, 2]), sum([[1], [2]], []), sum(x * x for x in range(4)), sum((0.5, 1))
list(zip([1, 2, 3], "ab")), raised(lambda: list(zip([1], [], strict=True))), list(enumerate("ab", 3)), list(reversed([1, 2]))
list(map(lambda a, b: a * b, [1, 2], [3, 4])), list(filter(None, [0, 1, "", "a"])), [*range(5, 0, -2)], len(range(2, 9, 3))
divmod(7, 3), divmod(-7, 3), round(2.5), round(2.675, 2), pow(2, 5), pow(2, 5, 7), abs(-3.5), int("12"), int(3.9), float("1e3"), bool([]), hex(255), ord("a"), chr(98)
isinstance(True, int), issubclass(bool, int), callable(len), hasattr("a", "upper"), getattr("a", "none", 3), type(3).__name__
[i * j for i in range(3) for j in range(i)], {i: i * i for i in range(3)}, {i % 2 for i in range(5)}, [(x := i) + x for i in range(3)]
f"{3.14159:.2f} {7:>4}|{'a':^5}|{12345:,} {255:#x} {0.5:%}", "{:03d} {a!r}".format(7, a="x"), "%5.1f|%s|%d%%" % (2.25, "a", 5), "a{0}{0}".format(1)
"a,b,,c".split(","), "  x ".strip(), "abc".find("c"), "a-b".partition("-"), "x".join(["a", "b"]), "Ab".swapcase(), "abc"[::-1], "abcabc".replace("b", "", 1), "a\\nb".splitlines()
"abc".startswith(("x", "a")), "42".isdigit(), "ab".zfill(4), "title case".title(), "a b c".rsplit(" ", 1), "abab".count("ab"), "é".encode("utf8"), b"ab".decode()
[1, 2, 3][-2:], [1, 2, 3, 4][::2], (1, 2) + (3,), [0] * 3, [1, 2] == [1, 2], [1, [2]] < [1, [3]], 2 in {1: 0, 2: 0}, 1 < 2 < 3, not 0, 5 or 1 / 0, 0 and 1 / 0
7 // 2, -7 // 2, 7 % -3, 2 ** 10, 2 ** -1, 7 / 2, 5 & 3, 5 | 3, 5 ^ 3, ~5, 1 << 4, 256 >> 2, 0.1 + 0.2, 3 if [] else 4
kind_of(0), kind_of(-2.5), kind_of([1, 2, 3]), kind_of({"name": "n", "a": 1}), kind_of(Point(0, 5)), kind_of("abc"), kind_of(None), kind_of([])
Point(1, 2) < Point(1, 3), Point() == Point(0, 1, ["a"]), repr(Point(3)), dataclasses.asdict(Point(1)), dataclasses.replace(Point(1, 2), y=5).y, [f.name for f in dataclasses.fields(Point)]
Color(1).name, Color["BLUE"].value, [c.name for c in Color], Color.RED is Color(1), Size.LARGE + 1, Size.SMALL < Size.LARGE, raised(Color, 9), len(Color)
with_stack(), finally_(), list(countdown(3)), fibonacci(20), raised(lambda: {}["a"]), raised(lambda: [][0]), raised(int, "x"), raised(lambda: 1 / 0), raised(lambda: None.x)
math.sqrt(16), math.ceil(2.1), math.floor(-2.1), math.log2(8), math.prod([2, 3, 4]), math.gcd(12, 18), math.isqrt(17), math.isclose(0.1 + 0.2, 0.3), math.inf > 1, math.comb(5, 2), math.trunc(-2.7), math.hypot(3, 4), math.log(8, 2), math.copysign(2, -1), math.fmod(7, 3), math.factorial(5)
statistics.mean([1, 2, 3]), statistics.median([3, 1, 2]), fractions.Fraction(1, 3) + 1 == fractions.Fraction(4, 3)
collections.Counter("abca").most_common(1), collections.OrderedDict(a=1)["a"], collections.deque([1, 2, 3], 2)[0], list(collections.ChainMap({"a": 1}, {"b": 2}))
dict(collections.defaultdict(list, a=[1])), collections.namedtuple("P", "x y")(1, 2).y, collections.namedtuple("P", "x y")(1, 2)._replace(x=4)[0]
list(itertools.chain([1], [2, 3])), list(itertools.product("ab", [1, 2]))[1], list(itertools.combinations(range(4), 2))[-1], list(itertools.islice(itertools.count(5, 2), 3)), list(itertools.accumulate([1, 2, 3])), list(itertools.repeat(1, 2)), [(k, len(list(g))) for k, g in itertools.groupby("aab")], list(itertools.zip_longest([1], [2, 3], fillvalue=0)), list(itertools.takewhile(lambda x: x < 3, [1, 2, 3, 1])), list(itertools.permutations([1, 2])), list(itertools.starmap(pow, [(2, 3)]))
functools.reduce(operator.mul, [1, 2, 3]), functools.partial(int, base=2)("101"), operator.itemgetter(1)([5, 6]), operator.attrgetter("x")(Point(4)), operator.add(2, 3), functools.reduce(lambda a, b: a + b, [[1], [2]], [])
copy.copy([1, [2]]), copy.deepcopy({"a": [1]}), json.loads('{"a": [1, 2.5, null, true]}'), json.dumps({"b": 1, "a": [None, 2.5]}, sort_keys=True), ast.literal_eval("[1, (2, 'a'), {'b': None}]"), raised(ast.literal_eval, "f()")
re.match(r"(\\w+)-(\\d+)", "conv-12").groups(), re.sub(r"\\d", "#", "a1b2"), re.findall("[ab]", "cab"), re.split(r"[,;]", "a,b;c"), bool(re.search("x", "abc")), re.compile("b+").search("abbc").span()
string.ascii_lowercase[:3], textwrap.dedent("  a\\n  b"), io.StringIO("a\\nb").readlines(), os.path.join("a", "b.pt"), os.path.splitext("m.tar.gz"), os.path.basename("/a/b"), os.path.dirname("/a/b"), bisect.bisect([1, 3, 5], 3), heapq.nsmallest(2, [3, 1, 2])
random.Random(0).random(), random.Random(3).randint(1, 6), random.Random(1).choices([1, 2, 3], k=2), random.Random(2).sample(range(9), 3), random.Random(5).choice("abc"), random.Random(4).uniform(1, 2), random.Random(7).shuffle([1, 2])
parser.parse_args([]).lr, parser.parse_args(["--lr", "0.5", "--layers", "4", "5"]).layers, vars(parser.parse_args(["--fast"]))["fast"], parser.parse_args([]).layers
logging.getLogger("a").info("text"), logging.getLogger("a").warning("%s", 1), logging.basicConfig(level=logging.INFO), logging.INFO, warnings.warn is None
isinstance(sys.version_info >= (3, 8), bool), types.SimpleNamespace(a=3).a, typing.get_type_hints(Point)["x"] is int, abc.ABC.__name__, contextlib.nullcontext(3).__enter__()
len({**{"a": 1}, "b": 2}), [*"ab", *[1]], (lambda a, /, b=2, *args, c=4, **kw: (a, b, args, c, kw))(1, 5, 6, c=7, d=8), "".join(sorted(set("hello"))), list(dict.fromkeys("aba")), dict(zip("ab", [1, 2])).get("c", 0), {"a": 1} | {"b": 2}, [1, 2, 3].index(3), (1, 2, 2).count(2), {1, 2} & {2, 3}, {1} <= {1, 2}, frozenset([1]) | {2}
slice(1, 4, 2).indices(9), list(iter([1, 2].pop, 1)) if False else [], next(iter([]), 5), next(x for x in [1, 5] if x > 2), bytes([65, 66]), bytearray(b"a") + b"b", complex(1, 2).imag, (3.0).is_integer(), (255).bit_length(), int.from_bytes(b"\\x01\\x00", "big"), float.fromhex("0x1p3"), str(1e20), repr(0.1), repr("a'b")
"""


def _lines() -> list[str]:
    return EXPRESSIONS.splitlines()


def _real() -> list[Any]:
    names: dict[str, Any] = {"__name__": "real"}
    exec(compile(HEAD, "real.py", "exec", dont_inherit=True), names)
    return [eval(f"[{line}]", names) for line in _lines()]


@pytest.mark.filterwarnings("ignore")
def test_expressions_have_the_values_that_python_gives_them(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import types

    monkeypatch.setitem(sys.modules, "real", types.ModuleType("real"))  # where dataclasses look names up
    text = HEAD
    for i, (line, values) in enumerate(zip(_lines(), _real(), strict=True)):
        text += f"\nfound{i} = [{line}]\n"
        text += "".join(
            f"assert found{i}[{j}] == {value!r}, ({i}, {j}, found{i}[{j}])\n" for j, value in enumerate(values)
        )
    text += "\nfrom torch import nn\n\n\nclass Net(nn.Linear):\n    pass\n\n\nnet = Net(sum(found3[1]), 2)\n"
    path = tmp_path / "model.py"
    path.write_text(text)
    done = convcalc("check", path, "--isolated", "--format", "json")
    report = json.loads(done.out)
    assert [(d["line"], d["message"]) for file in report["files"] for d in file["diagnostics"]] == []
    assert done.code == 0


def test_a_value_that_python_does_not_give_is_noticed(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "model.py"
    path.write_text("import math\n\nassert math.isqrt(17) == 5\n\nimport torch\n\nnet = torch.nn.Linear(2, 3)\n")
    done = convcalc("check", path, "--isolated", "--format", "json")
    assert [d["line"] for file in json.loads(done.out)["files"] for d in file["diagnostics"]] == [3]


MODEL = "import torch\n\nnet = torch.nn.Linear(WIDTH, height())\nnet(torch.zeros(1, WIDTH))\n"


def test_a_star_gives_the_names_that_python_gives(tmp_path: pathlib.Path) -> None:
    """All public ones, or those that `__all__` lists."""
    (tmp_path / "sizes.py").write_text("import math\nWIDTH = 3\n_hidden = 4\ndef height():\n    return 5\n")
    (tmp_path / "listed.py").write_text("__all__ = ['DEPTH', '_own']\nDEPTH = 6\n_own = 7\nOTHER = 8\n")
    text = "from sizes import *\nfrom listed import *\nassert (WIDTH, height(), DEPTH, _own) == (3, 5, 6, 7)\nassert math.floor(2.5) == 2\n"
    for hidden in ("_hidden", "OTHER"):
        text += f"try:\n    {hidden}\n    raise ValueError\nexcept NameError:\n    pass\n"
    path = tmp_path / "model.py"
    path.write_text(text + MODEL)
    subprocess.run([sys.executable, path.name], cwd=tmp_path, check=True)
    done = convcalc("check", path, "--isolated", "--format", "json")
    assert [
        d["message"] for file in json.loads(done.out)["files"] for d in file["diagnostics"] if d["severity"] == "error"
    ] == []
    told = json.loads(convcalc("summary", path, "--format", "json").out)
    assert [row["params"] for model in told["models"] for row in model["rows"]] == [3 * 5 + 5]


# What scripts call of modules that are stood in for: these names are known, although what they would do to the world is not done.
CALLED = """
os.path.abspath os.path.basename os.path.commonpath os.path.commonprefix os.path.dirname os.path.isabs os.path.join os.path.normcase os.path.normpath os.path.split
os.path.splitdrive os.path.splitext os.path.relpath os.path.realpath os.path.expandvars os.path.expanduser os.path.exists os.path.isfile os.path.lexists os.path.isdir
os.path.getsize os.path.getmtime os.path.getctime os.getenv os.getcwd os.cpu_count os.getpid os.fspath os.makedirs os.mkdir os.chdir os.putenv os.umask os.environ.get
os.system os.popen os.remove os.unlink os.rmdir os.removedirs os.rename os.replace os.listdir os.scandir os.walk os.open os.read os.write os.fork os.execv os.kill
os.symlink os.link os.chmod os.chown os.stat os.truncate
sys.exit sys.getsizeof sys.setrecursionlimit sys.getrecursionlimit sys.getdefaultencoding sys.intern sys.exc_info sys.gettrace sys.stdout.write sys.stdout.writelines
sys.stdout.flush sys.stdout.isatty sys.stdout.fileno sys.stdout.close sys.stderr.write sys.stderr.flush sys.modules.get
time.time time.perf_counter time.monotonic time.process_time time.thread_time time.mktime time.time_ns time.perf_counter_ns time.monotonic_ns time.process_time_ns
time.strftime time.ctime time.asctime time.sleep time.localtime time.gmtime
inspect.isclass inspect.isfunction inspect.ismethod inspect.isbuiltin inspect.ismodule inspect.isabstract inspect.signature inspect.getdoc inspect.cleandoc inspect.isgenerator
logging.debug logging.info logging.warning logging.error logging.critical logging.exception logging.log logging.basicConfig logging.disable logging.captureWarnings
logging.shutdown logging.getLogger logging.Logger logging.StreamHandler logging.FileHandler logging.NullHandler logging.Formatter logging.Handler logging.LoggerAdapter
logging.getLogger().setLevel logging.getLogger().addHandler logging.getLogger().info logging.getLogger().isEnabledFor logging.getLogger().getEffectiveLevel
warnings.warn warnings.filterwarnings warnings.simplefilter warnings.warn_explicit warnings.resetwarnings warnings.catch_warnings
importlib.import_module importlib.reload importlib.invalidate_caches gc.collect gc.enable gc.disable gc.isenabled pprint.pprint pprint.pformat pprint.pp
platform.system platform.machine platform.node platform.platform platform.python_version platform.release timeit.default_timer timeit.timeit getpass.getuser
locale.setlocale traceback.print_exc traceback.format_exc traceback.print_stack signal.signal atexit.register ast.literal_eval codecs.open io.open io.StringIO io.BytesIO
random.random random.randint random.choice random.choices random.sample random.shuffle random.seed random.uniform random.gauss random.randrange random.getrandbits
random.Random pathlib.Path pathlib.PurePath pkgutil.get_data configparser.ConfigParser types.SimpleNamespace types.MethodType types.FunctionType types.ModuleType
datetime.datetime.now datetime.datetime.utcnow datetime.date.today datetime.timedelta uuid.uuid4 uuid.uuid1 copy.deepcopy functools.partial
"""
# What nobody knows before the script runs: a clock, the machine, chance, and what lies outside.
NOT_KNOWN = [
    "int(time.time())", "int(time.perf_counter())", "int(time.monotonic())", "int(time.process_time())", "time.time_ns()", "time.localtime().tm_year",
    "int(time.mktime(time.localtime()))", "datetime.datetime.now().year", "datetime.datetime.utcnow().year", "datetime.datetime.today().year",
    "datetime.date.today().day", "uuid.uuid4().int", "sys.getsizeof([])", "os.path.getsize('a')", "len(time.strftime('%Y'))", "len(time.ctime())",
    "int(timeit.default_timer())", "len(os.environ['HOME'])", "os.environ['PATH'].count(':')", "random.randint(3, 9)", "len(sys.stdin.readline())",
]  # fmt: skip
IMPORTS = "import ast, atexit, codecs, configparser, copy, datetime, functools, gc, getpass, importlib, inspect, io, locale, logging, os, pathlib, pkgutil, platform, pprint\nimport random, signal, sys, time, timeit, traceback, types, uuid, warnings\n\nimport torch\n\n"


def _parameters(path: pathlib.Path, size: str) -> Any:
    path.write_text(f"{IMPORTS}net = torch.nn.Linear({size}, 1, bias=False)\nnet(torch.zeros(1, net.in_features))\n")
    told = json.loads(convcalc("summary", path, "--format", "json").out)
    return [model["totals"]["params"] for model in told["models"]]


def test_what_scripts_call_is_known(tmp_path: pathlib.Path) -> None:
    names = CALLED.split()
    listed = ", ".join(names)
    exec(f"{IMPORTS.replace('import torch', '')}assert all(map(callable, [{listed}]))", {})
    assert _parameters(tmp_path / "model.py", f"sum(callable(each) for each in [{listed}])") == [len(names)]


@pytest.mark.parametrize("expression", NOT_KNOWN)
def test_what_nobody_knows_is_not_known(tmp_path: pathlib.Path, expression: str) -> None:
    path = tmp_path / "model.py"
    path.write_text(
        f"{IMPORTS}weight = torch.zeros({expression} % 5 + 3, 4)\nnet = torch.nn.Linear(4, 2)\nnet(weight)\n"
    )
    told = json.loads(convcalc("summary", path, "--format", "json").out)
    (row,) = [row for model in told["models"] for row in model["rows"]]
    assert type(row["outputs"][0][0]) is not int
