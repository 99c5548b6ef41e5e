"""More attempts to get out: the classes of the published advisories of Python sandboxes, and whatever reads attributes by name on a
file's behalf.

As in escapes.py, CANARY is a file that must never come to be. Most attempts here stop at what leads out: whoever holds a
frame, a code object, a real module or the names of a real function has passed the walls of names and builtins, even where the
interpreter's own lock would still stop the last step. `leak(x)` says so: the model of the report is then called LEAK.
"""

from __future__ import annotations

LEAK = """
KINDS = ("frame'", "'code'", "'traceback'", "'wrapper_descriptor'", "convcalc.source.program", "convcalc.source.loading.L", "convcalc.source.lazy_modules.State", "convcalc.source.lazy_modules.Lazy", "convcalc.source.finding", "source.guard.L", "'getset")
def leak(*finds):
    for found in finds:
        kind, text = str(type(found)), str(found)
        module = "'module'" in kind and any(word in text for word in ("built-in", "frozen", "from '"))
        names = "dict'" in kind and "__builtins__" in found
        real = "built-in function open" in text or "built-in function eval" in text
        if module or names or real or any(word in kind for word in KINDS) or "CONVCALC_SECRET" in text:
            type("LEAK", (nn.Linear,), {})(4, 2)(torch.zeros(1, 4))
"""

