"""scikit-learn, as far as shapes go: splits, scalers, encoders, generated data, and its own data sets with their true sizes.

Whatever else it has is unknown. Of a table of which nothing is known, nothing is known after a split either.
"""

from __future__ import annotations

import math

from convcalc.tensor import Tensor, Unknown, dtypes, make

from .numpy_arrays import asarray, ndarray
from .numpy_rules.registry import NotModelled, answering

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def _array(shape: Any, element: Any = dtypes.float64) -> ndarray:
    return ndarray(make(shape, element))


def _answering(function: Any) -> Any:
    return answering(f"sklearn.{function.__name__}", function)


def _number(value: Any, default: int) -> Any:
    """A count that an argument gives; an unknown size where nobody knows it."""
    if value is None:
        return default
    if type(value) is Unknown:
        return value if value.__class__ is int else Unknown(value.reason, int)
    if value.__class__ is not int:
        raise NotModelled
    return value


# splits


def _length(x: Any) -> Any:
    """How many samples something has."""
    if isinstance(x, (ndarray, Tensor)):
        if not x.ndim:
            raise TypeError("Singleton array cannot be considered a valid collection.")
        return x.shape[0]
    if type(x) is Unknown:
        return None
    if hasattr(type(x), "__len__"):
        return len(x)
    raise NotModelled


def _counts(n: Any, test_size: Any, train_size: Any) -> tuple[Any, Any]:
    """How many samples are for training and for testing; ValueError where there are too few.

    Source: sklearn/model_selection/_split.py, _validate_shuffle_split
    """
    if type(n) is not int or any(type(size) not in (int, float, type(None)) for size in (test_size, train_size)):
        return Unknown("how many samples are for training", int), Unknown("how many samples are for testing", int)
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


def _part(x: Any, count: Any, stays: bool, first: bool) -> Any:
    """As many samples: those of the beginning or the end where nothing is shuffled, else some."""
    if type(x) is Unknown:
        return Unknown(f"a part of {x.reason}")
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
    return Unknown("a part of the samples")


@_answering
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
    lengths = [_length(x) for x in arrays]
    known = [n for n in lengths if type(n) is int]
    if len(set(known)) > 1:
        raise ValueError(f"Found input variables with inconsistent numbers of samples: {lengths}")
    n = known[0] if known else next((n for n in lengths if n is not None), None)
    train, test = _counts(n, test_size, train_size)
    made = []
    for x in arrays:
        for count, first in ((train, True), (test, False)):
            made.append(_part(x, count, shuffle is False, first))
    return made


# what learns from data and changes it: the samples stay, in doubles (floats stay as wide as they are)


class _Transformer:
    """What keeps the shape of a table: a scaler."""

    columns: Any = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        pass

    def fit(self, X: Any, y: Any = None, sample_weight: Any = None) -> Any:
        self.columns = _columns(X)
        return self

    partial_fit = fit

    def transform(self, X: Any, copy: Any = None) -> Any:
        return _scaled(X, self.columns, type(self).__name__)

    def fit_transform(self, X: Any, y: Any = None, **kwargs: Any) -> Any:
        return self.fit(X, y).transform(X)

    def inverse_transform(self, X: Any, copy: Any = None) -> Any:
        return _scaled(X, self.columns, type(self).__name__)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return Unknown(f"sklearn.{type(self).__name__}.{name}")


def _columns(X: Any) -> Any:
    held = asarray(X) if type(X) is not Unknown else X
    return held.shape[1] if type(held) is ndarray and held.ndim == 2 else None


@_answering
def _scaled(X: Any, columns: Any, name: str) -> Any:
    held = asarray(X) if type(X) is not Unknown else X
    if type(held) is not ndarray or held._tensor.dtype.category > dtypes.FLOATING:
        raise NotModelled
    if held.ndim != 2:
        raise ValueError(f"Expected 2D array, got {held.ndim}D array instead. Reshape your data either using array.reshape(-1, 1) if your data has a single feature or array.reshape(1, -1) if it contains a single sample.")  # fmt: skip
    if type(columns) is int and type(held.shape[1]) is int and columns != held.shape[1]:
        raise ValueError(f"X has {held.shape[1]} features, but {name} is expecting {columns} features as input.")
    element = held._tensor.dtype
    kept = element.category == dtypes.FLOATING
    return _array(held.shape, element if kept else dtypes.float64)


