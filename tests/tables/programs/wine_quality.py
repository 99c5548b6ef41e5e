import pandas as pd
import numpy as np
import torch
from torch.utils.data import Dataset, DataLoader, random_split


class Wine(Dataset):
    def __init__(self, path):
        df = pd.read_csv(path, sep=";")
        self.X = torch.from_numpy(df.iloc[:, :-1].to_numpy(dtype=np.float32))
        self.y = torch.from_numpy(df.iloc[:, -1].to_numpy(dtype=np.int64))
        self.n = df.shape[0]

    def __getitem__(self, i):
        return self.X[i], self.y[i]

    def __len__(self):
        return self.n


ds = Wine("wine.csv")
n_train = int(0.8 * len(ds))
train, test = random_split(ds, [n_train, len(ds) - n_train])
n_features = ds.X.shape[1]
model = torch.nn.Sequential(torch.nn.Linear(n_features, 20), torch.nn.ReLU(), torch.nn.Linear(20, 11))
for x, y in DataLoader(train, batch_size=8, shuffle=True):
    torch.nn.functional.cross_entropy(model(x), y).backward()
