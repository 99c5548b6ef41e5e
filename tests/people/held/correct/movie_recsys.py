# Recommending films: matrix factorisation + MLP ("neural collaborative filtering").
# Everything pandas did in the original notebook is done by hand here.
import csv
import io
import numpy as np
import torch
import torch.nn as nn
from torch.utils.data import DataLoader, Dataset

np.random.seed(42)
torch.manual_seed(42)

# --- a ratings.csv, as a string: ids are neither consecutive nor start at 0
n_users, n_movies = 60, 80
user_ids = np.random.choice(np.arange(1, 500), n_users, replace=False)
movie_ids = np.random.choice(np.arange(1, 20000), n_movies, replace=False)
taste_u, taste_m = np.random.randn(n_users, 3), np.random.randn(n_movies, 3)
buf = io.StringIO()
writer = csv.writer(buf)
writer.writerow(["userId", "movieId", "rating", "genres"])
GENRES = ["Action", "Comedy", "Drama", "Horror", "Sci-Fi"]
movie_genres = [list(np.random.choice(GENRES, np.random.randint(1, 4), replace=False)) for _ in range(n_movies)]
for _ in range(1500):
    u, m = np.random.randint(n_users), np.random.randint(n_movies)
    r = np.clip(np.round(2 * (3 + 0.7 * taste_u[u] @ taste_m[m] + 0.3 * np.random.randn())) / 2, 0.5, 5.0)
    writer.writerow([user_ids[u], movie_ids[m], r, "|".join(movie_genres[m])])
buf.seek(0)

rows = list(csv.DictReader(buf))
users = np.array([int(r["userId"]) for r in rows])
movies = np.array([int(r["movieId"]) for r in rows])
ratings = np.array([float(r["rating"]) for r in rows], dtype=np.float32)

unique_users, user_idx = np.unique(users, return_inverse=True)
unique_movies, movie_idx = np.unique(movies, return_inverse=True)
genre_matrix = np.zeros((len(unique_movies), len(GENRES)), dtype=np.float32)
for r, m in zip(rows, movie_idx):
    for g in r["genres"].split("|"):
        genre_matrix[m, GENRES.index(g)] = 1
print(len(rows), "ratings", len(unique_users), "users", len(unique_movies), "movies")

order = np.random.permutation(len(rows))
cut = int(0.9 * len(rows))
train_rows, valid_rows = order[:cut], order[cut:]


class RatingDataset(Dataset):
    def __init__(self, users, movies, ratings):
        assert len(users) == len(movies) == len(ratings)
        self.users = torch.tensor(users, dtype=torch.long)
        self.movies = torch.tensor(movies, dtype=torch.long)
        self.ratings = torch.tensor(ratings, dtype=torch.float)

    def __len__(self):
        return len(self.ratings)

    def __getitem__(self, i):
        return {"user": self.users[i], "movie": self.movies[i], "rating": self.ratings[i]}


train_ds = RatingDataset(user_idx[train_rows], movie_idx[train_rows], ratings[train_rows])
valid_ds = RatingDataset(user_idx[valid_rows], movie_idx[valid_rows], ratings[valid_rows])
train_loader = DataLoader(train_ds, batch_size=64, shuffle=True)
valid_loader = DataLoader(valid_ds, batch_size=64)


class NeuMF(nn.Module):
    def __init__(self, num_users, num_movies, genres, dim=16, layers=(32, 16), y_range=(0.0, 5.5)):
        super().__init__()
        self.user_emb = nn.Embedding(num_users, dim)
        self.movie_emb = nn.Embedding(num_movies, dim)
        self.user_bias = nn.Embedding(num_users, 1)
        self.movie_bias = nn.Embedding(num_movies, 1)
        self.register_buffer("genres", torch.from_numpy(genres))
        sizes = [dim * 2 + genres.shape[1]] + list(layers)
        mlp = []
        for a, b in zip(sizes[:-1], sizes[1:]):
            mlp += [nn.Linear(a, b), nn.ReLU(), nn.Dropout(0.1)]
        self.mlp = nn.Sequential(*mlp)
        self.out = nn.Linear(layers[-1], 1)
        self.y_range = y_range
        for emb in (self.user_emb, self.movie_emb):
            nn.init.normal_(emb.weight, std=0.05)

    def forward(self, user, movie):
        u, m = self.user_emb(user), self.movie_emb(movie)
        dot = (u * m).sum(dim=1)
        bias = self.user_bias(user).squeeze(1) + self.movie_bias(movie).squeeze(1)
        deep = self.out(self.mlp(torch.cat([u, m, self.genres[movie]], dim=1))).squeeze(1)
        low, high = self.y_range
        return torch.sigmoid(dot + bias + deep) * (high - low) + low


model = NeuMF(len(unique_users), len(unique_movies), genre_matrix)
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2, weight_decay=1e-5)
scheduler = torch.optim.lr_scheduler.StepLR(optimizer, step_size=3, gamma=0.7)
loss_func = nn.MSELoss()

for epoch in range(4):
    model.train()
    total = 0.0
    for batch in train_loader:
        output = model(batch["user"], batch["movie"])
        loss = loss_func(output, batch["rating"])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item() * len(output)
    scheduler.step()
    model.eval()
    y_true, y_pred = [], []
    with torch.no_grad():
        for batch in valid_loader:
            y_pred.append(model(batch["user"], batch["movie"]))
            y_true.append(batch["rating"])
    y_true, y_pred = torch.cat(y_true), torch.cat(y_pred)
    rmse = ((y_true - y_pred) ** 2).mean().sqrt()
    print(f"epoch {epoch}  train {total / len(train_ds):.3f}  valid rmse {rmse:.3f}")

# --- precision@k / recall@k
K, THRESHOLD = 5, 3.5
per_user = {}
for u, p, t in zip(valid_ds.users.tolist(), y_pred.tolist(), y_true.tolist()):
    per_user.setdefault(u, []).append((p, t))
precisions, recalls = [], []
for u, pairs in per_user.items():
    pairs.sort(reverse=True)
    relevant = sum(t >= THRESHOLD for _, t in pairs)
    recommended = sum(p >= THRESHOLD for p, _ in pairs[:K])
    both = sum(p >= THRESHOLD and t >= THRESHOLD for p, t in pairs[:K])
    precisions.append(both / recommended if recommended else 0)
    recalls.append(both / relevant if relevant else 0)
print("precision@5 %.3f recall@5 %.3f" % (np.mean(precisions), np.mean(recalls)))


# --- top films for one user
def recommend(raw_user_id, n=5):
    u = int(np.searchsorted(unique_users, raw_user_id))
    seen = movie_idx[user_idx == u]
    candidates = np.setdiff1d(np.arange(len(unique_movies)), seen)
    with torch.no_grad():
        scores = model(torch.full((len(candidates),), u), torch.from_numpy(candidates))
    best = scores.topk(min(n, len(candidates))).indices.numpy()
    return [(int(unique_movies[candidates[b]]), round(scores[b].item(), 2)) for b in best]


print(recommend(unique_users[0]))

# --- most similar films by cosine of the embeddings
emb = model.movie_emb.weight.detach().numpy()
unit = emb / np.linalg.norm(emb, axis=1, keepdims=True)
sim = unit @ unit.T
np.fill_diagonal(sim, -1)
print("closest to", unique_movies[0], "is", unique_movies[sim[0].argmax()])
