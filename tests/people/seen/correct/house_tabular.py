# House Prices kernel - entity embeddings + MLP, rmse on log price
import math
import numpy as np
import torch
import torch.nn as nn
from torch.utils.data import Dataset, DataLoader

np.random.seed(42)
torch.manual_seed(42)

# ---- "train.csv" ------------------------------------------------------------
N = 300
table = {
    'Neighborhood': np.random.choice(['NAmes', 'CollgCr', 'OldTown', 'Edwards', 'Somerst'], N),
    'HouseStyle': np.random.choice(['1Story', '2Story', 'SLvl'], N),
    'YrSold': np.random.choice([2006, 2007, 2008, 2009, 2010], N),
    'LotArea': np.random.lognormal(9, 0.4, N),
    'GrLivArea': np.random.normal(1500, 400, N),
    'OverallQual': np.random.randint(1, 11, N).astype(float),
    'GarageCars': np.random.randint(0, 4, N).astype(float),
}
price = 20000 * table['OverallQual'] + 60 * table['GrLivArea'] + 2 * table['LotArea'] + np.random.normal(0, 9000, N)
price = np.clip(price, 30000, None)

cat_cols = ['Neighborhood', 'HouseStyle', 'YrSold']
cont_cols = ['LotArea', 'GrLivArea', 'OverallQual', 'GarageCars']

# label encoding
encoders = {}
cat_codes = []
for col in cat_cols:
    classes, codes = np.unique(table[col], return_inverse=True)
    encoders[col] = classes
    cat_codes.append(codes)
X_cat = np.stack(cat_codes, 1).astype(np.int64)
X_cont = np.stack([table[c] for c in cont_cols], 1).astype(np.float32)
y = np.log1p(price).astype(np.float32).reshape(-1, 1)

perm = np.random.permutation(N)
train_idx, valid_idx = perm[:240], perm[240:]
mu, sd = X_cont[train_idx].mean(0), X_cont[train_idx].std(0)
X_cont = (X_cont - mu) / sd

emb_szs = [(len(encoders[c]), min(50, (len(encoders[c]) + 1) // 2)) for c in cat_cols]
print(emb_szs)


class TabularDataset(Dataset):
    def __init__(self, cats, conts, target):
        self.cats = cats
        self.conts = conts
        self.target = target

    def __len__(self):
        return self.target.shape[0]

    def __getitem__(self, idx):
        return self.cats[idx], self.conts[idx], self.target[idx]


class TabularModel(nn.Module):
    def __init__(self, emb_szs, n_cont, out_sz, layers, p=0.2):
        super().__init__()
        self.embeds = nn.ModuleList([nn.Embedding(ni, nf) for ni, nf in emb_szs])
        self.emb_drop = nn.Dropout(p)
        self.bn_cont = nn.BatchNorm1d(n_cont)

        layerlist = []
        n_emb = sum(nf for ni, nf in emb_szs)
        n_in = n_emb + n_cont
        for i in layers:
            layerlist.append(nn.Linear(n_in, i))
            layerlist.append(nn.ReLU(inplace=True))
            layerlist.append(nn.BatchNorm1d(i))
            layerlist.append(nn.Dropout(p))
            n_in = i
        layerlist.append(nn.Linear(layers[-1], out_sz))
        self.layers = nn.Sequential(*layerlist)

    def forward(self, x_cat, x_cont):
        embeddings = [e(x_cat[:, i]) for i, e in enumerate(self.embeds)]
        x = torch.cat(embeddings, 1)
        x = self.emb_drop(x)
        x_cont = self.bn_cont(x_cont)
        x = torch.cat([x, x_cont], 1)
        return self.layers(x)


train_dl = DataLoader(TabularDataset(X_cat[train_idx], X_cont[train_idx], y[train_idx]), batch_size=32, shuffle=True)
valid_dl = DataLoader(TabularDataset(X_cat[valid_idx], X_cont[valid_idx], y[valid_idx]), batch_size=64)

model = TabularModel(emb_szs, len(cont_cols), 1, [64, 32])
model.layers[-1].bias.data.fill_(float(y[train_idx].mean()))
criterion = nn.MSELoss()
emb_params = [p for n, p in model.named_parameters() if n.startswith('embeds')]
other_params = [p for n, p in model.named_parameters() if not n.startswith('embeds')]
optimizer = torch.optim.Adam([
    {'params': emb_params, 'lr': 5e-3},
    {'params': other_params, 'weight_decay': 1e-5},
], lr=1e-2)
scheduler = torch.optim.lr_scheduler.ReduceLROnPlateau(optimizer, factor=0.5, patience=2)

history = {'train': [], 'valid': []}
for epoch in range(4):
    model.train()
    losses = []
    for xb_cat, xb_cont, yb in train_dl:
        optimizer.zero_grad()
        y_pred = model(xb_cat, xb_cont)
        loss = torch.sqrt(criterion(y_pred, yb))
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    model.eval()
    preds, trues = [], []
    with torch.no_grad():
        for xb_cat, xb_cont, yb in valid_dl:
            preds.append(model(xb_cat, xb_cont))
            trues.append(yb)
    preds = torch.cat(preds).numpy()
    trues = torch.cat(trues).numpy()
    rmse = math.sqrt(((preds - trues) ** 2).mean())
    scheduler.step(rmse)
    history['train'].append(np.mean(losses))
    history['valid'].append(rmse)
    print(f'epoch {epoch + 1}: train {history["train"][-1]:.4f} valid {rmse:.4f}')

# submission
test_cat = torch.tensor([[encoders['Neighborhood'].tolist().index('NAmes'),
                          encoders['HouseStyle'].tolist().index('1Story'),
                          encoders['YrSold'].tolist().index(2008)]])
test_cont = torch.from_numpy((np.array([[9000., 1600., 7., 2.]], dtype=np.float32) - mu) / sd)
model.eval()
pred = model(test_cat, test_cont)
submission = np.expm1(pred.detach().numpy()).ravel()
print('SalePrice', submission[0])
