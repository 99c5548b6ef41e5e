import pandas as pd
import torch
from torch import nn
from sklearn.datasets import load_iris
from sklearn.model_selection import train_test_split
iris = load_iris()
df = pd.DataFrame(iris.data, columns=iris.feature_names)
df["target"] = iris.target
X = df.drop("target", axis=1).values
y = df["target"].values
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.2, random_state=0)
X_train = torch.FloatTensor(X_train)
y_train = torch.LongTensor(y_train)
model = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 9), nn.ReLU(), nn.Linear(9, 3))
opt = torch.optim.Adam(model.parameters(), lr=0.01)
losses = []
for i in range(5):
    y_pred = model.forward(X_train)
    loss = nn.CrossEntropyLoss()(y_pred, y_train)
    losses.append(loss.item())
    opt.zero_grad()
    loss.backward()
    opt.step()
