import torch
import torch.nn as nn
from torch.nn.utils.rnn import pack_padded_sequence

sequences = torch.randn(3, 7, 16)
packed = pack_padded_sequence(sequences, torch.tensor([7, 5]), batch_first=True)
out, _ = nn.LSTM(16, 32, batch_first=True)(packed)
