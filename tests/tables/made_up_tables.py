"""Programs with tables, as people write them, and the files that they read."""

from __future__ import annotations

import importlib.util
import pathlib
from importlib import import_module
from typing import Any

HERE = pathlib.Path(__file__).parent
PROGRAMS = sorted((HERE / "programs").glob("*.py"))
PACKAGES = ("pandas", "sklearn", "PIL", "cv2", "librosa", "torchvision")
# What of a program is not known, because it hangs on its file.
NOT_KNOWN = {"diabetes", "faces", "mnist_csv"}


def missing(text: str) -> list[str]:
    """The packages that a program imports and that are not installed."""
    return [name for name in PACKAGES if name in text and importlib.util.find_spec(name) is None]


def make_tables(folder: pathlib.Path) -> None:
    """Writes the files."""
    import numpy as np

    pd: Any = import_module("pandas")
    image: Any = import_module("PIL.Image")
    r = np.random.default_rng(0)
    n = 64
    pd.DataFrame(
        {
            "PassengerId": range(n),
            "Survived": r.integers(0, 2, n),
            "Pclass": r.integers(1, 4, n),
            "Name": ["x"] * n,
            "Sex": r.choice(["male", "female"], n),
            "Age": np.where(r.random(n) < 0.2, np.nan, r.integers(1, 80, n)),
            "SibSp": r.integers(0, 3, n),
            "Parch": r.integers(0, 3, n),
            "Fare": r.random(n) * 50,
        }
    ).to_csv(folder / "titanic.csv", index=False)
    h = pd.DataFrame(
        {"id": range(n), "area": r.random(n) * 100, "rooms": r.integers(1, 9, n), "zone": r.choice(["u", "v", "w"], n)}
    )
    h.to_csv(folder / "houses_test.csv", index=False)
    h.assign(price=r.random(n) * 1e5).to_csv(folder / "houses_train.csv", index=False)
    pd.DataFrame(
        {
            "Date": pd.date_range("2020-01-01", periods=100).astype(str),
            "Open": r.random(100),
            "Close": r.random(100) * 10,
            "Volume": r.integers(1, 1000, 100),
        }
    ).to_csv(folder / "stock.csv", index=False)
    (folder / "pets").mkdir()
    for i in range(8):
        image.fromarray(r.integers(0, 255, (40 + i, 50, 3)).astype("uint8")).save(folder / f"pets/{i}.png")
    pd.DataFrame({"file": [f"{i}.png" for i in range(8)], "label": r.integers(0, 2, 8)}).to_csv(
        folder / "pets.csv", index=False
    )
    pd.DataFrame({"file": [f"{i}.png" for i in range(8)], "label": r.integers(0, 10, 8)}).to_csv(
        folder / "digits.csv", index=False
    )
    pd.DataFrame({"file": [f"{i}.png" for i in range(8)], **{f"m{i}": r.integers(0, 50, 8) for i in range(10)}}).to_csv(
        folder / "faces.csv", index=False
    )
    pd.DataFrame(
        {
            "shop": r.choice(["n", "s", "e"], n),
            "day": r.choice(["mo", "tu", "we", "th"], n),
            "price": r.random(n),
            "promo": r.integers(0, 2, n),
            "sales": r.random(n) * 100,
        }
    ).to_csv(folder / "shop.csv", index=False)
    pd.DataFrame(
        {"userId": r.integers(1, 20, n), "movieId": r.integers(1, 30, n), "rating": r.integers(1, 11, n) / 2}
    ).to_csv(folder / "ratings.csv", index=False)
    pd.DataFrame({**{f"c{i}": r.random(n) for i in range(11)}, "quality": r.integers(3, 9, n)}).to_csv(
        folder / "wine.csv", sep=";", index=False
    )
    pd.DataFrame({**{f"c{i}": r.random(n) for i in range(8)}, "y": r.integers(0, 2, n)}).to_csv(
        folder / "diabetes.csv", index=False, header=False
    )
    pd.DataFrame(
        {
            "time": pd.date_range("2020-01-01", periods=100, freq="h").astype(str),
            "temp": r.random(100),
            "hum": r.random(100),
            "wind": r.random(100),
        }
    ).to_csv(folder / "weather.csv", index=False)
    pd.DataFrame({"label": r.integers(0, 10, 40), **{f"p{i}": r.integers(0, 255, 40) for i in range(784)}}).to_csv(
        folder / "mnist.csv", index=False
    )
    wavfile: Any = import_module("scipy.io.wavfile")
    for i in range(4):
        wavfile.write(folder / f"{i}.wav", 22050, (r.random(20000) * 1000).astype("int16"))
    pd.DataFrame({"file": [f"{i}.wav" for i in range(4)], "label": [0, 1, 2, 0]}).to_csv(
        folder / "sounds.csv", index=False
    )
