"""Precipitation nowcasting: ConvLSTM encoder-forecaster on drifting synthetic rain cells."""
import argparse
import logging
import os
import tempfile

import numpy as np
import torch
import torch.nn as nn
from torch.utils.data import Dataset, DataLoader

logger = logging.getLogger(__name__)


def build_parser():
    p = argparse.ArgumentParser()
    p.add_argument('--frames-in', type=int, default=5)
    p.add_argument('--frames-out', type=int, default=3)
    p.add_argument('--hidden', type=int, nargs='+', default=[12, 12])
    p.add_argument('--kernel', type=int, default=3)
    p.add_argument('--grid', type=int, default=24)
    p.add_argument('--batch', type=int, default=8)
    p.add_argument('--iters', type=int, default=12)
    p.add_argument('--sampling-decay', type=float, default=0.05)
    return p


def simulate_radar(days, grid, frames, seed):
    """days x frames x grid x grid in mm/h, some frames are missing (nan)."""
    rng = np.random.default_rng(seed)
    yy, xx = np.mgrid[0:grid, 0:grid]
    movies = np.zeros((days, frames, grid, grid), dtype=np.float32)
    for d in range(days):
        for _ in range(3):
            pos = rng.uniform(4, grid - 4, 2)
            vel = rng.uniform(-1.2, 1.2, 2)
            strength = rng.uniform(2, 20)
            for f in range(frames):
                cy, cx = pos + f * vel
                movies[d, f] += strength * np.exp(-((yy - cy) ** 2 + (xx - cx) ** 2) / 12)
        if rng.random() < 0.2:
            movies[d, rng.integers(1, frames)] = np.nan
    return movies


class RadarDataset(Dataset):
    def __init__(self, movies, n_in, n_out):
        movies = self.fill_gaps(movies)
        dbz = 10 * np.log10(np.maximum(movies, 0.1) ** 1.6 * 200)
        self.frames = ((dbz - 7) / 45).clip(0, 1)
        self.n_in, self.n_out = n_in, n_out
        span = n_in + n_out
        per_movie = movies.shape[1] - span + 1
        self.index = [(m, s) for m in range(len(movies)) for s in range(per_movie)]

    @staticmethod
    def fill_gaps(movies):
        out = movies.copy()
        for m in range(out.shape[0]):
            for f in range(1, out.shape[1]):
                if np.isnan(out[m, f]).any():
                    out[m, f] = out[m, f - 1]
        return out

    def __len__(self):
        return len(self.index)

    def __getitem__(self, i):
        m, s = self.index[i]
        clip = self.frames[m, s:s + self.n_in + self.n_out]
        clip = torch.from_numpy(clip.astype(np.float32)).unsqueeze(1)   # T, 1, H, W
        return clip[:self.n_in], clip[self.n_in:]


