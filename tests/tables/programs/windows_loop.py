import numpy as np
import pandas as pd
import torch
import torch.nn as nn
from sklearn.preprocessing import StandardScaler
df = pd.read_csv("stock.csv")
values = df[["Close", "Volume"]].values.astype("float32")
scaler = StandardScaler()
values = scaler.fit_transform(values)
SEQ = 10
xs, ys = [], []
for i in range(len(values) - SEQ):
    xs.append(values[i:i + SEQ])
    ys.append(values[i + SEQ, 0])
X = torch.tensor(np.array(xs))
y = torch.tensor(np.array(ys))
model = nn.LSTM(2, 16, batch_first=True)
head = nn.Linear(16, 1)
out, (h, c) = model(X)
pred = head(out[:, -1]).squeeze(1)
loss = nn.MSELoss()(pred, y)
loss.backward()
