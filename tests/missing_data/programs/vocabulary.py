import collections
import re

import torch
import torch.nn as nn
from torch.nn.utils.rnn import pad_sequence
from torch.utils.data import DataLoader

try:
    with open("reviews.tsv", encoding="utf8") as file:
        rows = [line.rstrip("\n").split("\t") for line in file if line.strip()]
except FileNotFoundError:
    rows = [["1", "a good film"], ["0", "a bad one"], ["1", "good good"]] * 4

counts = collections.Counter(word for _, text in rows for word in re.findall(r"\w+", text.lower()))
vocabulary = {"<pad>": 0, "<unk>": 1}
for word, n in counts.most_common(5000):
    if n >= 1:
        vocabulary[word] = len(vocabulary)
words = {i: w for w, i in vocabulary.items()}


def encode(text):
    return torch.tensor([vocabulary.get(w, vocabulary["<unk>"]) for w in re.findall(r"\w+", text.lower())])


def collate(batch):
    labels, texts = zip(*batch)
    encoded = [encode(t) for t in texts]
    return pad_sequence(encoded, batch_first=True), torch.tensor([float(v) for v in labels])


class Classifier(nn.Module):
    def __init__(self, size):
        super().__init__()
        self.embedding = nn.EmbeddingBag(size, 8, mode="mean", padding_idx=0)
        self.fc = nn.Linear(8, 1)

    def forward(self, x):
        return self.fc(self.embedding(x)).squeeze(1)


model = Classifier(len(vocabulary))
optimizer = torch.optim.Adagrad(model.parameters(), lr=0.1)
longest = max(len(encode(text)) for _, text in rows)
for epoch in range(2):
    for x, y in DataLoader(rows, batch_size=4, shuffle=True, collate_fn=collate):
        loss = nn.functional.binary_cross_entropy_with_logits(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
example = encode(rows[0][1])
print(" ".join(words[i] for i in example.tolist()), "longest", longest, "score", model(example.unsqueeze(0)).item())
