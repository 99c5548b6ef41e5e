"""A Lightning module, where Lightning is not installed but stood in for: hyperparameters, steps, a data module."""

import sys
import types

import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.utils.data import DataLoader, TensorDataset

try:
    import pytorch_lightning as pl
    from pytorch_lightning.callbacks import EarlyStopping, ModelCheckpoint
except ImportError:  # what the program needs of it, for PyTorch alone
    pl = types.SimpleNamespace(LightningDataModule=object, seed_everything=print)

    class Plain(nn.Module):
        trainer = None

        def save_hyperparameters(self, *args, **kwargs):
            given = sys._getframe(1).f_locals
            self.hparams = types.SimpleNamespace(**{k: v for k, v in given.items() if k not in ("self", "__class__")})

        def log(self, *args, **kwargs):
            pass

    class Fit:
        def __init__(self, **options):
            pass

        def fit(self, model, datamodule):
            datamodule.setup("fit")
            model.configure_optimizers()
            model.training_step(next(iter(datamodule.train_dataloader())), 0)

    pl.LightningModule, pl.Trainer = Plain, Fit
    ModelCheckpoint = EarlyStopping = dict


class Data(pl.LightningDataModule):
    def __init__(self, batch_size=4):
        super().__init__()
        self.batch_size = batch_size

    def setup(self, stage=None):
        self.train = TensorDataset(torch.randn(12, 3, 8, 8), torch.zeros(12, dtype=torch.long))

    def train_dataloader(self):
        return DataLoader(self.train, batch_size=self.batch_size, shuffle=True)


class Classifier(pl.LightningModule):
    def __init__(self, width=8, classes=5, lr=1e-3, **kwargs):
        super().__init__()
        self.save_hyperparameters()
        self.net = nn.Sequential(nn.Conv2d(3, self.hparams.width, 3), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten())
        self.head = nn.Linear(self.hparams.width, self.hparams.classes)

    def forward(self, x):
        return self.head(self.net(x))

    def training_step(self, batch, batch_idx):
        x, y = batch
        loss = F.cross_entropy(self(x), y)
        self.log("train_loss", loss, prog_bar=True)
        return loss

    def configure_optimizers(self):
        optimizer = torch.optim.AdamW(self.parameters(), lr=self.hparams.lr)
        return {"optimizer": optimizer, "lr_scheduler": torch.optim.lr_scheduler.StepLR(optimizer, 1)}


pl.seed_everything(1)
callbacks = [ModelCheckpoint(monitor="val_loss"), EarlyStopping(monitor="val_loss")]
trainer = pl.Trainer(max_epochs=2, callbacks=callbacks, accelerator="cpu")
trainer.fit(Classifier(width=16), Data())
