# Heart disease, tabular data, 5-fold cross-validation with early stopping.
# (sklearn is not installed on the cluster, so KFold / StandardScaler / roc_auc are written by hand)
import copy
import numpy as np
import torch
import torch.nn as nn
from torch.utils.data import TensorDataset, DataLoader, SubsetRandomSampler, Subset

SEED = 2021
np.random.seed(SEED)
torch.manual_seed(SEED)

# ------------------------------------------------------------- data
n = 203
age = np.random.normal(54, 9, n).round()
chol = np.random.normal(246, 50, n)
sex = np.random.randint(0, 2, n)
chest_pain = np.random.choice(['typical', 'atypical', 'non-anginal', 'none'], n)
thal = np.random.choice([3., 6., 7., np.nan], n, p=[0.5, 0.1, 0.35, 0.05])
risk = 0.06 * (age - 54) + 0.01 * (chol - 246) + 0.8 * sex + 1.2 * (chest_pain == 'none') + 0.5 * (thal == 7)
target = (risk + np.random.logistic(size=n) > 1.0).astype(int)

thal = np.where(np.isnan(thal), np.nanmedian(thal), thal)
pain_levels, pain_code = np.unique(chest_pain, return_inverse=True)
pain_onehot = np.eye(len(pain_levels))[pain_code]
X = np.column_stack([age, chol, sex, thal, pain_onehot]).astype(np.float32)
y = target.astype(np.float32)
CONTINUOUS = [0, 1, 3]


class StandardScaler:
    def fit(self, a):
        self.mean_ = a.mean(axis=0)
        self.std_ = a.std(axis=0) + 1e-8
        return self

    def transform(self, a):
        return (a - self.mean_) / self.std_


def kfold(n_samples, k, rng):
    order = rng.permutation(n_samples)
    folds = np.array_split(order, k)
    for i in range(k):
        test = folds[i]
        train = np.concatenate([folds[j] for j in range(k) if j != i])
        yield train, test


def roc_auc(y_true, score):
    order = np.argsort(score)
    ranks = np.empty(len(score))
    ranks[order] = np.arange(1, len(score) + 1)
    pos = y_true == 1
    n_pos, n_neg = pos.sum(), (~pos).sum()
    return (ranks[pos].sum() - n_pos * (n_pos + 1) / 2) / (n_pos * n_neg)


class EarlyStopping:
    """Stops when the validation loss has not improved for `patience` epochs, keeps the best weights."""

    def __init__(self, patience=5, delta=0.0):
        self.patience = patience
        self.delta = delta
        self.counter = 0
        self.best_loss = None
        self.best_state = None
        self.early_stop = False

    def __call__(self, val_loss, model):
        if self.best_loss is None or val_loss < self.best_loss - self.delta:
            self.best_loss = val_loss
            self.best_state = copy.deepcopy(model.state_dict())
            self.counter = 0
        else:
            self.counter += 1
            if self.counter >= self.patience:
                self.early_stop = True


class HeartNet(nn.Module):
    def __init__(self, n_features):
        super().__init__()
        self.layers = nn.Sequential(
            nn.Linear(n_features, 32),
            nn.BatchNorm1d(32),
            nn.ReLU(),
            nn.Dropout(0.2),
            nn.Linear(32, 16),
            nn.ReLU(),
            nn.Linear(16, 1),
            nn.Sigmoid(),
        )

    def forward(self, x):
        return self.layers(x)


def reset_weights(m):
    if hasattr(m, 'reset_parameters'):
        m.reset_parameters()


k_folds, num_epochs, batch_size = 5, 12, 32
criterion = nn.BCELoss()
model = HeartNet(X.shape[1])
fold_auc, fold_acc = [], []
oof = np.zeros(n)

for fold, (train_ids, test_ids) in enumerate(kfold(n, k_folds, np.random.RandomState(0))):
    val_ids, fit_ids = train_ids[:32], train_ids[32:]
    scaler = StandardScaler().fit(X[fit_ids][:, CONTINUOUS])
    X_fold = X.copy()
    X_fold[:, CONTINUOUS] = scaler.transform(X[:, CONTINUOUS])
    dataset = TensorDataset(torch.from_numpy(X_fold), torch.from_numpy(y).unsqueeze(1))
    trainloader = DataLoader(dataset, batch_size=batch_size, sampler=SubsetRandomSampler(fit_ids), drop_last=True)
    valloader = DataLoader(Subset(dataset, val_ids.tolist()), batch_size=batch_size)
    testloader = DataLoader(Subset(dataset, test_ids.tolist()), batch_size=batch_size)

    model.apply(reset_weights)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
    stopper = EarlyStopping(patience=3)
    for epoch in range(num_epochs):
        model.train()
        for inputs, targets in trainloader:
            optimizer.zero_grad()
            outputs = model(inputs)
            loss = criterion(outputs, targets)
            loss.backward()
            optimizer.step()
        model.eval()
        with torch.no_grad():
            val_loss = np.mean([criterion(model(a), b).item() for a, b in valloader])
        stopper(val_loss, model)
        if stopper.early_stop:
            break
    model.load_state_dict(stopper.best_state)

    model.eval()
    scores = []
    with torch.no_grad():
        for inputs, _ in testloader:
            scores.extend(model(inputs).squeeze(1).tolist())
    scores = np.array(scores)
    oof[test_ids] = scores
    fold_auc.append(roc_auc(y[test_ids], scores))
    fold_acc.append(((scores > 0.5) == y[test_ids]).mean())
    print('fold %d: stopped after %d epochs, AUC %.3f, accuracy %.3f' % (fold, epoch + 1, fold_auc[-1], fold_acc[-1]))

print('mean AUC %.3f +- %.3f, out of fold %.3f' % (np.mean(fold_auc), np.std(fold_auc), roc_auc(y, oof)))