def _scaler(name: str) -> type:
    return type(name, (_Transformer,), {"__module__": "sklearn.preprocessing"})


class LabelEncoder:
    """Labels as whole numbers."""

    __module__ = "sklearn.preprocessing"

    def fit(self, y: Any) -> Any:
        from .numpy_rules import find

        self.classes_ = find("np.unique")(y)
        return self

    def transform(self, y: Any) -> Any:
        return _encoded(y)

    def fit_transform(self, y: Any) -> Any:
        return self.fit(y).transform(y)

    def inverse_transform(self, y: Any) -> Any:
        return Unknown("sklearn.LabelEncoder.inverse_transform(...)")


@_answering
def _encoded(y: Any) -> Any:
    n = _length(y)
    if n is None:
        raise NotModelled
    return _array((n,), dtypes.int64)


# data that is made


@_answering
def make_classification(n_samples: Any = 100, n_features: Any = 20, *, n_informative: Any = 2, n_redundant: Any = 2, n_repeated: Any = 0, n_classes: Any = 2, n_clusters_per_class: Any = 2, return_X_y: Any = True, **others: Any) -> Any:  # fmt: skip
    if return_X_y is not True:
        raise NotModelled
    given = (n_features, n_informative, n_redundant, n_repeated, n_classes, n_clusters_per_class)
    if all(type(x) is int for x in given):
        if n_informative + n_redundant + n_repeated > n_features:
            raise ValueError(
                "Number of informative, redundant and repeated features must sum to less than the number of total features"
            )
        if n_informative < math.log2(n_classes * n_clusters_per_class):
            raise ValueError(f"n_classes({n_classes}) * n_clusters_per_class({n_clusters_per_class}) must be smaller or equal 2**n_informative({n_informative})={2**n_informative}")  # fmt: skip
    n = _number(n_samples, 100)
    return _array((n, _number(n_features, 20))), _array((n,), dtypes.int64)


@_answering
def make_regression(
    n_samples: Any = 100, n_features: Any = 100, *, n_targets: Any = 1, coef: Any = False, **others: Any
) -> Any:
    n, features, targets = _number(n_samples, 100), _number(n_features, 100), _number(n_targets, 1)
    if type(targets) is not int:
        raise NotModelled
    y = _array((n,) if targets == 1 else (n, targets))
    if coef is False:
        return _array((n, features)), y
    return _array((n, features)), y, _array((features,) if targets == 1 else (features, targets))


def _of_two(name: str) -> Any:
    def made(n_samples: Any = 100, **others: Any) -> Any:
        if isinstance(n_samples, tuple):
            n_samples = n_samples[0] + n_samples[1]
        n = _number(n_samples, 100)
        return _array((n, 2)), _array((n,), dtypes.int64)

    made.__name__ = name
    return _answering(made)


@_answering
def make_blobs(
    n_samples: Any = 100,
    n_features: Any = 2,
    *,
    centers: Any = None,
    cluster_std: Any = 1.0,
    return_centers: Any = False,
    **others: Any,
) -> Any:
    if return_centers is not False:
        raise NotModelled
    features = _number(n_features, 2)
    if centers is not None and centers.__class__ is not int:
        found = asarray(centers)
        if type(found) is not ndarray or found.ndim != 2:
            raise NotModelled
        features = found.shape[1]
    n = sum(n_samples) if isinstance(n_samples, (list, tuple)) else _number(n_samples, 100)
    return _array((n, features)), _array((n,), dtypes.int64)


def _of_three(name: str) -> Any:
    def made(n_samples: Any = 100, **others: Any) -> Any:
        n = _number(n_samples, 100)
        return _array((n, 3)), _array((n,))

    made.__name__ = name
    return _answering(made)


@_answering
def make_friedman1(n_samples: Any = 100, n_features: Any = 10, **others: Any) -> Any:
    n = _number(n_samples, 100)
    return _array((n, _number(n_features, 10))), _array((n,))


# data sets that come with it: samples, features, classes (none of a regression)

