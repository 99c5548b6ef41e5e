"""Lightning (`lightning`, `pytorch_lightning`): a module with steps, and a trainer that runs one batch through them."""

from __future__ import annotations

import sys

from convcalc.nn.module import Module
from convcalc.tensor import Unknown
from convcalc.tensor.tensor import Device

from .autograd import enable_grad, no_grad

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class Hyperparameters(dict):  # type: ignore[type-arg]
    """`self.hparams`: a dict whose keys are attributes too."""

    def __getattr__(self, name: str) -> Any:
        try:
            return self[name]
        except KeyError:
            raise AttributeError(f'Missing attribute "{name}"') from None

    def __setattr__(self, name: str, value: Any) -> None:
        self[name] = value


class _Keeps:
    """What modules and data modules share: the arguments of the constructor as `hparams`."""

    def save_hyperparameters(self, *args: Any, ignore: Any = None, frame: Any = None, logger: bool = True) -> None:
        """Keeps the caller's arguments; only the named ones, or those of a given dict or namespace."""
        code, names = (frame or sys._getframe(1)).f_code, (frame or sys._getframe(1)).f_locals
        count = code.co_argcount + code.co_kwonlyargcount
        given = {name: names[name] for name in code.co_varnames[1:count] if name in names}
        if code.co_flags & 0x08:  # **kwargs
            given.update(names.get(code.co_varnames[count + bool(code.co_flags & 0x04)], {}))
        for item in args:
            if not isinstance(item, str):
                given = dict(item) if isinstance(item, dict) else dict(vars(item))
        chosen = [item for item in args if isinstance(item, str)]
        left_out = {ignore} if isinstance(ignore, str) else set(ignore or ())
        self.hparams.update({k: v for k, v in given.items() if k not in left_out and (not chosen or k in chosen)})

    @property
    def hparams(self) -> Hyperparameters:
        found = self.__dict__.get("_hparams")
        if found is None:
            found = self.__dict__["_hparams"] = Hyperparameters()
        return found

    @property
    def hparams_initial(self) -> Hyperparameters:
        return self.hparams


def _nothing(self: Any, *args: Any, **kwargs: Any) -> None:
    """Changes no shape."""


class LightningModule(_Keeps, Module):
    """`LightningModule`: a `torch.nn.Module`; what it logs and saves is let go."""

    automatic_optimization = True
    example_input_array: Any = None
    trainer: Any = None
    logger: Any = None
    current_epoch = 0
    global_step = 0
    global_rank = 0
    local_rank = 0
    on_gpu = False

    log = log_dict = print = manual_backward = toggle_optimizer = untoggle_optimizer = clip_gradients = (
        lr_scheduler_step
    ) = _nothing
    configure_callbacks = configure_model = setup = prepare_data = teardown = _nothing
    on_train_start = on_train_end = on_fit_start = on_fit_end = on_train_epoch_start = on_train_epoch_end = _nothing
    on_validation_start = on_validation_end = on_validation_epoch_start = on_validation_epoch_end = _nothing
    on_train_batch_start = on_train_batch_end = on_test_epoch_end = on_save_checkpoint = on_load_checkpoint = _nothing

    @property
    def device(self) -> Device:
        return Device("cpu")

    @property
    def dtype(self) -> Any:
        return next((p.dtype for p in Module.parameters(self)), None)

    def optimizers(self, use_pl_optimizer: bool = True) -> Any:
        return Unknown("the optimizers of a Lightning module")

    lr_schedulers = optimizers

    def all_gather(self, data: Any, *args: Any, **kwargs: Any) -> Any:
        return data

    def freeze(self) -> None:
        for p in Module.parameters(self):
            p.requires_grad = False
        Module.eval(self)

    def unfreeze(self) -> None:
        for p in Module.parameters(self):
            p.requires_grad = True
        Module.train(self)

    @classmethod
    def load_from_checkpoint(cls, checkpoint_path: Any, *args: Any, **kwargs: Any) -> Any:
        """A module built with the given arguments; those that only the checkpoint knows take their defaults."""
        return cls(**{k: v for k, v in kwargs.items() if k not in ("map_location", "strict", "hparams_file")})

    def to_torchscript(self, *args: Any, **kwargs: Any) -> Any:
        return self

    def to_onnx(self, *args: Any, **kwargs: Any) -> None:
        """Writes nothing."""


class LightningDataModule(_Keeps):
    """`LightningDataModule`: makes the loaders."""

    trainer: Any = None
    prepare_data = setup = teardown = _nothing


