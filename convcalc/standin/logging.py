"""Where scripts write what they measured: tensorboard, wandb, matplotlib. Nothing is written, and no model is called."""

from __future__ import annotations

from convcalc.tensor import Unknown
from convcalc.tensor.resets import on_reset

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def _silent(*args: Any, **kwargs: Any) -> None:
    return None


class SummaryWriter:
    """`torch.utils.tensorboard.SummaryWriter`; `add_graph` does not call the model."""

    def __init__(self, log_dir: Any = None, *args: Any, **kwargs: Any) -> None:
        self.log_dir = log_dir

    def __getattr__(self, name: str) -> Any:
        if name.startswith("add_") or name in ("flush", "close", "get_logdir", "export_scalars_to_json"):
            return _silent
        raise AttributeError(f"'SummaryWriter' object has no attribute '{name}'")

    def __enter__(self) -> SummaryWriter:
        return self

    def __exit__(self, *exc: Any) -> None:
        pass


TENSORBOARD: dict[str, Any] = {"SummaryWriter": SummaryWriter, "FileWriter": SummaryWriter}


class Config(dict):  # type: ignore[type-arg]
    """`wandb.config`: settings as keys and as attributes; one that was never set is unknown."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return self[name] if name in self else Unknown(f"wandb.config.{name}")

    def __setattr__(self, name: str, value: Any) -> None:
        self[name] = value

    def update(self, *args: Any, **kwargs: Any) -> None:
        kwargs.pop("allow_val_change", None)
        settings = args[0] if args else {}
        dict.update(self, settings if isinstance(settings, dict) else vars(settings), **kwargs)


config = Config()


class Run:
    """`wandb.run`"""

    config = config
    name = id = dir = "run"

    log = finish = watch = save = log_artifact = define_metric = staticmethod(_silent)
    summary: Config = Config()

    def __enter__(self) -> Run:
        return self

    def __exit__(self, *exc: Any) -> None:
        pass


def init(*args: Any, **kwargs: Any) -> Run:
    if isinstance(kwargs.get("config"), dict) or hasattr(kwargs.get("config"), "__dict__"):
        config.update(kwargs["config"])
    return Run()


@on_reset
def reset() -> None:
    config.clear()
    Run.summary.clear()


WANDB: dict[str, Any] = {
    "init": init, "config": config, "run": Run(), "Run": Run, **dict.fromkeys("log watch finish save login define_metric log_artifact alert unwatch".split(), _silent),
}  # fmt: skip
_PYPLOT = """
    show title xlabel ylabel legend savefig close grid axis tight_layout xlim ylim xticks yticks pause suptitle subplots_adjust ion ioff draw
    axhline axvline clf cla margins rc switch_backend
"""
PYPLOT: dict[str, Any] = dict.fromkeys(_PYPLOT.split(), _silent)

STANDS_FOR = {
    "torch.utils.tensorboard": TENSORBOARD,
    "torch.utils.tensorboard.writer": TENSORBOARD,
    "tensorboardX": TENSORBOARD,
    "wandb": WANDB,
    "matplotlib.pyplot": PYPLOT,
}
MENTIONED = ("SummaryWriter",)
