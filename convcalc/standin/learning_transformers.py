"""What scikit-learn fits to samples and then makes of them: scalers, encoders, imputers, pipelines. The samples stay, in doubles (floats stay as wide as they are)."""

from __future__ import annotations

import math

from convcalc.tensor import Unknown, dtypes, make
from convcalc.tensor.symbols import part_of, symbol
from convcalc.tensor.unknown import kind_of
from convcalc.tensor.values import known

from .learning_splits import samples
from .numpy_arrays import asarray, ndarray
from .numpy_rules.registry import NotModelled, answering
from .numpy_types import OBJECT, element_of, is_other
from .sparse_matrices import Matrix

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def array(shape: Any, element: Any = dtypes.float64) -> ndarray:
    return ndarray(make(shape, element))


def held_table(X: Any) -> Any:
    """The array of samples; ValueError where it has not two dimensions, or has texts that are no numbers."""
    if type(X) is Unknown:
        raise NotModelled(X.reason)
    if type(X) is Matrix:
        return X.toarray()
    held = asarray(X)
    if type(held) is not ndarray:
        raise NotModelled(getattr(held, "reason", None))
    _check_two(held.ndim, type(X).__name__)
    if is_other(held._tensor.dtype):
        values = known(held._tensor)
        for value in values or ():
            if kind_of(value) is str and type(value) is str:
                _float(value)
        raise NotModelled
    return held


def _check_two(ndim: int, kind: str) -> None:
    if ndim != 2:
        raise ValueError(f"Expected 2D array, got {kind if kind == 'Series' else f'{ndim}D array'} instead. Reshape your data either using array.reshape(-1, 1) if your data has a single feature or array.reshape(1, -1) if it contains a single sample.")  # fmt: skip


def _float(value: str) -> None:
    try:
        float(value)
    except ValueError:
        raise ValueError(f"could not convert string to float: {value!r}") from None


def floats(element: Any) -> Any:
    """The type of what is calculated of samples."""
    kinds: Any = element.candidates if isinstance(element, dtypes.UnknownDType) else (element,)
    if any(kind.category > dtypes.FLOATING for kind in kinds) and len(kinds) == 1:
        raise NotModelled
    kinds = [kind for kind in kinds if kind.category <= dtypes.FLOATING]
    return dtypes.one_of([kind if kind.category == dtypes.FLOATING else dtypes.float64 for kind in kinds])


def distinct_of(X: Any) -> list[Any]:
    """How many different values each column has."""
    columns = getattr(X, "_named", None)
    if columns is not None and X._rest is None:
        return [column.distinct() for column in columns.values()]
    held = asarray(X)
    if type(held) is not ndarray:
        raise NotModelled
    _check_two(held.ndim, type(X).__name__)
    n, width = held.shape
    if type(width) is not int:
        raise NotModelled("how many different values columns have")
    values = known(held._tensor)
    if values is None:
        return [part_of(n, "distinct", "how many different values a column has") for _ in range(width)]
    return [len(set(values[at::width])) for at in range(width)]


class Transformer:
    """What is fitted to samples: as many samples come out."""

    __module__ = "sklearn.base"
    columns: Any = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.given, self.options = args, kwargs

    def option(self, name: str, default: Any, place: int | None = None) -> Any:
        """A setting; NotModelled where it is not known."""
        value = self.options.get(name, default)
        if place is not None and len(self.given) > place:
            value = self.given[place]
        if type(value) is Unknown:
            raise NotModelled(value.reason)
        return value

    def fit(self, X: Any, y: Any = None, sample_weight: Any = None) -> Any:
        try:
            self.learn(X, y)
        except NotModelled:
            self.columns = None
        return self

    partial_fit = fit

    def learn(self, X: Any, y: Any) -> None:
        self.columns = held_table(X).shape[1]

    def transform(self, X: Any, copy: Any = None) -> Any:
        return _made(self, X)

    def fit_transform(self, X: Any, y: Any = None, **kwargs: Any) -> Any:
        return self.fit(X, y).transform(X)

    def inverse_transform(self, X: Any, copy: Any = None) -> Any:
        return _made_back(self, X)

    def made(self, X: Any) -> Any:
        held = self.checked(X)
        return array(held.shape, floats(held._tensor.dtype))

    made_back = made

    def checked(self, X: Any) -> Any:
        """The array of samples; ValueError where it has another number of features than what was learned from."""
        held = held_table(X)
        if type(self.columns) is int and type(held.shape[1]) is int and self.columns != held.shape[1]:
            raise ValueError(f"X has {held.shape[1]} features, but {type(self).__name__} is expecting {self.columns} features as input.")  # fmt: skip
        return held

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return Unknown(f"sklearn.{type(self).__name__}.{name}")


_made = answering("sklearn.transform", lambda transformer, X: transformer.made(X))
_made_back = answering("sklearn.inverse_transform", lambda transformer, X: transformer.made_back(X))


