import torch
import torch.nn as nn

torch.manual_seed(3)
EOS = 2


class Tiny(nn.Module):
    def __init__(self):
        super().__init__()
        self.e = nn.Embedding(9, 6)
        self.r = nn.RNN(6, 11, batch_first=True)
        self.o = nn.Linear(11, 9)

    def forward(self, t, h=None):
        y, h = self.r(self.e(t), h)
        return self.o(y), h


tiny = Tiny().eval()
tokens = [1]
h = None
while tokens[-1] != EOS and len(tokens) < 25:
    with torch.no_grad():
        logits, h = tiny(torch.tensor([[tokens[-1]]]), h)
    tokens.append(int(logits[0, -1].softmax(-1).multinomial(1)))
print(tokens)
total, _ = tiny(torch.arange(8).unsqueeze(0))
print(total.shape)
