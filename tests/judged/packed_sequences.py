import torch
import torch.nn as nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence, pad_sequence

lengths = [9, 7, 4, 4, 2]
seqs = [torch.randn(n, 3) for n in lengths]
tags = [torch.randint(0, 5, (n,)) for n in lengths]


class Tagger(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(3, 8, batch_first=True, bidirectional=True)
        self.tag = nn.Linear(16, 5)

    def forward(self, x, lens):
        packed = pack_padded_sequence(x, lens, batch_first=True)
        out, _ = self.lstm(packed)
        out, _ = pad_packed_sequence(out, batch_first=True)
        return self.tag(out)


model = Tagger()
crit = nn.CrossEntropyLoss(ignore_index=-1)
opt = torch.optim.Adam(model.parameters(), lr=0.01)
for step in range(5):
    x = pad_sequence(seqs, batch_first=True)
    y = pad_sequence(tags, batch_first=True, padding_value=-1)
    scores = model(x, lengths)
    loss = crit(scores.view(-1, 5), y.view(-1))
    opt.zero_grad()
    loss.backward()
    opt.step()
    print(step, scores.shape)