DATA_SETS: dict[str, tuple[int, int, int | None]] = {
    "iris": (150, 4, 3), "wine": (178, 13, 3), "breast_cancer": (569, 30, 2), "digits": (1797, 64, 10), "diabetes": (442, 10, None),
}  # fmt: skip
FEATURES = {
    "iris": ["sepal length (cm)", "sepal width (cm)", "petal length (cm)", "petal width (cm)"],
    "diabetes": ["age", "sex", "bmi", "bp", "s1", "s2", "s3", "s4", "s5", "s6"],
}
CLASSES = {
    "iris": ["setosa", "versicolor", "virginica"],
    "wine": ["class_0", "class_1", "class_2"],
    "breast_cancer": ["malignant", "benign"],
}


class Bunch(dict):  # type: ignore[type-arg]
    """What a data set comes as: a dict that has its keys as attributes."""

    __module__ = "sklearn.utils"

    def __getattr__(self, name: str) -> Any:
        if name in self:
            return self[name]
        if name.startswith("__"):
            raise AttributeError(name)
        return Unknown(f"a data set's {name}")


def _loader(name: str, samples: int, features: int, classes: int | None) -> Any:
    def load(*, n_class: Any = 10, return_X_y: Any = False, as_frame: Any = False, scaled: Any = True) -> Any:
        if as_frame is not False or (name == "digits" and n_class != 10):
            raise NotModelled
        data = _array((samples, features))
        target = _array((samples,), dtypes.float64 if classes is None else dtypes.int64)
        if type(return_X_y) is Unknown:
            raise NotModelled
        if return_X_y:
            return data, target
        bunch = Bunch(data=data, target=target, frame=None)
        if name in FEATURES:
            bunch["feature_names"] = list(FEATURES[name])
        if name in CLASSES:
            bunch["target_names"] = asarray(CLASSES[name])
        if name == "digits":
            bunch["images"] = _array((samples, 8, 8))
            bunch["target_names"] = asarray(list(range(10)))
        return bunch

    load.__name__ = f"load_{name}"
    return _answering(load)


@_answering
def fetch_california_housing(*, return_X_y: Any = False, as_frame: Any = False, **others: Any) -> Any:
    if as_frame is not False:
        raise NotModelled
    data, target = _array((20640, 8)), _array((20640,))
    if return_X_y is True:
        return data, target
    names = ["MedInc", "HouseAge", "AveRooms", "AveBedrms", "Population", "AveOccup", "Latitude", "Longitude"]
    return Bunch(data=data, target=target, frame=None, target_names=["MedHouseVal"], feature_names=names)


# measures


def _measure(name: str) -> Any:
    def measured(*args: Any, **kwargs: Any) -> Any:
        return Unknown(f"sklearn.{name}(...)", float if not kwargs else None)

    measured.__name__ = name
    return measured


@_answering
def confusion_matrix(y_true: Any, y_pred: Any, *, labels: Any = None, **others: Any) -> Any:
    if labels is None:
        count: Any = Unknown("how many classes there are", int)
    else:
        count = _length(labels)
    return _array((count, count), dtypes.int64)


SELECTION: dict[str, Any] = {"train_test_split": train_test_split}
PREPROCESSING: dict[str, Any] = {
    **{name: _scaler(name) for name in "StandardScaler MinMaxScaler MaxAbsScaler RobustScaler".split()}, "LabelEncoder": LabelEncoder,
}  # fmt: skip
DATA: dict[str, Any] = {
    **{f"load_{name}": _loader(name, *row) for name, row in DATA_SETS.items()}, "fetch_california_housing": fetch_california_housing,
    "make_classification": make_classification, "make_regression": make_regression, "make_blobs": make_blobs, "make_friedman1": make_friedman1,
    **{name: _of_two(name) for name in ("make_moons", "make_circles")}, **{name: _of_three(name) for name in ("make_swiss_roll", "make_s_curve")},
}  # fmt: skip
METRICS: dict[str, Any] = {
    **{name: _measure(name) for name in "accuracy_score r2_score mean_squared_error mean_absolute_error roc_auc_score".split()}, "confusion_matrix": confusion_matrix,
}  # fmt: skip

STANDS_FOR = {
    "sklearn.model_selection": SELECTION,
    "sklearn.preprocessing": PREPROCESSING,
    "sklearn.datasets": DATA,
    "sklearn.metrics": METRICS,
}
MENTIONED = ("sklearn",)
