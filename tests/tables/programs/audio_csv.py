import librosa
import numpy as np
import pandas as pd
import torch
import torch.nn as nn
from torch.utils.data import Dataset, DataLoader
meta = pd.read_csv("sounds.csv")


class Sounds(Dataset):
    def __init__(self, meta, max_len=44):
        self.meta, self.max_len = meta, max_len

    def __len__(self):
        return len(self.meta)

    def __getitem__(self, i):
        y, sr = librosa.load(self.meta.iloc[i, 0], sr=22050)
        y = librosa.util.fix_length(y, size=sr)
        mel = librosa.feature.melspectrogram(y=y, sr=sr, n_mels=64)
        mel = librosa.power_to_db(mel, ref=np.max)
        return torch.tensor(mel).unsqueeze(0), int(self.meta.iloc[i, 1])


net = nn.Sequential(nn.Conv2d(1, 4, 3, padding=1), nn.MaxPool2d(4), nn.Flatten(), nn.Linear(4 * 16 * 11, 3))
for x, y in DataLoader(Sounds(meta), batch_size=2):
    nn.CrossEntropyLoss()(net(x), y).backward()
