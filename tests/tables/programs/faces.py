from __future__ import print_function, division
import os
import torch
import pandas as pd
import numpy as np
from PIL import Image
from torch.utils.data import Dataset, DataLoader
import torch.nn as nn
landmarks_frame = pd.read_csv('faces.csv')
n = 3
img_name = landmarks_frame.iloc[n, 0]
landmarks = landmarks_frame.iloc[n, 1:]
landmarks = np.asarray(landmarks).astype('float').reshape(-1, 2)


class Faces(Dataset):
    def __init__(self, csv_file, root_dir, transform=None):
        self.landmarks_frame = pd.read_csv(csv_file)
        self.root_dir = root_dir
        self.transform = transform

    def __len__(self):
        return len(self.landmarks_frame)

    def __getitem__(self, idx):
        if torch.is_tensor(idx):
            idx = idx.tolist()
        img_name = os.path.join(self.root_dir, self.landmarks_frame.iloc[idx, 0])
        image = Image.open(img_name).convert("L").resize((32, 32))
        image = torch.from_numpy(np.array(image)).float()[None] / 255
        marks = self.landmarks_frame.iloc[idx, 1:].values.astype("float32")
        return {"image": image, "landmarks": torch.from_numpy(marks)}


class Net(nn.Module):
    def __init__(self, n_marks):
        super().__init__()
        self.conv = nn.Conv2d(1, 4, 5)
        self.fc = nn.Linear(4 * 28 * 28, n_marks)

    def forward(self, x):
        return self.fc(torch.relu(self.conv(x)).flatten(1))


ds = Faces("faces.csv", "pets")
net = Net(len(landmarks_frame.columns) - 1)
for batch in DataLoader(ds, batch_size=4, shuffle=True):
    nn.MSELoss()(net(batch["image"]), batch["landmarks"]).backward()
