# stock_lstm.py  -- predict tomorrow's closing price from the last 20 days
# (from my Medium post, cleaned up a bit)

import numpy as np
import torch
import torch.nn as nn
from torch.autograd import Variable

torch.manual_seed(0)
np.random.seed(0)


class MinMaxScaler:
    """the part of sklearn's that I need"""
    def fit(self, X):
        self.lo, self.hi = X.min(axis=0), X.max(axis=0)
        return self

    def transform(self, X):
        return (X - self.lo) / (self.hi - self.lo)

    def fit_transform(self, X):
        return self.fit(X).transform(X)

    def inverse_transform(self, X):
        return X * (self.hi - self.lo) + self.lo


# fake yfinance: Open, High, Low, Close, Volume
days = 260
close = 100 + np.cumsum(np.random.randn(days)) + 5 * np.sin(np.arange(days) / 15)
df = np.stack([close + np.random.randn(days) * .3,
               close + np.abs(np.random.randn(days)),
               close - np.abs(np.random.randn(days)),
               close,
               np.random.lognormal(10, .2, days)], axis=1)

X, y = df[:, :4], df[:, 3:4]
mm, ss = MinMaxScaler(), MinMaxScaler()
X_ss = ss.fit_transform(X)
y_mm = mm.fit_transform(y)

LOOKBACK = 20


def split_sequences(features, target, lookback):
    xs, ys = [], []
    for i in range(len(features) - lookback):
        xs.append(features[i:i + lookback])
        ys.append(target[i + lookback])
    return np.array(xs), np.array(ys)


X_seq, y_seq = split_sequences(X_ss, y_mm, LOOKBACK)
n_train = 200
X_train, X_test = X_seq[:n_train], X_seq[n_train:]
y_train, y_test = y_seq[:n_train], y_seq[n_train:]
print("Training Shape", X_train.shape, y_train.shape)
print("Testing Shape", X_test.shape, y_test.shape)

X_train_tensors = torch.Tensor(X_train)
X_test_tensors = torch.Tensor(X_test)
y_train_tensors = torch.Tensor(y_train)
y_test_tensors = torch.Tensor(y_test)


class LSTM1(nn.Module):
    def __init__(self, num_classes, input_size, hidden_size, num_layers):
        super(LSTM1, self).__init__()
        self.num_classes = num_classes
        self.num_layers = num_layers
        self.input_size = input_size
        self.hidden_size = hidden_size
        self.lstm = nn.LSTM(input_size=input_size, hidden_size=hidden_size,
                            num_layers=num_layers, batch_first=True)
        self.fc_1 = nn.Linear(hidden_size, 128)
        self.fc = nn.Linear(128, num_classes)
        self.relu = nn.ReLU()

    def init_state(self, batch):
        h_0 = torch.zeros(self.num_layers, batch, self.hidden_size)
        c_0 = torch.zeros(self.num_layers, batch, self.hidden_size)
        return h_0, c_0

    def forward(self, x):
        h_0, c_0 = self.init_state(x.size(0))
        output, (hn, cn) = self.lstm(x, (h_0, c_0))
        hn = hn[-1].view(-1, self.hidden_size)
        out = self.relu(hn)
        out = self.fc_1(out)
        out = self.relu(out)
        out = self.fc(out)
        return out


num_epochs = 6
learning_rate = 0.01
input_size = 4
hidden_size = 16
num_layers = 2
num_classes = 1

lstm1 = LSTM1(num_classes, input_size, hidden_size, num_layers)
criterion = torch.nn.MSELoss()
optimizer = torch.optim.Adam(lstm1.parameters(), lr=learning_rate)

for epoch in range(num_epochs):
    outputs = lstm1(X_train_tensors)
    optimizer.zero_grad()
    loss = criterion(outputs, y_train_tensors)
    loss.backward()
    optimizer.step()
    if epoch % 2 == 0:
        print("Epoch: %d, loss: %1.5f" % (epoch, loss.item()))

lstm1.eval()
train_predict = lstm1(X_test_tensors)
data_predict = train_predict.data.numpy()
dataY_plot = y_test_tensors.data.numpy()
data_predict = mm.inverse_transform(data_predict)
dataY_plot = mm.inverse_transform(dataY_plot)
print('RMSE', np.sqrt(((data_predict - dataY_plot) ** 2).mean()))

# roll forward ten days: feed the prediction back as all of O/H/L/C
window = X_test_tensors[-1:]
future = []
with torch.no_grad():
    for _ in range(10):
        nxt = lstm1(window)
        future.append(nxt.item())
        row = nxt.repeat(1, 4).unsqueeze(1)
        window = torch.cat([window[:, 1:], row], dim=1)
print(mm.inverse_transform(np.array(future).reshape(-1, 1)).ravel().round(2))

torch.save({'model': lstm1.state_dict(), 'hidden_size': hidden_size, 'num_layers': num_layers}, 'stock.pt')
saved = torch.load('stock.pt')
again = LSTM1(num_classes, input_size, saved['hidden_size'], saved['num_layers'])
again.load_state_dict(saved['model'])
assert torch.allclose(again(X_test_tensors), lstm1(X_test_tensors))
