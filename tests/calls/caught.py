"""Errors that a script catches itself beside those that it does not, and single errors that must not lead to others."""

from __future__ import annotations

CASES = {
    "fallback": """\
net = nn.Linear(4, 2)
try:
    y = net(torch.randn(2, 5))
except RuntimeError:
    y = net(torch.randn(2, 4))
print(y.shape)
""",
    "probe": """\
net = nn.Linear(4, 2)
ok = []
for n in (3, 4, 5):
    try:
        net(torch.randn(2, n))
        ok.append(n)
    except RuntimeError:
        pass
print(nn.Linear(len(ok), 3)(torch.randn(2, 1)).shape)
""",
    "suppress": """\
import contextlib
net = nn.Linear(4, 2)
with contextlib.suppress(RuntimeError):
    net(torch.randn(2, 5))
def probe(n):
    try:
        return net(torch.randn(1, n)).shape[-1]
    except RuntimeError:
        return None
sizes = [n for n in range(1, 8) if probe(n)]
print(sizes)
print(nn.Linear(len(sizes), 1)(torch.randn(3, 1)).shape)
""",
    "lazy": """\
net = nn.Sequential(nn.Flatten(), nn.LazyLinear(2))
net(torch.randn(2, 4))
for n in (4, 5):
    try:
        print(net(torch.randn(2, n)).shape)
    except RuntimeError as e:
        print("skip", n, e)
""",
    "own_assert": """\
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(4, 2)
    def forward(self, x):
        assert x.dim() == 2, "need 2-D"
        try:
            return self.fc(x)
        except RuntimeError:
            return self.fc(x.t())
net = Net()
print(net(torch.randn(4, 3)).shape)
try:
    net(torch.randn(4))
except AssertionError as e:
    print(e)
""",
    "own_exception": """\
class TooLong(Exception):
    pass


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(4, 2)

    def forward(self, x):
        if x.size(1) > 4:
            raise TooLong(x.size(1))
        return self.fc(x)


net = Net()
try:
    net(torch.zeros(1, 9))
except TooLong as e:
    print("too long", e)
print(net(torch.zeros(1, 4)).shape)
""",
    "all_caught": """\
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(4, 2)
    def forward(self, x):
        return self.fc(x)
net = Net()
try:
    print(net(torch.randn(2, 5)).shape)
except Exception as e:
    print("failed", e)
""",
    "caught_then_true": """\
import contextlib
net = nn.Linear(4, 2)
try:
    net(torch.randn(2, 5))
except RuntimeError:
    pass
with contextlib.suppress(RuntimeError):
    net(torch.randn(2, 6))
net(torch.randn(2, 4))
net(torch.randn(2, 7))
""",
    "ctxman": """\
import contextlib
@contextlib.contextmanager
def quiet():
    try:
        yield
    except RuntimeError as e:
        print("skipped", e)
net = nn.Linear(4, 2)
for n in (3, 4, 5):
    with quiet():
        net(torch.randn(2, n))
""",
    "dyn_try": """\
net = nn.Linear(4, 2)
def step(n):
    y = net(torch.randn(2, n))
    return y
try:
    step(5)
except RuntimeError:
    print("no")
print(step(4).shape)
""",
    "dyn_try_mismatch": """\
net = nn.Linear(4, 2)
def step(n):
    return net(torch.randn(2, n))
try:
    step(5)
except ValueError:
    print("no")
""",
    "else": """\
net = nn.Linear(4, 2)
for n in (3, 4):
    try:
        y = net(torch.randn(2, n))
    except RuntimeError:
        continue
    else:
        print(nn.Linear(2, 3)(y).shape)
""",
    "else_bad": """\
net = nn.Linear(4, 2)
head = nn.Linear(3, 3)
for n in (3, 4):
    try:
        y = net(torch.randn(2, n))
    except RuntimeError:
        continue
    else:
        head(y)
""",
    "exit_false": """\
class Loud:
    def __enter__(self): return self
    def __exit__(self, kind, error, trace):
        print(kind)
net = nn.Linear(4, 2)
with Loud():
    net(torch.randn(2, 5))
""",
    "exit_true": """\
class Quiet:
    def __enter__(self): return self
    def __exit__(self, kind, error, trace):
        return kind is not None and issubclass(kind, RuntimeError)
net = nn.Linear(4, 2)
with Quiet():
    net(torch.randn(2, 5))
    net(torch.randn(2, 6))
print(net(torch.randn(2, 4)))
""",
    "exit_true_other": """\
class Quiet:
    def __enter__(self): return self
    def __exit__(self, kind, error, trace):
        return kind is not None and issubclass(kind, ValueError)
net = nn.Linear(4, 2)
with Quiet():
    net(torch.randn(2, 5))
""",
    "exitstack": """\
import contextlib
net = nn.Linear(4, 2)
with contextlib.ExitStack() as stack:
    stack.enter_context(contextlib.suppress(RuntimeError))
    net(torch.randn(2, 5))
net(torch.randn(2, 4))
""",
    "finally_break": """\
net = nn.Linear(4, 2)
for n in (5, 4):
    try:
        net(torch.randn(2, n))
    finally:
        continue
""",
    "finally_in_try": """\
net = nn.Linear(4, 2)
try:
    try:
        net(torch.randn(2, 5))
    finally:
        print("end")
except RuntimeError:
    pass
print(net(torch.randn(2, 4)))
""",
    "finally_only": """\
net = nn.Linear(4, 2)
try:
    net(torch.randn(2, 5))
finally:
    print("end")
""",
    "gen": """\
net = nn.Linear(4, 2)
def outs():
    for n in (3, 4, 5):
        try:
            yield net(torch.randn(2, n))
        except RuntimeError:
            pass
for y in outs():
    print(y.shape)
""",
    "gen_bad": """\
net = nn.Linear(4, 2)
def outs():
    for n in (4, 5):
        yield net(torch.randn(2, n))
for y in outs():
    print(y.shape)
""",
    "handler_fails": """\
net = nn.Linear(4, 2)
try:
    net(torch.randn(2, 5))
except RuntimeError:
    net(torch.randn(2, 6))
""",
    "handler_name": """\
net = nn.Linear(4, 2)
try:
    net(torch.randn(2, 5))
except RuntimeError:
    y = torch.cat([torch.ones(2, 3), torch.ones(3, 4)])
""",
    "inside": """\
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(4, 2)
    def forward(self, x):
        try:
            return self.fc(x)
        except RuntimeError:
            return self.fc(x.t())
net = Net()
net(torch.randn(4, 3))
net(torch.randn(3, 4))
""",
    "inside_bad": """\
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(4, 2)
    def forward(self, x):
        try:
            return self.fc(x)
        except RuntimeError:
            return self.fc(x.t())
net = Net()
net(torch.randn(5, 3))
""",
    "method_caught": """\
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(4, 2)
    def act(self, x):
        return self.fc(x)
net = Net()
for n in (3, 4):
    try:
        net.act(torch.randn(2, n))
    except RuntimeError:
        pass
""",
    "no_grad_err": """\
net = nn.Linear(4, 2)
with torch.no_grad():
    x = torch.randn(2, 5)
    net(x)
print(net(torch.randn(2, 4)))
""",
    "no_grad_in_try": """\
net = nn.Linear(4, 2)
try:
    with torch.no_grad():
        net(torch.randn(2, 5))
except RuntimeError:
    pass
""",
    "oom": """\
net = nn.Linear(4, 2)
try:
    y = net(torch.randn(2, 5))
except RuntimeError as e:
    if "out of memory" in str(e):
        y = None
    else:
        raise
""",
    "own_exc_uncaught": """\
class TooLong(Exception):
    pass
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(4, 2)
    def forward(self, x):
        if x.size(1) > 4:
            raise TooLong(x.size(1))
        return self.fc(x)
net = Net()
try:
    net(torch.zeros(1, 9))
except ValueError as e:
    print("too long", e)
print(net(torch.zeros(1, 4)).shape)
""",
    "raise_e": """\
net = nn.Linear(4, 2)
try:
    net(torch.randn(2, 5))
except RuntimeError as e:
    raise e
""",
    "raise_from_caught": """\
net = nn.Linear(4, 2)
def f(n):
    try:
        return net(torch.randn(2, n))
    except RuntimeError as e:
        raise ValueError("bad") from e
try:
    f(5)
except ValueError:
    pass
f(4)
""",
    "reraise": """\
net = nn.Linear(4, 2)
try:
    net(torch.randn(2, 5))
except RuntimeError as e:
    print(e)
    raise
""",
    "two_models": """\
a = nn.Linear(4, 2)
b = nn.Linear(2, 4)
x = torch.randn(3, 4)
try:
    y = b(x)
except RuntimeError:
    y = a(x)
print(b(y).shape)
""",
    "unknown_side": """\
net = nn.Linear(4, 2)
try:
    if torch.randn(1).item() > 0:
        net(torch.randn(2, 5))
except RuntimeError:
    pass
net(torch.randn(2, 4))
""",
    "wrapped_main": """\
def main():
    net = nn.Linear(4, 2)
    for n in (4, 5):
        x = torch.randn(2, n)
        y = net(x)
if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        print("bye")
""",
    "forward_notimpl": """\
class Decoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.out = nn.Linear(4, 2)
    def forward(self, x):
        raise NotImplementedError("use step")
    def step(self, x, y):
        return self.out(torch.cat([x, y], 1))
enc = nn.Linear(3, 4)
dec = Decoder()
dec.step(enc(torch.randn(2, 3)), torch.randn(3, 4))
""",
    "forward_other": """\
class Decoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.emb = nn.Linear(6, 4)
        self.out = nn.Linear(4, 2)
    def forward(self, x, h):
        return self.out(self.emb(x) + h)
    def step(self, x, y):
        return self.out(x + y)
enc = nn.Linear(3, 4)
dec = Decoder()
dec.step(enc(torch.randn(2, 3)), torch.randn(3, 4))
""",
    "modulelist": """\
class Net:
    def __init__(self):
        self.blocks = nn.ModuleList([nn.Linear(4, 4) for _ in range(3)])
    def run(self, x):
        for b in self.blocks:
            x = b(x)
        return torch.cat([x, torch.ones(9, 1)], 1)
net = Net()
net.run(torch.randn(2, 4))
""",
    "noforward_first": """\
class Decoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.out = nn.Linear(4, 2)
    def step(self, x, y):
        return self.out(torch.cat([x, y]))
dec = Decoder()
dec.step(torch.randn(2, 3), torch.randn(3, 4))
""",
    "noforward_outside": """\
class Decoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.out = nn.Linear(4, 2)
    def step(self, x, y):
        return self.out(x)
dec = Decoder()
a = torch.randn(2, 3) + torch.randn(4)
dec.step(torch.randn(2, 4), 1)
""",
    "noforward_ok": """\
class Decoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.out = nn.Linear(4, 2)
    def step(self, x):
        return self.out(x)
dec = Decoder()
dec.step(torch.randn(3, 4))
""",
    "called_noforward": """\
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(4, 2)
    def foward(self, x):
        return self.fc(x)
Net()(torch.randn(2, 4))
""",
    "after_concat": """\
class Decoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.out = nn.Linear(4, 2)

    def step(self, x, y):
        return self.out(torch.cat([x, y], 1))


dec = Decoder()
enc = nn.Linear(3, 4)
dec.step(enc(torch.randn(2, 3)), torch.randn(3, 4))
""",
    "after_index": """\
emb, fc = nn.Embedding(4, 8), nn.Linear(8, 10)


def generate(idx):
    for _ in range(6):
        h = emb(torch.arange(idx.size(1)))
        logits = fc(h)[None][:, -1, :]
        v, _ = torch.topk(logits, min(3, logits.size(-1)))
        logits[logits < v[:, [-1]]] = 0.0
        idx = torch.cat((idx, torch.multinomial(logits.softmax(-1), 1)), 1)
    return idx


generate(torch.zeros((1, 1), dtype=torch.long))
""",
    "assert_not_raised": """\
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(4, 2)
    def forward(self, x):
        return self.fc(x)
net = Net()
try:
    net(torch.randn(2, 4))
    net(torch.randn(2, 3))
except AssertionError:
    pass
""",
    "base_exc": """\
net = nn.Linear(4, 2)
try:
    net(torch.randn(2, 5))
except:
    pass
try:
    net(torch.randn(2, 6))
except BaseException:
    pass
""",
    "decorator": """\
import functools
def safe(f):
    @functools.wraps(f)
    def inner(*args):
        try:
            return f(*args)
        except Exception as e:
            print(e)
            return None
    return inner
net = nn.Linear(4, 2)
@safe
def run(x):
    return net(x)
a = run(torch.randn(2, 5))
b = run(torch.randn(2, 4))
print(a is None, b.shape)
""",
    "early_exit_exc": """\
class Stop(Exception):
    pass
net = nn.Sequential(nn.Linear(4, 8), nn.Linear(8, 3))
feats = []
def hook(module, args, out):
    feats.append(out)
    raise Stop
net[0].register_forward_hook(hook)
try:
    net(torch.randn(2, 4))
except Stop:
    pass
print(nn.Linear(8, 2)(feats[0]).shape)
""",
    "find_batch": """\
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3)
        self.fc = nn.Linear(8 * 30 * 30, 10)
    def forward(self, x):
        return self.fc(self.conv(x).flatten(1))
def find_size(net):
    size = 8
    while True:
        try:
            net(torch.zeros(1, 3, size, size))
            return size
        except RuntimeError:
            size *= 2
            if size > 64:
                return None
net = Net()
size = find_size(net)
print(net(torch.zeros(4, 3, size, size)).shape)
""",
    "find_batch_bad": """\
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3)
        self.fc = nn.Linear(8 * 30 * 30, 10)
    def forward(self, x):
        return self.fc(self.conv(x).flatten(1))
def find_size(net):
    size = 10
    while True:
        try:
            net(torch.zeros(1, 3, size, size))
            return size
        except RuntimeError:
            size += 1
            if size > 12:
                return size
net = Net()
size = find_size(net)
print(net(torch.zeros(4, 3, size, size)).shape)
""",
    "hook": """\
net = nn.Linear(4, 2)
def hook(module, args, out):
    raise KeyError("stop")
h = net.register_forward_hook(hook)
try:
    net(torch.randn(2, 4))
except KeyError:
    print("stopped")
h.remove()
net(torch.randn(2, 4))
""",
    "lambda_and_or": """\
net = nn.Linear(4, 2)
def attempt(f):
    try:
        return f()
    except RuntimeError:
        return None
y = attempt(lambda: net(torch.randn(2, 5)))
if y is None:
    y = net(torch.randn(2, 4))
nn.Linear(3, 1)(y)
""",
    "loader_noskip": """\
from torch.utils.data import DataLoader, TensorDataset
net = nn.Sequential(nn.Linear(4, 8), nn.BatchNorm1d(8), nn.Linear(8, 2))
loader = DataLoader(TensorDataset(torch.randn(33, 4)), batch_size=16)
for (x,) in loader:
    try:
        y = net(x)
    except IndexError:
        continue
    print(y.shape)
""",
    "loader_skip": """\
from torch.utils.data import DataLoader, TensorDataset
net = nn.Sequential(nn.Linear(4, 8), nn.BatchNorm1d(8), nn.Linear(8, 2))
loader = DataLoader(TensorDataset(torch.randn(33, 4)), batch_size=16)
for (x,) in loader:
    try:
        y = net(x)
    except ValueError:
        continue
    print(y.shape)
""",
    "loss_caught": """\
net = nn.Linear(4, 3)
loss_fn = nn.CrossEntropyLoss()
out = net(torch.randn(2, 4))
try:
    loss = loss_fn(out, torch.zeros(3, dtype=torch.long))
except ValueError:
    loss = loss_fn(out, torch.zeros(2, dtype=torch.long))
print(loss.item())
""",
    "main_catch": """\
import traceback
def main():
    net = nn.Linear(4, 2)
    with torch.no_grad():
        for n in (4, 5):
            print(net(torch.randn(2, n)).shape)
if __name__ == "__main__":
    try:
        main()
    except Exception:
        traceback.print_exc()
        raise
""",
    "own_value": """\
class Net(nn.Module):
    def __init__(self, n):
        super().__init__()
        if n % 2:
            raise ValueError("even only")
        self.fc = nn.Linear(n, 2)
    def forward(self, x):
        return self.fc(x)
for n in (3, 4):
    try:
        net = Net(n)
    except ValueError:
        continue
    print(net(torch.randn(1, n)).shape)
""",
    "own_value_bad": """\
class Net(nn.Module):
    def __init__(self, n):
        super().__init__()
        if n % 2:
            raise ValueError("even only")
        self.fc = nn.Linear(n, 2)
    def forward(self, x):
        return self.fc(x)
try:
    net = Net(3)
except TypeError:
    net = None
""",
    "return_in_finally": """\
net = nn.Linear(4, 2)
def run(n):
    try:
        return net(torch.randn(2, n))
    finally:
        print(n)
run(4)
run(5)
""",
    "state_dict": """\
net = nn.Linear(4, 2)
other = nn.Linear(5, 2)
try:
    net.load_state_dict(other.state_dict())
except RuntimeError:
    print("fresh")
net(torch.randn(2, 4))
""",
    "two_levels": """\
class Inner(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(4, 2)
    def forward(self, x):
        try:
            return self.fc(x)
        except RuntimeError as e:
            raise ValueError("inner") from e
class Outer(nn.Module):
    def __init__(self):
        super().__init__()
        self.inner = Inner()
        self.alt = nn.Linear(5, 2)
    def forward(self, x):
        try:
            return self.inner(x)
        except ValueError:
            return self.alt(x)
net = Outer()
net(torch.randn(2, 5))
net(torch.randn(2, 4))
""",
    "two_levels_bad": """\
class Inner(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(4, 2)
    def forward(self, x):
        try:
            return self.fc(x)
        except RuntimeError as e:
            raise ValueError("inner") from e
class Outer(nn.Module):
    def __init__(self):
        super().__init__()
        self.inner = Inner()
    def forward(self, x):
        return self.inner(x)
net = Outer()
net(torch.randn(2, 5))
""",
    "with_in_func": """\
import contextlib
net = nn.Linear(4, 2)
def run():
    with contextlib.suppress(RuntimeError), torch.no_grad():
        net(torch.randn(2, 5))
    with torch.no_grad():
        net(torch.randn(2, 6))
run()
""",
}
