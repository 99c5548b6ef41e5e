"""Attempts by kinds: each way of getting out that was found from outside, and its relatives. `leak(x)` is that of later_escapes.py."""

from __future__ import annotations

INJECTED = "\"x,type(self).found.append(sys.modules['os'])\""
HOLDS = (
    "import dataclasses, functools, typing, enum, copy, contextlib\nINJECTED = "
    + INJECTED
    + "\ndef gen(): yield\ng = gen()\ndef fn(): pass\n"
)
FOUND = "\nC() == C()\nleak(*C.found)"

KIND_ESCAPES: dict[str, str] = {
    # attributes that lead on
    "flavour": "import pathlib\nfor steps in ('_flavour.pathmod.os.sys', '_flavour.os.sys', 'parser.os.sys', '_flavour', 'parser'):\n    S = pathlib.PurePath\n    try:\n        for s in steps.split('.'): S = getattr(S, s)\n        leak(S)\n    except AttributeError: pass",
    "flavour by super": "import pathlib\nclass P(pathlib.Path):\n    def read(self): leak(super().parser if hasattr(super(), 'parser') else super()._flavour)\nP('a').read()",
    "table of a generic alias": "t = vars(type(list[int])(type(g), int))\nleak(t['gi_frame'].__get__(g))",
    "table of type": "import typing\nleak(*vars(type[int]).values())",
    "table copied by lru_cache": "w = functools.lru_cache(type(g))\nleak(*vars(w).values())\nleak(vars(w)['gi_frame'].__get__(g))",
    "table copied by cache": "w = functools.cache(type(fn))\nleak(vars(w)['__globals__'].__get__(fn))",
    "table copied by singledispatch": "w = functools.singledispatch(type(fn))\nleak(vars(w).get('__globals__'))\nleak(copy.copy(w))",
    "table copied by contextmanager": "w = contextlib.contextmanager(type(g))\nleak(*vars(w).values())",
    # targets that are read
    "format += ": "class X:\n    def __radd__(self, o):\n        global got\n        got = o\n        return 0\ns = '{0.__globals__}'\ntry: s.format += X()\nexcept Exception: pass\nSEEN = 'CONVCALC_SECRET'\nleak(got, got(fn))",
    "dict |= ": "class X:\n    def __ror__(self, o): leak(*dict(o).values()); leak(o['gi_frame'].__get__(g))\ntype(g).__dict__ |= X()",
    "dict |= of a function": "class X:\n    def __ror__(self, o): leak(o)\nfn.__globals__ |= X()",
    "builtins |= ": "class X:\n    def __ror__(self, o): type('LEAK', (nn.Linear,), {})(4, 2)(torch.zeros(1, 4))\n__builtins__ |= X()",
    "builtins of one's own": "class M(type):\n    def __instancecheck__(c, o): return True\nclass P(metaclass=M): __match_args__ = ('__globals__',)\n__builtins__ = {'$matched': lambda k: k, '$vars': leak}\ndef out(f):\n    match f:\n        case P(x): return x\nleak(out(fn))",
    "builtins by an import": "class M(type):\n    def __instancecheck__(c, o): return True\nclass P(metaclass=M): __match_args__ = ('__globals__',)\nb = {'$matched': lambda k: k}\nfor __builtins__ in [b]: pass\ndef out(f):\n    match f:\n        case P(x): return x\nleak(out(fn))",
    "builtins by a handler": "try: 1 / 0\nexcept ZeroDivisionError as __builtins__:\n    leak(__builtins__)",
    "del of builtins": "del __builtins__\ndef f(): return __builtins__\nleak(f())",
    # real code that reads a chosen name
    "cached_property": "c = functools.cached_property(lambda s: s)\nc.attrname = 'gi_frame'\nd = c.__get__(type(g))\nleak(d, d.__get__(g))",
    "cached_property's own class": "c = functools.cached_property(lambda s: s)\nc.attrname = '__globals__'\nleak(c.__get__(fn), c.__get__(torch.zeros))",
    "weight_norm": "def get(f, name):\n    f._forward_pre_hooks = {}\n    f._parameters = {name: 1}\n    for norm in (nn.utils.weight_norm, nn.utils.spectral_norm, nn.utils.remove_weight_norm):\n        try: norm(f, name)\n        except AttributeError as e: leak(e.obj, getattr(e, 'obj'))\nget(torch.zeros, '__globals__')",
    "flat weights": "torch.zeros._flat_weights_names = ['__globals__']\nleak(*nn.RNN._flat_weights.fget(torch.zeros))",
    "all weights": "torch.zeros._all_weights = [['__globals__', '__code__']]\nfor x in nn.RNN.all_weights.fget(torch.zeros): leak(*x)",
    "parameter list": "leak(nn.ParameterDict.__getitem__(torch.zeros, '__globals__'))",
    "get_submodule": "try: nn.Module.get_parameter(torch.zeros, '__globals__')\nexcept AttributeError as e: leak(e.obj)",
    "parametrizations": "import torch.nn.utils.parametrizations as p\nfor f in (p.weight_norm, p.spectral_norm, p.orthogonal):\n    try: f(torch.zeros, '__globals__')\n    except Exception as e: leak(getattr(e, 'obj', 0))",
    "transfer": "import torch.nn.utils.parametrize as p\nclass A: parametrizations = nn.ModuleDict({'__globals__': nn.Linear(1, 1)})\nb = nn.Linear(1, 1)\np.transfer_parametrizations_and_params(A(), b, '__globals__')\nleak(b.__globals__)",
    "structured": "from omegaconf import OmegaConf\nclass Fd:\n    type = int\n    default_factory = None\nclass X:\n    __dataclass_fields__ = {'__getattribute__': Fd(), '__subclasses__': Fd()}\nc = OmegaConf.structured(X)\nleak(c['__getattribute__'](fn, '__globals__'))",
    "structured function": "from omegaconf import OmegaConf\ntorch.zeros.__dataclass_fields__ = {'__globals__': 1}\nleak(OmegaConf.structured(torch.zeros)['__globals__'])",
    "getattr of what is decorated": "from nowhere import jit\n@jit\ndef f(x): return x\nleak(f.__getattr__('__globals__'), type(f).__getattr__(f, '__code__'))",
    "getattr of a class": "leak(type(torch.FloatTensor).__getattr__(torch.FloatTensor, '_getframe'))",
    "object of an error by a pattern": "try: fn.nothing\nexcept AttributeError as e:\n    match e:\n        case AttributeError(obj=x): leak(x.__globals__, x)",
    "asdict": "class F: name = '__globals__'\nclass X: __dataclass_fields__ = {'a': F()}\nfor f in (dataclasses.asdict, dataclasses.astuple, dataclasses.replace):\n    try: leak(*f(X()).values())\n    except Exception: pass",
    "copy of a state": "class X:\n    def __reduce_ex__(self, n): return (lambda: torch.zeros, (), (None, {'__defaults__': (1,), '__code__': 2}))\ncopy.copy(X())\nleak(torch.zeros.__defaults__)",
    "defaults of our functions": "for set_ in (object.__setattr__, type(fn).__setattr__):\n    set_(torch.zeros, '__defaults__', ('__globals__',))\ntorch.zeros.__setattr__('__kwdefaults__', {})\nleak(getattr(torch.zeros, '__defaults__'))",
    # generated source
    "field renamed": "@dataclasses.dataclass(init=False, repr=False)\nclass Base:\n    x: int = 0\ndataclasses.fields(Base)[0].name = INJECTED\n@dataclasses.dataclass(init=False, repr=False)\nclass C(Base): found = []" + FOUND,
    "field renamed by its class": "@dataclasses.dataclass(init=False, repr=False)\nclass Base:\n    x: int = 0\nf = dataclasses.fields(Base)[0]\nobject.__setattr__(f, 'name', INJECTED)\ntype(f).name.__set__(f, INJECTED)\n@dataclasses.dataclass(init=False, repr=False)\nclass C(Base): found = []" + FOUND,
    "field renamed, made": "@dataclasses.dataclass(init=False, repr=False)\nclass Base:\n    found = []\n    x: int = 0\nf = dataclasses.fields(Base)[0]\nf.name = INJECTED\nC = dataclasses.make_dataclass('C', [], bases=(Base,), init=False, repr=False)" + FOUND,
    "fields of a base that lie": "class F:\n    name = INJECTED\n    init = repr = compare = kw_only = True\n    hash = None\n    _field_type = dataclasses.fields\nclass Base:\n    __dataclass_fields__ = {'x': F()}\n@dataclasses.dataclass(init=False, repr=False)\nclass C(Base): found = []" + FOUND,
    "field of a class of one's own": "class F(dataclasses.Field):\n    name = property(lambda s: INJECTED, lambda s, v: None)\n@dataclasses.dataclass(init=False, repr=False)\nclass C:\n    found = []\n    x: int = F(0, dataclasses.MISSING, True, True, None, True, {}, False)" + FOUND,
    "field by its class alone": "real = dataclasses.field(default=0)\nclass F:\n    __class__ = property(lambda s: type(real))\n    name = property(lambda s: INJECTED, lambda s, v: None)\n    def __getattr__(self, n): return getattr(real, n)\n@dataclasses.dataclass(init=False, repr=False)\nclass C:\n    found = []\n    x: int = F()" + FOUND,
    "annotations that lie": "class D(dict):\n    def items(self): return [(INJECTED, int)]\n    def keys(self): return [INJECTED]\n    def __iter__(self): return iter([INJECTED])\nclass A:\n    x = 0\n    found = []\nA.__annotations__ = D(x=int)\nC = dataclasses.dataclass(init=False, repr=False)(A)" + FOUND,
    "annotations with a text that lies": "class S(str):\n    def isidentifier(self): return True\nclass A: found = []\nA.__annotations__ = {S(INJECTED): int}\nC = dataclasses.dataclass(init=False, repr=False)(A)" + FOUND,
    "make_dataclass that lies": "class S(str):\n    def isidentifier(self): return True\n    def __str__(self): return 'x'\nclass Q(list):\n    def __getitem__(self, i): return 'x'\nclass Base:\n    found = []\n    x = 0\nC = dataclasses.make_dataclass('C', [Q([S(INJECTED), int])], bases=(Base,), init=False, repr=False)" + FOUND,
    "make_dataclass that lies later": "class L(list):\n    n = 0\n    def __iter__(self):\n        L.n += 1\n        return iter([('x', int)] if L.n == 1 else [(INJECTED, int)])\nclass Base: found = []\nC = dataclasses.make_dataclass('C', L(), bases=(Base,), init=False, repr=False)" + FOUND,
    "metaclass with annotations": "class M(type):\n    __annotations__ = property(lambda c: {INJECTED: int})\nclass A(metaclass=M): found = []\nC = dataclasses.dataclass(init=False, repr=False)(A)" + FOUND,
    "metaclass with fields": "class F:\n    name = INJECTED\nclass M(type):\n    __dataclass_fields__ = property(lambda c: {'x': F()})\nclass B(metaclass=M): pass\nclass A(B): found = []\nC = dataclasses.dataclass(init=False, repr=False)(A)" + FOUND,
    "metaclass that is told": "@dataclasses.dataclass(init=False, repr=False)\nclass Base:\n    x: int = 0\nclass M(type):\n    def __setattr__(c, n, v):\n        type.__setattr__(c, n, v)\n        if n == '__dataclass_params__': type.__setattr__(Base, '__dataclass_fields__', {'x': F()})\nclass F:\n    name = INJECTED\n    _field_type = None\nclass A(Base, metaclass=M): found = []\nC = dataclasses.dataclass(init=False, repr=False)(A)" + FOUND,
    "names of a named tuple": "class S(str):\n    def isidentifier(self): return True\nC = typing.NamedTuple('C', [(S(INJECTED), int)])\nleak(C)",
    "annotation that is a text": "def f(x: \"__import__('os')\"): pass\n@functools.singledispatch\ndef d(x): pass\ntry: d.register(f)\nexcept Exception: pass\nclass A:\n    x: \"__import__('sys').modules\"\nleak(*typing.get_type_hints(A).values())",
    "annotation with modules": "import inspect\nclass A:\n    def f(self, x: \"[m for m in sys.modules.values()]\"): pass\nleak(*typing.get_type_hints(A.f).values())\nleak(inspect.signature(A.f, eval_str=True).parameters['x'].annotation)",
    "annotation with a walrus": "import inspect\ndef f(x: \"(y := (lambda: 0)).__globals__\"): pass\nleak(inspect.signature(f, eval_str=True).parameters['x'].annotation)",
    "signature in a text": "import inspect\nclass A:\n    __module__ = 'os'\n    __text_signature__ = '($self, x=sys.modules)'\nleak(*[p.default for p in inspect.signature(A).parameters.values()])",
    # the lock
    "lock by its module": "import sys\nfor name in ('convcalc.source.guard', 'convcalc'):\n    try: m = sys.modules[name]\n    except KeyError: continue\n    leak(m)\n    m.lock.on = m.lock.held = False\nopen('CANARY', 'w')",
}  # fmt: skip
KIND_ESCAPES = {name: HOLDS + text for name, text in KIND_ESCAPES.items()}
