"""`torch.nn.utils`: what stands beside the layers."""

from __future__ import annotations

from . import rnn as rnn
