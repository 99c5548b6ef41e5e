import pandas as pd
import torch
import torch.nn as nn
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.model_selection import train_test_split
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
df = pd.read_csv("shop.csv")
num = ["price", "promo"]
cat = ["shop", "day"]
pre = ColumnTransformer([
    ("num", Pipeline([("imp", SimpleImputer(strategy="median")), ("sc", StandardScaler())]), num),
    ("cat", OneHotEncoder(handle_unknown="ignore", sparse_output=False), cat),
])
y = (df["sales"] > df["sales"].median()).astype(int)
X_train, X_val, y_train, y_val = train_test_split(df.drop(columns="sales"), y, test_size=0.25, stratify=y, random_state=1)
X_train = pre.fit_transform(X_train)
X_val = pre.transform(X_val)
X_t = torch.tensor(X_train, dtype=torch.float32)
y_t = torch.tensor(y_train.values, dtype=torch.float32).view(-1, 1)
net = nn.Sequential(nn.Linear(X_t.shape[1], 16), nn.ReLU(), nn.Dropout(0.2), nn.Linear(16, 1))
loss = nn.BCEWithLogitsLoss()(net(X_t), y_t)
loss.backward()
