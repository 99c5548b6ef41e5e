import pandas as pd
import torch
import torch.nn as nn
from sklearn.preprocessing import MinMaxScaler
df = pd.read_csv("diabetes.csv", header=None)
df = df.sample(frac=1).reset_index(drop=True)
x = MinMaxScaler().fit_transform(df)
x = torch.tensor(x, dtype=torch.float)
d = x.shape[1]
ae = nn.Sequential(nn.Linear(d, 16), nn.ReLU(), nn.Linear(16, d))
loss = nn.MSELoss()(ae(x), x)
loss.backward()