LATER_ESCAPES: dict[str, str] = {
    # frames of generators and their kin: CVE-2023-37271 (RestrictedPython), asteval, smolagents
    "generator's frame by its class": "def g():\n    yield\nx = g()\nf = vars(type(x))['gi_frame'].__get__(x)\nleak(f, vars(type(f))['f_back'].__get__(f))",
    "generator's code by its class": "def g(): yield\nleak(vars(type(g()))['gi_code'].__get__(g()))",
    "coroutine's frame by its class": "async def c(): pass\nx = c()\nleak(vars(type(x))['cr_frame'].__get__(x))",
    "async generator's frame by its class": "async def c(): yield\nx = c()\nleak(vars(type(x))['ag_frame'].__get__(x))",
    "generator's class by types": "import types\ndef g(): yield\nx = g()\nleak(vars(types.GeneratorType)['gi_frame'].__get__(x, type(x)))",
    "generator's names by dir": "def g(): yield\nx = g()\nfor n in dir(type(x)):\n    leak(getattr(x, n))",
    "generator thrown into": "def g():\n    try:\n        yield\n    except Exception as e:\n        leak(vars(type(e)))\nx = g(); next(x)\nx.throw(ValueError('a'))",
    "await of a frame": "async def c(): pass\nx = c()\nw = x.__await__()\nleak(w, vars(type(w)))",
    # tracebacks: vm, asteval, CVE-2025-22153 (try and except*)
    "traceback by its class in an exit": "class C:\n    def __enter__(self): pass\n    def __exit__(self, a, b, t):\n        leak(vars(type(t))['tb_frame'].__get__(t))\n        return True\nwith C():\n    torch.zeros(-1)",
    "traceback by an exit stack": "import contextlib\ndef out(a, b, t):\n    leak(vars(type(t))['tb_frame'].__get__(t), vars(type(t))['tb_next'].__get__(t))\n    return True\nwith contextlib.ExitStack() as s:\n    s.push(out)\n    torch.zeros(-1)",
    "traceback by a positional pattern": "class M(type):\n    def __instancecheck__(c, o): return True\nclass P(metaclass=M):\n    __match_args__ = ('tb_frame',)\nclass C:\n    def __enter__(self): pass\n    def __exit__(self, a, b, t):\n        match t:\n            case P(f): leak(f)\n        return True\nwith C():\n    torch.zeros(-1)",
    "traceback by except star": "try:\n    raise ExceptionGroup('a', [ValueError(1)])\nexcept* ValueError as e:\n    leak(getattr(e.exceptions[0], '__trace' + 'back__'))",
    "context of an exception": "try:\n    try:\n        torch.zeros(-1)\n    except Exception as e:\n        raise KeyError(1)\nexcept KeyError as e:\n    leak(vars(KeyError).get('__context__'), vars(BaseException).get('__traceback__'))",
    "with_traceback's own": "try:\n    torch.zeros(-1)\nexcept Exception as e:\n    w = e.with_traceback\n    leak(w.__self__)",
    # patterns read attributes by name
    "positional pattern on a function": "class M(type):\n    def __instancecheck__(c, o): return True\nclass P(metaclass=M):\n    __match_args__ = ('__globals__',)\ndef f(): pass\nmatch f:\n    case P(g): leak(g)",
    "positional pattern that changes": "class M(type):\n    n = 0\n    def __instancecheck__(c, o): return True\n    @property\n    def __match_args__(c):\n        M.n += 1\n        return ('x',) if M.n == 1 else ('__globals__',)\nclass P(metaclass=M): pass\ndef f(): pass\nfor _ in range(3):\n    match f:\n        case P(g): leak(g)",
    "positional pattern by a guard": "class M(type):\n    def __instancecheck__(c, o): return True\nclass P(metaclass=M):\n    __match_args__ = ()\ndef change():\n    P.__match_args__ = ('__globals__',)\ndef f(): pass\nmatch f:\n    case P() if change(): pass\n    case P(g): leak(g)",
    "positional pattern inside patterns": "class M(type):\n    def __instancecheck__(c, o): return True\nclass P(metaclass=M):\n    __match_args__ = ('__globals__',)\ndef f(): pass\nmatch [1, {'a': f}]:\n    case [_, {'a': P(g) | P(_, g)}]: leak(g)",
    "positional pattern by metaclass getattr": "class M(type):\n    def __instancecheck__(c, o): return True\n    def __getattr__(c, n): return ('__code__',)\nclass P(metaclass=M): pass\nmatch (lambda: 0):\n    case P(g): leak(g)",
    "positional pattern of an attribute": "class M(type):\n    def __instancecheck__(c, o): return True\nclass N:\n    class P(metaclass=M):\n        __match_args__ = ('__closure__', '__globals__')\ndef o():\n    y = 1\n    return lambda: y\nmatch o():\n    case N.P(c, g): leak(g, c[0])",
    "positional pattern in a module of a package": "import dataclasses\nclass M(type):\n    def __instancecheck__(c, o): return True\n@dataclasses.dataclass\nclass D:\n    x: int = 0\nclass Q(D, metaclass=M): pass\nQ.__match_args__ = ('__globals__',)\nmatch (lambda: 0):\n    case Q(g): leak(g)",
    # format strings: CVE-2023-41039, CVE-2024-47532 (RestrictedPython), jinja2's attr and format_map
    "format reads the environment": "def f(): pass\nleak('{0.__globals__[__builtins__][getattr].__globals__[sys].modules[os].environ}'.format(f))",
    "format_map reads the environment": "def f(): pass\nleak('{f.__globals__[__builtins__][getattr].__globals__[sys].modules[os].environ}'.format_map({'f': f}))",
    "format of a class's method": "leak('{0.forward.__globals__[sys].modules[os].environ}'.format(nn.Linear))",
    "format by getattr": "def f(): pass\nleak(getattr('{0.__globals__[__builtins__][getattr].__globals__[sys].modules[os].environ}', 'for' + 'mat')(f))",
    "format of str": "def f(): pass\nt = '{0.__globals__[__builtins__][getattr].__globals__[sys].modules[os].environ}'\nleak(str.format(t, f))",
    "format by vars": "def f(): pass\nt = '{0.__globals__[__builtins__][getattr].__globals__[sys].modules[os].environ}'\nleak(vars(str)['format'](t, f))",
    "format by map": "def f(): pass\nt = '{0.__globals__[__builtins__][getattr].__globals__[sys].modules[os].environ}'\nleak(*map(str.format, [t], [f]))",
    "format by methodcaller": "import operator\ndef f(): pass\nt = '{0.__globals__[__builtins__][getattr].__globals__[sys].modules[os].environ}'\nleak(operator.methodcaller('format', f)(t), operator.attrgetter('format')(t)(f))",
    "format of a str's class": "class S(str):\n    def g(self, *a): return super().format(*a)\ndef f(): pass\nt = S('{0.__globals__[__builtins__][getattr].__globals__[sys].modules[os].environ}')\nleak(t.format(f), t.g(f))",
    "format by a pattern": "def f(): pass\nmatch '{0.__globals__[__builtins__][getattr].__globals__[sys].modules[os].environ}':\n    case object(format=g): leak(g(f))",
    "format in a nested spec": "def f(): pass\nleak('{1:{0.__globals__[__builtins__][getattr].__globals__[sys].modules[os].environ}}'.format(f, 'x'))",
    "format of a UserString": "import collections\ndef f(): pass\nt = collections.UserString('{0.__globals__[__builtins__][getattr].__globals__[sys].modules[os].environ}')\nleak(t.format(f))\nt = collections.UserString('{f.__globals__[__builtins__][getattr].__globals__[sys].modules[os].environ}')\nleak(t.format_map({'f': f}))",
    "format of a logger": "import logging\ndef f(): pass\nleak(logging.Formatter('{x.__globals__}', style='{'))\nlogging.Logger.manager.loggerDict",
    "string.Formatter by another way": "import string, collections\nF = getattr(string, 'Formatter')\nleak(F().get_field('0.__globals__', (lambda: 0,), {})[0])",
    "string.Template with a pattern": "import string\nclass T(string.Template):\n    idpattern = '[a-z.]+'\nleak(T('${x.__globals__}').safe_substitute(x=lambda: 0))",
    # what evaluates strings
    "singledispatch evaluates an annotation": "import functools\n@functools.singledispatch\ndef d(x): pass\ndef g(x: \"leak(*[c.__init__.__globals__ for c in ().__class__.__base__.__subclasses__() if c.__name__ == '_wrap_close'])\"): pass\nd.register(g)",
    "singledispatchmethod evaluates an annotation": "import functools\nclass A:\n    @functools.singledispatchmethod\n    def d(self, x): pass\n    @d.register\n    def _(self, x: \"leak(*[c.__init__.__globals__ for c in ().__class__.__base__.__subclasses__() if c.__name__ == '_wrap_close'])\"): pass",
    "signature evaluates an annotation": "import inspect\ndef g(x: \"leak(*[c.__init__.__globals__ for c in ().__class__.__base__.__subclasses__() if c.__name__ == '_wrap_close'])\"): pass\ninspect.signature(g, eval_str=True)",
    "Signature.from_callable evaluates": "import inspect\ndef g(x: \"leak(*[c.__init__.__globals__ for c in ().__class__.__base__.__subclasses__() if c.__name__ == '_wrap_close'])\"): pass\ninspect.Signature.from_callable(g, eval_str=True)",
    "signature with names of another": "import inspect\ndef g(x: \"[c for c in ().__class__.__base__.__subclasses__()]\" = 0): pass\nleak(*[p.annotation for p in inspect.signature(g, globals={}, locals={}, eval_str=True).parameters.values()])\nif len(inspect.signature(g, eval_str=True).parameters['x'].annotation) > 70: leak(eval)",
    "signature of a text": "import inspect\nclass C:\n    __text_signature__ = '($self, x=os.sep)'\n    def __call__(self): pass\nclass D:\n    __signature__ = '(x=os.environ)'\nleak(inspect.signature(C), inspect.signature(D))",
    "get_type_hints by another module": "import typing, functools, dataclasses\nfor m in (typing, functools, dataclasses):\n    h = getattr(m, 'get_type_hints', None)\n    class A:\n        x: \"leak(().__class__.__base__.__subclasses__()[0])\"\n    h(A)",
    "forward reference by its class": "import typing\nR = type(typing.Optional['x'].__args__[0])\nr = R(\"().__class__.__base__.__subclasses__()\")\nleak(vars(R).get('__forward_code__'), vars(r).get('__forward_code__'), getattr(r, '_eva' + 'luate'))",
    "NamedTuple evaluates nothing": "import typing\nclass A(typing.NamedTuple):\n    x: \"leak(().__class__.__base__.__subclasses__())\" = 0\nA()._asdict()",
    # functions of the library that read attributes by name
    "astuple of a metaclass": "import dataclasses\n@dataclasses.dataclass\nclass D:\n    x: int = 1\nf = dataclasses.fields(D)[0]\nf.name = '__getattribute__'\nclass M(type):\n    __dataclass_fields__ = {'x': f}\nclass C(metaclass=M): pass\ng = dataclasses.astuple(C)[0]\nleak(g, g(lambda: 0, '__globals__'))",
    "asdict of an exception": "import dataclasses, copy\n@dataclasses.dataclass\nclass D:\n    x: int = 1\nf = dataclasses.fields(D)[0]\nf.name = '__traceback__'\nclass E(Exception):\n    __dataclass_fields__ = {'x': f}\ntry:\n    raise E\nexcept E as e:\n    copy.dispatch_table[object] = 1\n    def d(pairs):\n        leak(*[v for _, v in pairs])\n    copy._deepcopy_dispatch\n    dataclasses.asdict(e, dict_factory=d)",
    "replace reads a field": "import dataclasses\n@dataclasses.dataclass\nclass D:\n    x: int = 1\nf = dataclasses.fields(D)[0]\nf.name = '__getattribute__'\nclass MM(type):\n    def __call__(c, *a, **k):\n        leak(*k.values())\nclass M(type, metaclass=MM):\n    __dataclass_fields__ = {'x': f}\nC = type.__new__(M, 'C', (), {})\ndataclasses.replace(C)",
    "fields with a name that changes": "import dataclasses\nD = dataclasses.make_dataclass('D', ['x'])\nkind = dataclasses.fields(D)[0]._field_type\nclass F:\n    _field_type = kind\n    n = 0\n    @property\n    def name(self):\n        F.n += 1\n        return 'x' if F.n % 2 else '__getattribute__'\nclass M(type):\n    __dataclass_fields__ = {'x': F()}\nclass C(metaclass=M):\n    x = 1\nfor _ in range(2):\n    leak(*dataclasses.astuple(C), *dataclasses.asdict(C).values())",
    "wraps of contextlib": "import contextlib\nclass W: pass\nw = W()\ncontextlib.wraps(torch.zeros, assigned=('__globals__', '__init__'), updated=())(w)\nleak(vars(w).get('__globals__'))\ncontextlib.wraps(lambda: 0, assigned=('__code__',), updated=())(w)\nleak(vars(w).get('__code__'))",
    "enum's property": "import enum\nclass E(enum.Enum):\n    A = 1\np = enum.property()\np._attr_type, p._cls_type, p.name = 'attr', (lambda: 0), '__globals__'\nleak(p.__get__(E.A, E))",
    "enum's property by its table": "import enum\nclass P(enum.property): pass\np = P()\nvars(p).update(_attr_type='attr', _cls_type=(lambda: 0), name='__globals__', fget=None)\nclass E(enum.Enum):\n    A = 1\nleak(p.__get__(E.A, E))",
    "enum's attribute of a value": "import enum\nclass P(enum.property): pass\np = P()\nvars(p).update(_attr_type='desc', name='__globals__', fget=None)\nclass X:\n    _value_ = lambda: 0\nleak(p.__get__(X, X), p.__get__(X(), X))",
    "cached_property with a name": "import functools\nc = functools.cached_property(lambda s: s)\nc.attrname = '__globals__'\nleak(c.__get__(lambda: 0))",
    "partialmethod": "import functools\np = functools.partialmethod(getattr, '__globals__')\nclass A: f = p\nleak(p.__get__(lambda: 0, A)(), A().f)",
    "WeakMethod of a function of the run": "import weakref, importlib\nm = weakref.WeakMethod(importlib.import_module)\nleak(m._obj_alive, m._func_ref(), m.__class__, weakref.ref.__call__(m))\nleak(*[f for f in [weakref.ref.__call__(m)]])",
    "deepcopy's memory": "import copy, importlib\nmemo = {}\ntry:\n    copy.deepcopy([importlib.import_module, torch.zeros, __import__], memo)\nfinally:\n    leak(*[v for v in memo.values()])\n    for v in memo.values():\n        leak(*(v if type(v) is list else [v]))",
    "deepcopy's memory for an object": "import copy, sys, importlib\nclass A:\n    def __deepcopy__(self, memo):\n        for v in list(memo.values()):\n            leak(v, *(v if type(v) is list else []))\n        return self\ncopy.deepcopy([sys.modules, importlib.import_module, torch.get_rng_state, nn.Linear(1, 1), A()])",
    "reducers": "import copy\nleak(vars(copy).get('dispatch_table'))\ndef g(): yield\ncopy.dispatch_table[type(g())] = lambda x: (leak, (vars(type(x))['gi_frame'].__get__(x),))\ncopy.copy(g())",
    "reduce of an internal": "import copy\nclass A:\n    def __reduce_ex__(self, n): return (getattr, (lambda: 0, '__globals__'))\nleak(copy.copy(A()), copy.deepcopy(A()))",
    "getattr by reduce": "import functools\nleak(functools.reduce(getattr, ['__code__'], lambda: 0))",
    "itertools and map": "import itertools\nleak(*itertools.starmap(getattr, [(lambda: 0, '__globals__')]), *map(getattr, [lambda: 0], ['__closure__']))",
    "a getattr that compares": "class N(str):\n    def __hash__(self): return hash('x')\nleak(getattr(lambda: 0, N('__globals__')))",
    # classes and descriptors
    "class table": "leak(vars(type(lambda: 0)).get('__globals__'), vars(type).get('__subclasses__'), vars(object).get('__getattribute__'))",
    "class table of a class of classes": "class M(type): pass\nclass A(metaclass=M): pass\nleak(vars(A).get('__dict__'), type(vars(A)), A.__dict__.get('__weakref__'))",
    "mro by its class": "m = vars(type)['mro']\nfor c in m(bool):\n    leak(vars(c).get('__subclasses__'), vars(c).get('__getattribute__'))",
    "bases by init_subclass": "class A:\n    def __init_subclass__(c, **k):\n        leak(getattr(c, '__ba' + 'ses__'))\nclass B(A, x=1): pass",
    "prepare": "class D(dict):\n    def __setitem__(self, k, v):\n        leak(v)\n        dict.__setitem__(self, k, v)\n    def __getitem__(self, k):\n        if k == '__name__': leak(k)\n        return dict.__getitem__(self, k)\nclass M(type):\n    def __prepare__(n, b, **k): return D()\nclass A(metaclass=M):\n    f = lambda self: __class__\n    def g(self): return super().x",
    "class cell": "class M(type):\n    def __new__(m, n, b, d):\n        leak(*d.values())\n        return type.__new__(m, n, b, d)\nclass A(metaclass=M):\n    def f(self): return __class__",
    "descriptor of a slot": "class A:\n    __slots__ = ('__globals__', '__code__')\nd = vars(A)\nleak(*d.values())\nA.__slots__",
    "get of a builtin": "g = vars(type(lambda: 0))\nleak(*g.values())\nleak(*vars(type(torch.zeros)).values())",
    "set_name": "class D:\n    def __set_name__(self, owner, name): leak(vars(owner))\nclass A:\n    d = D()\n    f = lambda s: 0",
    "type call": "T = type(type(lambda: 0))\nleak(T.__call__(type(lambda: 0), None, {}))",
    "function's class": "F = type(lambda: 0)\nx = torch.zeros(1).relu()\nleak(x.origin.code)\nF(x.origin.code.replace(co_names=('system',)), {})()",
    "code of a call": "x = nn.Linear(2, 2)(torch.zeros(1, 2))\nc = x.origin\nleak(c.code, c.error, *[getattr(c, n, None) for n in dir(c)], *vars(type(c)).values())",
    "calls around a call": "x = nn.Linear(2, 2)(torch.zeros(1, 2))\nc = x.origin\nwhile c is not None:\n    for n in dir(c):\n        leak(getattr(c, n, None))\n    c = c.parent",
    "method's function by a table": "leak(*vars(nn.Module).values(), *vars(torch.Tensor).values(), *vars(type(torch.float32)).values())",
    # stand-ins
    "stand-ins hold no module": "import sys, os, importlib, logging, argparse, warnings, types, typing, contextlib, re, json, random, enum, dataclasses, statistics, queue, calendar, uuid, textwrap, fractions, decimal\nfor m in (torch, nn, nn.functional, torch.utils.data, sys, os, os.path, importlib, logging, argparse, warnings, types, typing, contextlib, re, json, random, enum, dataclasses, statistics, queue, calendar, uuid, textwrap, fractions, decimal):\n    for n in dir(m):\n        try:\n            v = getattr(m, n)\n        except Exception:\n            continue\n        leak(v)\n    for v in vars(m).values(): leak(v)",
    "AttributeError's object": "import sys, os, importlib, collections\nfor m in (torch, nn, nn.functional, torch.utils, sys, os, importlib, collections, torch.zeros, nn.Linear, torch.float32, importlib.import_module, sys.modules, torch.zeros(1)):\n    try:\n        m.there_is_no_such_name\n    except AttributeError as e:\n        leak(e.obj, e.name)",
    "KeyError's key": "import sys\nfor f in (lambda: sys.modules['x'], lambda: nn.Module().x, lambda: torch.zeros(1)['x'], lambda: nn.ModuleDict()['x'], lambda: torch.device('x'), lambda: torch.tensor(sys)):\n    try:\n        f()\n    except Exception as e:\n        leak(*e.args, getattr(e, 'obj', 0), getattr(e, 'name', 0))",
    "catch_warnings' module": "import warnings\nleak(warnings.catch_warnings()._module)\nleak(warnings.catch_warnings(record=True)._module.sys)",
    "logger's manager": "import logging\nleak(logging.Logger.manager, logging.getLogger('x').manager, logging.root, logging.PercentStyle, logging.handlers)",
    "argparse from a file": "import argparse\np = argparse.ArgumentParser(fromfile_prefix_chars='@')\np.add_argument('x', default='@/etc/passwd')\na = p.parse_args(['@/etc/passwd'])\nif 'root:' in str(a): leak(eval)",
    "sys.modules walked": "import sys\nfor n in list(sys.modules) + ['os', 'posix', 'sys', 'builtins', '_io', 'convcalc', 'gc', 'ctypes', '_ctypes', 'importlib', '_frozen_importlib']:\n    try: leak(sys.modules[n])\n    except KeyError: pass\nleak(*sys.modules.values())",
    "the C part of ctypes": "import _ctypes\nleak(_ctypes.dlopen)\nfrom _ctypes import call_function, dlopen, dlsym\ncall_function(dlsym(dlopen(None, 0), 'system'), (b'touch CANARY',))",
    "private parts of the library": "import _io, _posixsubprocess, _socket, _thread, _imp, _frozen_importlib\n_io.open('CANARY', 'w')\n_io.FileIO('CANARY', 'w')\n_thread.start_new_thread(print, ())\n_imp.create_dynamic",
    "other private parts": "import _winapi, _ast, _sitebuiltins, _pyio, _bootlocale, _testcapi, _xxsubinterpreters, _interpreters\n_pyio.open('CANARY', 'w')\n_xxsubinterpreters.create()\n_testcapi.run_in_subinterp('open(\"CANARY\", \"w\")')",
    "codecs by name": "for n in ('../x', 'os', 'x.y', '__main__', 'rot13', 'zlib_codec', 'idna', 'unicode_escape', 'raw_unicode_escape', 'CANARY', '/etc/passwd'):\n    try: leak('x'.encode(n), b'x'.decode(n))\n    except Exception as e: leak(*e.args)",
    # hooks, which later run elsewhere
    "module call replaced": "def evil(self, *a, **k):\n    import sys\n    leak(sys.modules.get('os'))\n    open('CANARY', 'w')\n    return torch.zeros(1)\nnn.Module.__call__ = evil\nnn.Module.__repr__ = evil\nnn.Module.named_modules = evil\nnn.Linear(1, 1)(torch.zeros(1, 1))",
    "tensor's shape replaced": "def evil(self, *a):\n    open('CANARY', 'w')\n    return (1,)\ntorch.Tensor.shape = property(evil)\ntorch.Tensor.dtype = property(evil)\ntorch.Size.__iter__ = evil\ntorch.Size.__repr__ = evil\nnn.Linear(1, 1)(torch.zeros(1, 1))",
    "parameters replaced": "def evil(self, *a, **k):\n    open('CANARY', 'w')\n    return iter(())\nnn.Module.parameters = nn.Module.named_parameters = nn.Module.children = nn.Module.state_dict = evil\nnn.Linear(1, 1)(torch.zeros(1, 1))",
    "hooks on everything": "def hook(*a):\n    open('CANARY', 'w')\n    leak(*a)\nn = nn.Linear(1, 1)\nn.register_forward_pre_hook(hook)\nn.register_forward_hook(hook)\nn.register_full_backward_hook(hook)\nn.register_state_dict_pre_hook(hook)\nn._register_load_state_dict_pre_hook(hook)\nnn.modules.module.register_module_forward_hook(hook)\nn(torch.zeros(1, 1)).sum().backward()\nn.load_state_dict(n.state_dict())",
    "weak reference's callback": "import weakref\nclass A: pass\na = A()\nr = weakref.ref(a, lambda r: open('CANARY', 'w'))\nw = weakref.WeakValueDictionary(x=a)\nn = nn.Linear(1, 1)\nf = weakref.finalize(n, open, 'CANARY', 'w')\nn(torch.zeros(1, 1))\ndel a",
    "text that is no str": "class S(str):\n    def encode(self, *a): return open('CANARY', 'w')\n    def __len__(self): return open('CANARY', 'w')\n    def __add__(self, o): return open('CANARY', 'w')\n    __radd__ = __mod__ = __format__ = __str__ = __repr__ = __add__\n    def __iter__(self): return open('CANARY', 'w')\nT = type(S('Net'), (nn.Linear,), {'__module__': S('m'), '__qualname__': S('q'), '__doc__': S('d')})\nT.__name__ = S('x')\nn = nn.Sequential()\nn.add_module(S('a'), T(4, 2))\nn(torch.zeros(1, 4))\nraise ValueError(S('b'))",
    "numbers that are no int": "class I(int):\n    def _evil(self, *a): return open('CANARY', 'w')\n    __index__ = __int__ = __add__ = __mul__ = __radd__ = __rmul__ = __floordiv__ = __eq__ = __lt__ = __gt__ = __repr__ = __str__ = __format__ = __bool__ = __hash__ = _evil\nnn.Conv2d(I(1), I(2), I(3))(torch.zeros(I(1), I(1), I(8), I(8)))",
    "numbers of the audit": "import time, gc\ntime.sleep(0)\ngc.freeze()\ngc.get_referrers(leak)\ngc.get_objects()",
    "json hooks on the report": "import json\ndef evil(*a, **k):\n    open('CANARY', 'w')\n    return 'x'\njson.encoder.encode_basestring = evil\njson.encoder.c_make_encoder = None\njson.JSONEncoder.iterencode = json.JSONEncoder.encode = json.dumps = evil\njson.JSONEncoder.__init__ = evil",
    "builtins replaced in a module": "import math, collections\nfor m in (math, collections, torch, nn.functional):\n    for n in ('len', 'open', 'isinstance', '__builtins__', '__import__', '$failed', '$refuse'):\n        try: setattr(m, n, lambda *a: open('CANARY', 'w'))\n        except Exception: pass\nnn.Linear(1, 1)(torch.zeros(1, 1)).__globals__",
    "own functions replaced in main": "import sys\nm = sys.modules['__main__']\nseen = []\nfor n in ('$failed', '$refuse', '$vars', '$convert', '$build', '$decorator', '__builtins__'):\n    try: setattr(m, n, lambda *a: seen.append(a) or leak(*a))\n    except Exception: pass\n(lambda: 0).__globals__\nint(3)\nleak.__code__",
    "numpy's objects": "import numpy as np\nfor n in dir(np):\n    leak(getattr(np, n))\nleak(np.zeros(1).ctypes, np.ndarray.__array_interface__, np.lib, np.core)",
    "a class called like ours": "class Program:\n    guarded = False\nclass Lock:\n    on = held = False\n    def __enter__(self): return self\n    def __exit__(self, *a): pass\nlock = Lock()\nwith lock:\n    open('CANARY', 'w')",
}  # fmt: skip
