import pandas as pd
import torch
import torch.nn as nn
from torch.utils.data import Dataset, DataLoader
ratings = pd.read_csv("ratings.csv")
user_ids = ratings["userId"].unique().tolist()
user2idx = {u: i for i, u in enumerate(user_ids)}
movie_ids = ratings["movieId"].unique().tolist()
movie2idx = {m: i for i, m in enumerate(movie_ids)}
ratings["user"] = ratings["userId"].map(user2idx)
ratings["movie"] = ratings["movieId"].map(movie2idx)
num_users = len(user2idx)
num_movies = len(movie2idx)


class Ratings(Dataset):
    def __init__(self, df):
        self.users = torch.tensor(df["user"].values, dtype=torch.long)
        self.movies = torch.tensor(df["movie"].values, dtype=torch.long)
        self.ratings = torch.tensor(df["rating"].values, dtype=torch.float32)

    def __len__(self):
        return len(self.users)

    def __getitem__(self, i):
        return self.users[i], self.movies[i], self.ratings[i]


class MF(nn.Module):
    def __init__(self, n_users, n_movies, dim=16):
        super().__init__()
        self.u = nn.Embedding(n_users, dim)
        self.m = nn.Embedding(n_movies, dim)

    def forward(self, u, m):
        return (self.u(u) * self.m(m)).sum(1)


model = MF(num_users, num_movies)
for u, m, r in DataLoader(Ratings(ratings), batch_size=8, shuffle=True):
    nn.functional.mse_loss(model(u, m), r).backward()
