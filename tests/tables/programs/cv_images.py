import cv2
import numpy as np
import pandas as pd
import torch
import torch.nn as nn
from torch.utils.data import Dataset, DataLoader
df = pd.read_csv("digits.csv")


class Digits(Dataset):
    def __init__(self, frame):
        self.frame = frame.reset_index(drop=True)

    def __len__(self):
        return self.frame.shape[0]

    def __getitem__(self, i):
        row = self.frame.loc[i]
        img = cv2.imread("pets/" + row["file"])
        img = cv2.cvtColor(img, cv2.COLOR_BGR2RGB)
        img = cv2.resize(img, (48, 32))
        img = img.astype(np.float32) / 255.0
        img = np.transpose(img, (2, 0, 1))
        return torch.from_numpy(img), torch.tensor(row["label"], dtype=torch.long)


net = nn.Sequential(nn.Conv2d(3, 4, 3, padding=1), nn.ReLU(), nn.MaxPool2d(4), nn.Flatten(), nn.Linear(4 * 8 * 12, 10))
for x, y in DataLoader(Digits(df), batch_size=4):
    nn.functional.cross_entropy(net(x), y).backward()
