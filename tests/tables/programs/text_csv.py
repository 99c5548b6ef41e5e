import pandas as pd
import torch
import torch.nn as nn
from collections import Counter
from torch.nn.utils.rnn import pad_sequence
from torch.utils.data import Dataset, DataLoader
df = pd.DataFrame({"text": ["good film", "very bad film", "so so", "great great fun", "not good at all", "loved it"], "label": [1, 0, 0, 1, 0, 1]})
counter = Counter()
for t in df["text"]:
    counter.update(t.split())
vocab = {w: i + 1 for i, (w, _) in enumerate(counter.most_common())}
df["ids"] = df["text"].apply(lambda t: [vocab[w] for w in t.split()])


class Texts(Dataset):
    def __init__(self, df):
        self.df = df

    def __len__(self):
        return len(self.df)

    def __getitem__(self, i):
        row = self.df.iloc[i]
        return torch.tensor(row["ids"]), row["label"]


def collate(batch):
    xs, ys = zip(*batch)
    return pad_sequence(xs, batch_first=True), torch.tensor(ys)


class Clf(nn.Module):
    def __init__(self, n):
        super().__init__()
        self.emb = nn.Embedding(n, 8, padding_idx=0)
        self.fc = nn.Linear(8, 2)

    def forward(self, x):
        return self.fc(self.emb(x).mean(1))


model = Clf(len(vocab) + 1)
for x, y in DataLoader(Texts(df), batch_size=2, shuffle=True, collate_fn=collate):
    nn.CrossEntropyLoss()(model(x), y).backward()
