"""scikit-learn, as far as shapes go: generated data, its own data sets with their true sizes, and measures.

`learning_splits` has what takes samples apart, `learning_transformers` what is fitted to them. Whatever else it has is unknown. Of a table of which
nothing is known, nothing is known after a split either.
"""

from __future__ import annotations

import math

from convcalc.tensor import Unknown, dtypes, make

from .learning_splits import samples
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
        count = samples(labels)
    return _array((count, count), dtypes.int64)


DATA: dict[str, Any] = {
    **{f"load_{name}": _loader(name, *row) for name, row in DATA_SETS.items()}, "fetch_california_housing": fetch_california_housing,
    "make_classification": make_classification, "make_regression": make_regression, "make_blobs": make_blobs, "make_friedman1": make_friedman1,
    **{name: _of_two(name) for name in ("make_moons", "make_circles")}, **{name: _of_three(name) for name in ("make_swiss_roll", "make_s_curve")},
}  # fmt: skip
METRICS: dict[str, Any] = {
    **{name: _measure(name) for name in "accuracy_score r2_score mean_squared_error mean_absolute_error roc_auc_score".split()}, "confusion_matrix": confusion_matrix,
}  # fmt: skip

STANDS_FOR = {
    "sklearn.datasets": DATA,
    "sklearn.metrics": METRICS,
}
MENTIONED = ("sklearn",)