class Scaler(Transformer):
    """What keeps the shape of a table; what it has learned is a double for each column."""

    def __getattr__(self, name: str) -> Any:
        if name in ("mean_", "scale_", "var_", "data_min_", "data_max_", "data_range_", "min_", "max_abs_", "center_"):
            if self.columns is not None:
                return array((self.columns,))
        if name == "n_features_in_" and self.columns is not None:
            return self.columns
        return Transformer.__getattr__(self, name)


def scaler(name: str) -> type:
    return type(name, (Scaler,), {"__module__": "sklearn.preprocessing"})


class LabelEncoder(Transformer):
    """Labels as whole numbers."""

    __module__ = "sklearn.preprocessing"

    def learn(self, X: Any, y: Any) -> None:
        self.classes_: Any
        column: Any = getattr(X, "_column", None)
        if hasattr(column, "distinct") and (is_other(column.element) or known(column.array._tensor) is None):
            self.classes_ = array((column.distinct(),), OBJECT if is_other(column.element) else column.element)
            return
        from .numpy_rules import find

        self.classes_ = find("np.unique")(X)

    def made(self, y: Any) -> Any:
        held = asarray(y) if not hasattr(type(y), "__as_array__") else y
        n = samples(held)
        if n is None:
            raise NotModelled
        if len(held.shape) == 2 and type(held.shape[1]) is int and held.shape[1] != 1:
            raise ValueError(f"y should be a 1d array, got an array of shape {tuple(held.shape)} instead.")
        return array((n,), dtypes.int64)

    def made_back(self, y: Any) -> Any:
        raise NotModelled


class OneHotEncoder(Transformer):
    """A column for each different value of each column."""

    __module__ = "sklearn.preprocessing"

    def learn(self, X: Any, y: Any) -> None:
        drop = self.option("drop", None)
        if drop not in (None, "first") or not isinstance(self.option("categories", "auto"), str):
            raise NotModelled
        if any(self.option(name, None) is not None for name in ("min_frequency", "max_categories")):
            raise NotModelled
        total: Any = 0
        for count in distinct_of(X):
            total = count + total - (1 if drop == "first" else 0)
        self.columns = total

    def made(self, X: Any) -> Any:
        if self.columns is None:
            raise NotModelled
        if type(X) is not Matrix and len(asarray(X).shape if not hasattr(type(X), "shape") else X.shape) != 2:
            _check_two(1, type(X).__name__)
        shape = (samples(X), self.columns)
        element = element_of(self.option("dtype", "float64"))
        if self.option("sparse_output", self.option("sparse", True)):
            return Matrix(shape, element)
        return array(shape, element)

    def made_back(self, X: Any) -> Any:
        raise NotModelled


class OrdinalEncoder(Transformer):
    """Values as numbers, in doubles."""

    __module__ = "sklearn.preprocessing"

    def learn(self, X: Any, y: Any) -> None:
        self.columns = X.shape[1] if hasattr(type(X), "shape") else asarray(X).shape[1]

    def made(self, X: Any) -> Any:
        shape = X.shape if hasattr(type(X), "shape") else asarray(X).shape
        _check_two(len(shape), type(X).__name__)
        return array(shape, element_of(self.option("dtype", "float64")))

    def made_back(self, X: Any) -> Any:
        raise NotModelled


class LabelBinarizer(Transformer):
    """A column for each class; one where there are two."""

    __module__ = "sklearn.preprocessing"

    def learn(self, X: Any, y: Any) -> None:
        column: Any = getattr(X, "_column", None)
        if hasattr(column, "distinct"):
            self.columns = column.distinct()
        else:
            held = asarray(X)
            values = known(held._tensor) if type(held) is ndarray and held.ndim == 1 else None
            self.columns = None if values is None else len(set(values))

    def made(self, y: Any) -> Any:
        if type(self.columns) is not int:
            raise NotModelled
        return array((samples(y), 1 if self.columns <= 2 else self.columns), dtypes.int64)

    def made_back(self, y: Any) -> Any:
        raise NotModelled


class SimpleImputer(Transformer):
    """Values in place of those that are missing."""

    __module__ = "sklearn.impute"

    def made(self, X: Any) -> Any:
        if self.option("strategy", "mean") not in ("mean", "median") or self.option("add_indicator", False):
            raise NotModelled
        return Transformer.made(self, X)


class PolynomialFeatures(Transformer):
    """Products of features."""

    __module__ = "sklearn.preprocessing"

    def made(self, X: Any) -> Any:
        held = self.checked(X)
        degree, n = self.option("degree", 2, 0), held.shape[1]
        if type(degree) is not int or type(n) is not int or self.option("interaction_only", False, 1):
            raise NotModelled
        count = math.comb(n + degree, degree) - (0 if self.option("include_bias", True, 2) else 1)
        return array((held.shape[0], count), floats(held._tensor.dtype))

    def made_back(self, X: Any) -> Any:
        raise NotModelled


class PCA(Transformer):
    """The strongest components."""

    __module__ = "sklearn.decomposition"

    def made(self, X: Any) -> Any:
        held, count = self.checked(X), self.option("n_components", None, 0)
        if type(count) is not int:
            raise NotModelled
        return array((held.shape[0], count), floats(held._tensor.dtype))

    def made_back(self, X: Any) -> Any:
        raise NotModelled


