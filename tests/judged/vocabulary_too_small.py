from collections import Counter

import torch
import torch.nn as nn

corpus = ["the cat sat on the mat", "the dog ate the bone", "a bird sang in the tree", "the cat ate a bird"]
counter = Counter(w for line in corpus for w in line.split())
vocab = {"<pad>": 0, "<unk>": 1}
for word, freq in counter.most_common():
    vocab[word] = len(vocab)
max_len = max(len(line.split()) for line in corpus)


def encode(line):
    ids = [vocab.get(w, 1) for w in line.split()]
    return ids + [0] * (max_len - len(ids))


class TextCNN(nn.Module):
    def __init__(self, vocab_size):
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, 10)
        self.convs = nn.ModuleList([nn.Conv1d(10, 4, k) for k in (2, 3)])
        self.fc = nn.Linear(8, 2)

    def forward(self, x):
        x = self.embedding(x).permute(0, 2, 1)  # raises
        x = [conv(x).relu().amax(2) for conv in self.convs]
        return self.fc(torch.cat(x, 1))


model = TextCNN(len(counter))
batch = torch.tensor([encode(line) for line in corpus])
optimizer = torch.optim.Adam(model.parameters())
for epoch in range(3):
    loss = model(batch).logsumexp(1).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
