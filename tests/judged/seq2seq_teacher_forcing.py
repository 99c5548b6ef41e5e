import random
import torch
import torch.nn as nn

random.seed(1)
torch.manual_seed(1)
SOS, EOS, MAX = 0, 1, 7


class Encoder(nn.Module):
    def __init__(self, vocab, hidden):
        super().__init__()
        self.embedding = nn.Embedding(vocab, hidden)
        self.gru = nn.GRU(hidden, hidden)

    def forward(self, x, h):
        return self.gru(self.embedding(x).view(1, 1, -1), h)


class Decoder(nn.Module):
    def __init__(self, hidden, vocab):
        super().__init__()
        self.embedding = nn.Embedding(vocab, hidden)
        self.gru = nn.GRU(hidden, hidden)
        self.out = nn.Linear(hidden, vocab)
        self.softmax = nn.LogSoftmax(dim=1)

    def forward(self, x, h):
        output = torch.relu(self.embedding(x).view(1, 1, -1))
        output, h = self.gru(output, h)
        return self.softmax(self.out(output[0])), h


enc, dec = Encoder(10, 12), Decoder(12, 10)
params = list(enc.parameters()) + list(dec.parameters())
opt = torch.optim.SGD(params, lr=0.01)
criterion = nn.NLLLoss()
pairs = [([2, 3, 4, 5], [5, 4, 3, 2]), ([6, 7], [7, 6]), ([8, 9, 2], [2, 9, 8])]
for it in range(6):
    source, target = pairs[it % len(pairs)]
    h = torch.zeros(1, 1, 12)
    for token in source + [EOS]:
        _, h = enc(torch.tensor([token]), h)
    decoder_input = torch.tensor([[SOS]])
    loss = 0
    if it % 2 == 0:
        for token in target + [EOS]:
            output, h = dec(decoder_input, h)
            loss = loss + criterion(output, torch.tensor([token]))
            decoder_input = torch.tensor([[token]])
    else:
        for token in target + [EOS]:
            output, h = dec(decoder_input, h)
            decoder_input = output.topk(1)[1].squeeze().detach()
            loss = loss + criterion(output, torch.tensor([token]))
    opt.zero_grad()
    loss.backward()
    opt.step()
    print(it, loss.item() / len(target))
