import torch, torch.nn as nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence, pad_sequence
class LSTMClassifier(nn.Module):
    def __init__(self, vocab, dim=64, hid=128, layers=2, n=5, bidirectional=True, pad_idx=0):
        super().__init__()
        self.emb = nn.Embedding(vocab, dim, padding_idx=pad_idx)
        self.rnn = nn.LSTM(dim, hid, num_layers=layers, bidirectional=bidirectional, dropout=.3, batch_first=True)
        self.fc = nn.Linear(hid * 2, n)
        self.drop = nn.Dropout(.5)
        self.layers, self.hid = layers, hid
    def forward(self, text, lengths):
        e = self.drop(self.emb(text))
        h0 = torch.zeros(self.layers * 2, text.size(0), self.hid, device=text.device)
        c0 = torch.zeros_like(h0)
        packed = pack_padded_sequence(e, lengths.cpu(), batch_first=True, enforce_sorted=False)
        po, (h, c) = self.rnn(packed, (h0, c0))
        out, lens = pad_packed_sequence(po, batch_first=True)
        hidden = self.drop(torch.cat((h[-2, :, :], h[-1, :, :]), dim=1))
        return self.fc(hidden)
seqs = [torch.tensor([1,2,3,4]), torch.tensor([5,6]), torch.tensor([7,8,9])]
lengths = torch.tensor([len(s) for s in seqs])
batch = pad_sequence(seqs, batch_first=True)
model = LSTMClassifier(1000)
print(model(batch, lengths).shape)
