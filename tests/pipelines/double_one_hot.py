"""numpy.eye makes doubles, which the network does not take."""
import numpy as np
import torch
import torch.nn as nn

vocabulary = 30
tokens = np.random.randint(0, vocabulary, size=(16, 12))
x = torch.from_numpy(np.eye(vocabulary)[tokens])
rnn = nn.GRU(vocabulary, 40, batch_first=True)
out, h = rnn(x)
print(out.shape)
