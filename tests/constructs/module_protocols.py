"""Python's own protocols on modules: `__getattr__`, properties with setters, `__setstate__`, slots, metaclasses, mixins."""

import abc
from typing import Generic, Protocol, TypeVar, runtime_checkable

import torch
import torch.nn as nn

T = TypeVar("T", bound=nn.Module)


class Wrapper(nn.Module, Generic[T]):
    def __init__(self, module: T):
        super().__init__()
        self.module = module

    def __getattr__(self, name):
        try:
            return super().__getattr__(name)
        except AttributeError:
            return getattr(self.module, name)

    def __len__(self):
        return 1

    def forward(self, x):
        return self.module(x)


class Counted(type):
    classes = []

    def __new__(mcs, name, bases, namespace, **kwargs):
        cls = super().__new__(mcs, name, bases, namespace, **kwargs)
        mcs.classes.append(name)
        return cls

    def __init__(cls, name, bases, namespace, **kwargs):
        super().__init__(name, bases, namespace)

    def __call__(cls, *args, **kwargs):
        made = super().__call__(*args, **kwargs)
        made.post_init()
        return made


class Base(nn.Module, metaclass=Counted):
    subclasses: dict = {}

    def __init_subclass__(cls, width=4, **kwargs):
        super().__init_subclass__(**kwargs)
        cls.width = width
        Base.subclasses[cls.__name__] = cls

    def post_init(self):
        self.ready = nn.Identity()

    @classmethod
    def build(cls, *args, **kwargs):
        return cls(*args, **kwargs)

    def twin(self):
        return type(self)(self.scale)


class Scales:
    __slots__ = ("a", "b")

    def __init__(self, a, b):
        self.a, self.b = a, b


class Dropping:
    def __init__(self, *args, p=0.5, **kwargs):
        super().__init__(*args, **kwargs)
        self.drop = nn.Dropout(p)

    def forward(self, x):
        return super().forward(self.drop(x))


class Feed(Base, width=6):
    def __init__(self, scale=1):
        super().__init__()
        self.linear = nn.Linear(self.width, self.width * scale)
        self._scale = scale

    @property
    def scale(self):
        return self._scale

    @scale.setter
    def scale(self, value):
        self._scale = value
        self.linear = nn.Linear(self.width, self.width * value)

    def __setstate__(self, state):
        super().__setstate__(state)
        self.__dict__.setdefault("_scale", 1)

    def forward(self, x):
        return self.ready(self.linear(x))


class DroppingFeed(Dropping, Feed, width=6):
    pass


@runtime_checkable
class HasScale(Protocol):
    scale: int


class Head(nn.Module, abc.ABC):
    @abc.abstractmethod
    def width(self) -> int: ...

    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(self.width(), 2)

    def forward(self, x):
        return self.fc(x)


class Twelve(Head):
    def width(self):
        return 12


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.feed = Wrapper[DroppingFeed](DroppingFeed.build(1, p=0.1))
        self.feed.module.scale = 2
        self.other = self.feed.module.twin()
        self.head = Wrapper(Twelve())
        self.scales = Scales(1, 2)
        assert isinstance(self.other, HasScale) and "Feed" in Base.subclasses

    def forward(self, x):
        y = self.feed(x) * self.scales.b + self.other(x)
        assert self.feed.linear.out_features == 12
        return self.head(y)


Net()(torch.randn(3, 6))