class Trainer:
    """`Trainer`: runs one batch through a training step and one through a validation step."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.callbacks = kwargs.get("callbacks") or []
        self.logger = kwargs.get("logger")
        self.max_epochs = kwargs.get("max_epochs")
        self.current_epoch = self.global_step = 0
        self.is_global_zero = True
        self.num_devices = self.world_size = 1
        self.callback_metrics = self.logged_metrics = Unknown("what a Lightning trainer has logged")
        self.datamodule: Any = None

    def fit(
        self, model: Any, train_dataloaders: Any = None, val_dataloaders: Any = None, datamodule: Any = None, ckpt_path: Any = None, **kwargs: Any
    ) -> None:  # fmt: skip
        train_dataloaders = kwargs.get("train_dataloader", train_dataloaders)
        if isinstance(train_dataloaders, LightningDataModule):
            train_dataloaders, datamodule = None, train_dataloaders
        self._attach(model, datamodule, "fit")
        if hasattr(model, "configure_optimizers"):
            model.configure_optimizers()
        self._step(model, "training_step", self._loader(model, datamodule, train_dataloaders, "train_dataloader"), True)
        self._step(model, "validation_step", self._loader(model, datamodule, val_dataloaders, "val_dataloader"), False)

    def validate(self, model: Any = None, dataloaders: Any = None, datamodule: Any = None, **kwargs: Any) -> Any:
        return self._evaluate(model, dataloaders, datamodule, "validate", "validation_step", "val_dataloader")

    def test(self, model: Any = None, dataloaders: Any = None, datamodule: Any = None, **kwargs: Any) -> Any:
        return self._evaluate(model, dataloaders, datamodule, "test", "test_step", "test_dataloader")

    def predict(self, model: Any = None, dataloaders: Any = None, datamodule: Any = None, **kwargs: Any) -> Any:
        return self._evaluate(model, dataloaders, datamodule, "predict", "predict_step", "predict_dataloader")

    def save_checkpoint(self, *args: Any, **kwargs: Any) -> None:
        """Writes nothing."""

    def __getattr__(self, name: str) -> Any:
        if name[:2] == "__":
            raise AttributeError(name)
        return Unknown(f"a Lightning trainer's {name}")

    def _evaluate(self, model: Any, loaders: Any, datamodule: Any, stage: str, step: str, maker: str) -> Any:
        if isinstance(loaders, LightningDataModule):
            loaders, datamodule = None, loaders
        if model is not None:
            self._attach(model, datamodule, stage)
            self._step(model, step, self._loader(model, datamodule, loaders, maker), False)
        return Unknown(f"what a Lightning trainer's {stage} answers")

    def _attach(self, model: Any, datamodule: Any, stage: str) -> None:
        model.__dict__["trainer"] = self
        model.__dict__["logger"] = Unknown("the logger of a Lightning module")
        for owner in (datamodule, model):
            if owner is not None:
                owner.prepare_data()
                owner.setup(stage)

    @staticmethod
    def _loader(model: Any, datamodule: Any, given: Any, maker: str) -> Any:
        """The loader of a step: the one given, else the first of what the module or the data module makes."""
        if given is None:
            make = next((getattr(o, maker) for o in (datamodule, model) if o is not None and hasattr(o, maker)), None)
            given = None if make is None else make()
        if isinstance(given, dict):
            given = list(given.values())
        return given[0] if isinstance(given, (list, tuple)) and given else given

    @staticmethod
    def _step(model: Any, name: str, loader: Any, training: bool) -> None:
        step = getattr(model, name, None)
        if step is None or loader is None or isinstance(loader, Unknown):
            return
        Module.train(model, training)
        batch = next(iter(loader), None)
        if batch is not None:
            code = getattr(step, "__code__", None)
            with enable_grad() if training else no_grad():
                step(batch) if code is not None and code.co_argcount == 2 else step(batch, 0)


def seed_everything(seed: Any = None, *args: Any, **kwargs: Any) -> Any:
    return seed


class Callback:
    """`Callback`: what a trainer would call."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("on_"):
            return lambda *args, **kwargs: None
        raise AttributeError(name)


LIGHTNING: dict[str, Any] = {
    "LightningModule": LightningModule, "LightningDataModule": LightningDataModule, "Trainer": Trainer, "seed_everything": seed_everything,
    "Callback": Callback, "__version__": "2.5.0",
}  # fmt: skip

STANDS_FOR = dict.fromkeys(
    "lightning lightning.pytorch pytorch_lightning lightning.pytorch.core pytorch_lightning.core lightning.pytorch.core.module pytorch_lightning.core.module lightning.pytorch.core.datamodule pytorch_lightning.core.datamodule lightning.pytorch.trainer pytorch_lightning.trainer lightning.pytorch.trainer.trainer pytorch_lightning.trainer.trainer".split(),
    LIGHTNING,
)