class ConvLSTMCell(nn.Module):
    def __init__(self, input_dim, hidden_dim, kernel_size, bias=True):
        super(ConvLSTMCell, self).__init__()
        self.hidden_dim = hidden_dim
        self.conv = nn.Conv2d(in_channels=input_dim + hidden_dim, out_channels=4 * hidden_dim,
                              kernel_size=kernel_size, padding=kernel_size // 2, bias=bias)

    def forward(self, input_tensor, cur_state):
        h_cur, c_cur = cur_state
        combined = torch.cat([input_tensor, h_cur], dim=1)
        cc_i, cc_f, cc_o, cc_g = torch.split(self.conv(combined), self.hidden_dim, dim=1)
        i, f, o = torch.sigmoid(cc_i), torch.sigmoid(cc_f), torch.sigmoid(cc_o)
        g = torch.tanh(cc_g)
        c_next = f * c_cur + i * g
        h_next = o * torch.tanh(c_next)
        return h_next, c_next

    def init_hidden(self, batch_size, image_size):
        height, width = image_size
        return (torch.zeros(batch_size, self.hidden_dim, height, width, device=self.conv.weight.device),
                torch.zeros(batch_size, self.hidden_dim, height, width, device=self.conv.weight.device))


class Forecaster(nn.Module):
    def __init__(self, hidden_dims, kernel_size, n_out):
        super(Forecaster, self).__init__()
        self.n_out = n_out
        cells = []
        for i, dim in enumerate(hidden_dims):
            cells.append(ConvLSTMCell(1 if i == 0 else hidden_dims[i - 1], dim, kernel_size))
        self.cells = nn.ModuleList(cells)
        self.readout = nn.Conv2d(hidden_dims[-1], 1, 1)

    def step(self, frame, states):
        x = frame
        new_states = []
        for cell, state in zip(self.cells, states):
            h, c = cell(x, state)
            new_states.append((h, c))
            x = h
        return torch.sigmoid(self.readout(x)), new_states

    def forward(self, frames, target=None, sampling=0.0):
        b, t, _, h, w = frames.size()
        states = [cell.init_hidden(b, (h, w)) for cell in self.cells]
        for k in range(t):
            out, states = self.step(frames[:, k], states)
        predictions = [out]
        for k in range(self.n_out - 1):
            use_truth = target is not None and torch.rand(1).item() < sampling
            inp = target[:, k] if use_truth else out
            out, states = self.step(inp, states)
            predictions.append(out)
        return torch.stack(predictions, dim=1)


class WeightedMSE(nn.Module):
    """heavier rain counts more"""

    def __init__(self, thresholds, weights):
        super().__init__()
        assert len(weights) == len(thresholds) + 1
        self.register_buffer('thresholds', torch.tensor(thresholds))
        self.register_buffer('weights', torch.tensor(weights))

    def forward(self, pred, target):
        w = self.weights[torch.bucketize(target, self.thresholds)]
        return (w * (pred - target) ** 2).mean()


def csi(pred, target, threshold=0.5):
    p, t = pred > threshold, target > threshold
    hits = (p & t).sum(dim=(0, 2, 3, 4)).float()
    misses = (~p & t).sum(dim=(0, 2, 3, 4)).float()
    false = (p & ~t).sum(dim=(0, 2, 3, 4)).float()
    return hits / (hits + misses + false).clamp(min=1)


def main():
    opt = build_parser().parse_args([])
    torch.manual_seed(0)
    movies = simulate_radar(10, opt.grid, 10, seed=3)
    train_set = RadarDataset(movies[:8], opt.frames_in, opt.frames_out)
    test_set = RadarDataset(movies[8:], opt.frames_in, opt.frames_out)
    loader = DataLoader(train_set, batch_size=opt.batch, shuffle=True)
    model = Forecaster(opt.hidden, opt.kernel, opt.frames_out)
    loss_fn = WeightedMSE([0.3, 0.6], [1.0, 2.0, 5.0])
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
    scheduler = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=opt.iters)

    it = 0
    while it < opt.iters:
        for frames, target in loader:
            sampling = max(0.0, 1.0 - opt.sampling_decay * it)
            pred = model(frames, target, sampling)
            loss = loss_fn(pred, target)
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 5.0)
            optimizer.step()
            scheduler.step()
            it += 1
            if it >= opt.iters:
                break
    path = os.path.join(tempfile.mkdtemp(), 'nowcast.pt')
    torch.save({'state_dict': model.state_dict(), 'opt': vars(opt), 'optimizer': optimizer.state_dict()}, path)

    # evaluation with the saved model
    saved = torch.load(path)
    net = Forecaster(saved['opt']['hidden'], saved['opt']['kernel'], saved['opt']['frames_out'])
    net.load_state_dict(saved['state_dict'])
    net.eval()
    scores, persistence = [], []
    with torch.no_grad():
        for frames, target in DataLoader(test_set, batch_size=4):
            scores.append(csi(net(frames), target))
            persistence.append(csi(frames[:, -1:].expand_as(target), target))
    print('csi by lead time ', torch.stack(scores).mean(0).numpy().round(3))
    print('persistence      ', torch.stack(persistence).mean(0).numpy().round(3))


if __name__ == '__main__':
    main()