class Vectorizer(Transformer):
    """Texts as counts of words, of which nobody knows how many there are."""

    __module__ = "sklearn.feature_extraction.text"
    element = dtypes.int64

    def learn(self, X: Any, y: Any) -> None:
        most = self.option("max_features", None)
        self.columns = symbol("words", "how many different words texts have") if most is None else part_of(most, "words", "how many different words texts have")  # fmt: skip

    def made(self, X: Any) -> Any:
        n = samples(X)
        if n is None or self.columns is None:
            raise NotModelled
        return Matrix(
            (n, self.columns),
            element_of(self.option("dtype", "int64" if type(self).element is dtypes.int64 else "float64")),
        )

    def made_back(self, X: Any) -> Any:
        raise NotModelled


class TfidfVectorizer(Vectorizer):
    __module__ = "sklearn.feature_extraction.text"
    element = dtypes.float64


class Pipeline(Transformer):
    """One after another."""

    __module__ = "sklearn.pipeline"

    def __init__(self, steps: Any, **kwargs: Any) -> None:
        self.steps = steps
        self.given, self.options = (), kwargs

    def _parts(self) -> list[Any]:
        if not isinstance(self.steps, (list, tuple)):
            raise NotModelled
        parts = [part for _, part in self.steps if part not in (None, "passthrough")]
        if not all(isinstance(part, Transformer) for part in parts):
            raise NotModelled
        return parts

    def learn(self, X: Any, y: Any) -> None:
        for part in self._parts():
            X = part.fit(X, y).transform(X)

    def made(self, X: Any) -> Any:
        for part in self._parts():
            X = part.transform(X)
        return X

    def made_back(self, X: Any) -> Any:
        for part in reversed(self._parts()):
            X = part.inverse_transform(X)
        return X


def make_pipeline(*steps: Any, **kwargs: Any) -> Pipeline:
    return Pipeline([(type(step).__name__.lower(), step) for step in steps], **kwargs)


class ColumnTransformer(Transformer):
    """Of some columns one thing, of others another, side by side. Whether the whole is sparse hangs on the data where a part is."""

    __module__ = "sklearn.compose"

    def __init__(self, transformers: Any, **kwargs: Any) -> None:
        self.transformers = transformers
        self.given, self.options = (), kwargs

    def _parts(self) -> list[Any]:
        if self.option("remainder", "drop") != "drop" or not isinstance(self.transformers, (list, tuple)):
            raise NotModelled
        parts = [(part, columns) for _, part, columns in self.transformers if part != "drop"]
        if not all(isinstance(part, Transformer) and isinstance(columns, (list, tuple)) for part, columns in parts):
            raise NotModelled
        return parts

    def learn(self, X: Any, y: Any) -> None:
        for part, columns in self._parts():
            part.fit(_chosen(X, columns), y)

    def made(self, X: Any) -> Any:
        found = [part.transform(_chosen(X, columns)) for part, columns in self._parts()]
        if not found or not all(type(part) is ndarray for part in found):
            raise NotModelled
        from .numpy_rules import find

        return find("np.hstack")(found)

    def made_back(self, X: Any) -> Any:
        raise NotModelled


def _chosen(X: Any, columns: Any) -> Any:
    if not hasattr(X, "iloc"):
        raise NotModelled
    return X.iloc[:, list(columns)] if all(type(name) is int for name in columns) else X[list(columns)]


def _scaled_at_once(name: str) -> Any:
    def scaled(X: Any, *args: Any, **kwargs: Any) -> Any:
        if kwargs.get("return_norm") or args:
            raise NotModelled
        held = held_table(X)
        return array(held.shape, floats(held._tensor.dtype))

    scaled.__name__ = name
    return answering(f"sklearn.preprocessing.{name}", scaled)


PREPROCESSING: dict[str, Any] = {
    **{name: scaler(name) for name in "StandardScaler MinMaxScaler MaxAbsScaler RobustScaler Normalizer QuantileTransformer PowerTransformer".split()},
    "LabelEncoder": LabelEncoder, "OneHotEncoder": OneHotEncoder, "OrdinalEncoder": OrdinalEncoder, "LabelBinarizer": LabelBinarizer,
    "PolynomialFeatures": PolynomialFeatures, **{name: _scaled_at_once(name) for name in ("normalize", "minmax_scale", "scale")},
}  # fmt: skip

STANDS_FOR: dict[str, dict[str, Any]] = {
    "sklearn.preprocessing": PREPROCESSING,
    "sklearn.impute": {"SimpleImputer": SimpleImputer},
    "sklearn.decomposition": {"PCA": PCA},
    "sklearn.pipeline": {"Pipeline": Pipeline, "make_pipeline": make_pipeline},
    "sklearn.compose": {"ColumnTransformer": ColumnTransformer},
    "sklearn.feature_extraction.text": {"CountVectorizer": type("CountVectorizer", (Vectorizer,), {"__module__": Vectorizer.__module__}), "TfidfVectorizer": TfidfVectorizer},
}  # fmt: skip
