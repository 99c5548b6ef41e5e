# Character-level LSTM language model with truncated back-propagation through time (stateful).
# asked on the forum: "why is my loss not going below 2?" -- this is the version that works.
import torch
from torch import nn
import numpy as np
import math

words = 'import torch model data loss train batch hidden return def for in range the'.split()
text = ' '.join(np.random.RandomState(0).choice(words, 3000)) + '.'
chars = tuple(sorted(set(text)))
int2char = dict(enumerate(chars))
char2int = {ch: ii for ii, ch in int2char.items()}
encoded = np.array([char2int[ch] for ch in text])


def get_batches(arr, n_seqs, n_steps):
    batch_size = n_seqs * n_steps
    n_batches = len(arr) // batch_size
    arr = arr[:n_batches * batch_size]
    arr = arr.reshape((n_seqs, -1))
    for n in range(0, arr.shape[1], n_steps):
        x = arr[:, n:n + n_steps]
        y = np.zeros_like(x)
        y[:, :-1] = x[:, 1:]
        y[:, -1] = arr[:, n + n_steps] if n + n_steps < arr.shape[1] else arr[:, 0]
        yield x, y


def one_hot_encode(arr, n_labels):
    one_hot = np.zeros((arr.size, n_labels), dtype=np.float32)
    one_hot[np.arange(one_hot.shape[0]), arr.flatten()] = 1.
    return one_hot.reshape((*arr.shape, n_labels))


class CharRNN(nn.Module):
    def __init__(self, tokens, n_hidden=48, n_layers=2, drop_prob=0.2):
        super().__init__()
        self.n_layers = n_layers
        self.n_hidden = n_hidden
        self.chars = tokens
        self.lstm = nn.LSTM(len(self.chars), n_hidden, n_layers, dropout=drop_prob, batch_first=True)
        self.dropout = nn.Dropout(drop_prob)
        self.fc = nn.Linear(n_hidden, len(self.chars))

    def forward(self, x, hc):
        x, (h, c) = self.lstm(x, hc)
        x = self.dropout(x)
        x = x.reshape(x.size(0) * x.size(1), self.n_hidden)
        return self.fc(x), (h, c)

    def init_hidden(self, n_seqs):
        weight = next(self.parameters()).data
        return (weight.new_zeros(self.n_layers, n_seqs, self.n_hidden),
                weight.new_zeros(self.n_layers, n_seqs, self.n_hidden))

    def predict(self, char, h=None, top_k=None):
        self.eval()
        if h is None:
            h = self.init_hidden(1)
        x = one_hot_encode(np.array([[char2int[char]]]), len(self.chars))
        with torch.no_grad():
            out, h = self(torch.from_numpy(x), h)
            p = torch.softmax(out, dim=1)
        if top_k is None:
            top_ch = np.arange(len(self.chars))
        else:
            p, top_ch = p.topk(top_k)
            top_ch = top_ch.numpy().squeeze()
        p = p.numpy().squeeze()
        char = np.random.choice(top_ch, p=p / p.sum())
        return int2char[int(char)], h


def train(net, data, epochs=2, n_seqs=16, n_steps=40, lr=0.004, clip=5, val_frac=0.15):
    opt = torch.optim.Adam(net.parameters(), lr=lr)
    criterion = nn.CrossEntropyLoss()
    val_idx = int(len(data) * (1 - val_frac))
    data, val_data = data[:val_idx], data[val_idx:]
    n_chars = len(net.chars)
    for e in range(epochs):
        net.train()
        h = net.init_hidden(n_seqs)
        for x, y in get_batches(data, n_seqs, n_steps):
            inputs = torch.from_numpy(one_hot_encode(x, n_chars))
            targets = torch.from_numpy(y)
            # new variables for the hidden state, otherwise we'd backprop through the whole history
            h = tuple(each.detach() for each in h)
            net.zero_grad()
            output, h = net(inputs, h)
            loss = criterion(output, targets.reshape(n_seqs * n_steps))
            loss.backward()
            nn.utils.clip_grad_norm_(net.parameters(), clip)
            opt.step()
        net.eval()
        val_h = net.init_hidden(n_seqs)
        val_losses = []
        with torch.no_grad():
            for x, y in get_batches(val_data, n_seqs, n_steps // 2):
                inputs = torch.from_numpy(one_hot_encode(x, n_chars))
                output, val_h = net(inputs, val_h)
                val_losses.append(criterion(output, torch.from_numpy(y).reshape(-1)).item())
        print("Epoch %d/%d loss %.4f val %.4f bpc %.3f" % (e + 1, epochs, loss.item(), np.mean(val_losses), np.mean(val_losses) / math.log(2)))


def sample(net, size, prime='import ', top_k=5):
    chars = list(prime)
    h = net.init_hidden(1)
    for ch in prime:
        char, h = net.predict(ch, h, top_k=top_k)
    chars.append(char)
    for _ in range(size):
        char, h = net.predict(chars[-1], h, top_k=top_k)
        chars.append(char)
    return ''.join(chars)


torch.manual_seed(0)
np.random.seed(0)
net = CharRNN(chars)
train(net, encoded)
print(sample(net, 80))
