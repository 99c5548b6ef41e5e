"""How scikit-learn takes samples apart: `train_test_split` and `shuffle`. Of what is counted by symbols the parts are too."""

from __future__ import annotations

import math

from convcalc.tensor import Tensor, Unknown, make
from convcalc.tensor.symbols import part_of, share_of

from .numpy_arrays import ndarray
from .numpy_rules.registry import NotModelled, answering

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def samples(x: Any) -> Any:
    """How many samples something has; None where nobody knows."""
    if isinstance(x, (ndarray, Tensor)):
        if not x.ndim:
            raise TypeError("Singleton array cannot be considered a valid collection.")
        return x.shape[0]
    if type(x) is Unknown:
        return None
    if hasattr(type(x), "__as_array__") or hasattr(type(x), "shape"):
        return x.shape[0]
    if isinstance(x, (list, tuple)) and any(type(part) is Unknown and part.is_rest for part in x):
        from convcalc.tensor.symbols import length_of_list

        return length_of_list(x)
    method = getattr(type(x), "__len__", None)
    if method is not None:
        return method(x) if hasattr(method, "__code__") else len(x)
    raise NotModelled


def all_samples(arrays: Any) -> Any:
    """How many samples all of these have; ValueError where they differ."""
    lengths = [samples(x) for x in arrays if x is not None]
    known = [n for n in lengths if type(n) is int]
    if len(set(known)) > 1:
        raise ValueError(f"Found input variables with inconsistent numbers of samples: {lengths}")
    return known[0] if known else next((n for n in lengths if n is not None), None)


def _counts(n: Any, test_size: Any, train_size: Any) -> tuple[Any, Any]:
    """How many samples are for training and for testing; ValueError where there are too few.

    Source: sklearn/model_selection/_split.py, _validate_shuffle_split
    """
    if type(n) is not int or any(type(size) not in (int, float, type(None)) for size in (test_size, train_size)):
        return _unknown_counts(n, test_size, train_size)
    if test_size is None and train_size is None:
        test_size = 0.25
    for size in (test_size, train_size):
        if (type(size) is int and not 0 < size < n) or (type(size) is float and not 0 < size < 1):
            raise ValueError(
                f"a size of {size} should be either positive and smaller than the number of samples {n} or a float in the (0, 1) range"
            )
    test = math.ceil(test_size * n) if type(test_size) is float else test_size
    train = math.floor(train_size * n) if type(train_size) is float else train_size
    if train is None:
        train = n - test
    elif test is None:
        test = n - train
    if train + test > n:
        raise ValueError(
            f"The sum of train_size and test_size = {train + test}, should be smaller than the number of samples {n}."
        )
    if train == 0:
        raise ValueError(
            f"With n_samples={n}, test_size={test_size} and train_size={train_size}, the resulting train set will be empty."
        )
    return train, test


def _unknown_counts(n: Any, test_size: Any, train_size: Any) -> tuple[Any, Any]:
    """The same of a number of samples that is a symbol: what is not for the one is for the other."""
    if n is None or any(type(size) is Unknown and size.__class__ is not int for size in (test_size, train_size)):
        n = Unknown("how many samples there are", int) if n is None else n
        test = part_of(n, "test", "how many samples are for testing")
        return n - test, test
    if test_size is None and train_size is None:
        test_size = 0.25
    test = _share(n, test_size, "ceil", "test", "how many samples are for testing")
    train = _share(n, train_size, "floor", "train", "how many samples are for training")
    if train is None:
        train = n - test
    elif test is None:
        test = n - train
    return train, test


def _share(n: Any, size: Any, how: str, name: str, reason: str) -> Any:
    if size is None or size.__class__ is int:
        return size
    found = share_of(n * size, how, reason) if type(size) is float and type(n) is not int else None
    return part_of(n, name, reason) if found is None else found


def _part(x: Any, count: Any, stays: bool, first: bool) -> Any:
    """As many samples: those of the beginning or the end where nothing is shuffled, else some."""
    if x is None:
        return None
    if type(x) is Unknown:
        return Unknown(f"a part of {x.reason}")
    if hasattr(type(x), "__as_array__"):  # a table, or a column of one
        if stays and type(count) is int:
            return x.iloc[:count] if first else x.iloc[len(x) - count :]
        if not hasattr(x, "index"):
            return Unknown("a part of the samples")
        return x._of_count(count) if hasattr(type(x), "_of_count") else x._rows(x._column.of_count(count))
    if isinstance(x, (ndarray, Tensor)):
        held = x if isinstance(x, Tensor) else x._tensor
        if stays and type(count) is int:
            return x[:count] if first else x[len(x) - count :]
        made = make((count, *held.shape[1:]), held.dtype)
        return made if isinstance(x, Tensor) else ndarray(made)
    if type(x) in (list, tuple) and type(count) is int:
        if stays:
            return list(x[:count] if first else x[len(x) - count :])
        from .likeness import merged

        return [merged(list(x[:64]), "what differs between samples", whole=False) for _ in range(count)] if x else []
    if type(x).__name__ == "Matrix":
        return type(x)((count, *x.shape[1:]), x._element)
    return Unknown("a part of the samples")


def train_test_split(
    *arrays: Any,
    test_size: Any = None,
    train_size: Any = None,
    random_state: Any = None,
    shuffle: Any = True,
    stratify: Any = None,
) -> Any:
    if not arrays:
        raise ValueError("At least one array required as input")
    train, test = _counts(all_samples(arrays), test_size, train_size)
    made = []
    for x in arrays:
        for count, first in ((train, True), (test, False)):
            made.append(_part(x, count, shuffle is False, first))
    return made


def shuffled(*arrays: Any, random_state: Any = None, n_samples: Any = None) -> Any:
    """`sklearn.utils.shuffle`: the same samples in another order."""
    if not arrays:
        return None
    if type(n_samples) not in (int, type(None)):
        raise NotModelled
    n = all_samples(arrays)
    if n is None:
        n = Unknown("how many samples there are", int)
    made = [_part(x, n if n_samples is None else n_samples, False, True) for x in arrays]
    return made[0] if len(made) == 1 else made


SELECTION: dict[str, Any] = {"train_test_split": answering("sklearn.train_test_split", train_test_split)}

STANDS_FOR = {
    "sklearn.model_selection": SELECTION,
    "sklearn.utils": {"shuffle": answering("sklearn.utils.shuffle", shuffled)},
}
