# keyword spotting: log mel spectrogram -> small CNN. Chirps instead of the speech commands data set.
import os, math, wave, struct, tempfile
import numpy as np
import torch
from torch import nn
from torch.utils.data import Dataset, DataLoader, WeightedRandomSampler

SR = 8000
N_FFT, HOP, N_MELS = 256, 128, 32
WORDS = ['up', 'down', 'steady']
MAX_SAMPLES = SR // 2
root = tempfile.mkdtemp()
rng = np.random.RandomState(0)

# ------------------------------------------------------------------ write some wav files
def write_wav(path, signal):
    with wave.open(path, 'wb') as w:
        w.setnchannels(1)
        w.setsampwidth(2)
        w.setframerate(SR)
        w.writeframes((signal * 32767).astype('<i2').tobytes())

index = []
for i in range(90):
    word = WORDS[rng.choice(3, p=[0.5, 0.3, 0.2])]
    t = np.arange(int(SR * rng.uniform(0.3, 0.6))) / SR
    f0 = rng.uniform(600, 1200)
    slope = {'up': 1500, 'down': -900, 'steady': 0}[word]
    sig = 0.5 * np.sin(2 * np.pi * (f0 * t + 0.5 * slope * t ** 2)) + 0.05 * rng.randn(len(t))
    path = os.path.join(root, '%s_%03d.wav' % (word, i))
    write_wav(path, np.clip(sig, -1, 1))
    index.append((path, word))

def read_wav(path):
    with wave.open(path, 'rb') as w:
        raw = w.readframes(w.getnframes())
    return np.frombuffer(raw, dtype='<i2').astype(np.float32) / 32768.0

# ------------------------------------------------------------------ mel filter bank
def hz_to_mel(f):
    return 2595 * np.log10(1 + f / 700)

def mel_to_hz(m):
    return 700 * (10 ** (m / 2595) - 1)

def mel_filterbank(n_mels, n_fft, sr):
    freqs = np.linspace(0, sr / 2, n_fft // 2 + 1)
    edges = mel_to_hz(np.linspace(hz_to_mel(40), hz_to_mel(sr / 2), n_mels + 2))
    fb = np.zeros((n_mels, len(freqs)), dtype=np.float32)
    for m in range(n_mels):
        left, centre, right = edges[m:m + 3]
        up = (freqs - left) / (centre - left)
        down = (right - freqs) / (right - centre)
        fb[m] = np.maximum(0, np.minimum(up, down))
    return torch.from_numpy(fb)

FB = mel_filterbank(N_MELS, N_FFT, SR)
WINDOW = torch.hann_window(N_FFT)

def log_mel(wav):
    spec = torch.stft(wav, N_FFT, hop_length=HOP, window=WINDOW, return_complex=True)
    power = spec.abs() ** 2
    return torch.log(FB @ power + 1e-6)

class Keywords(Dataset):
    def __init__(self, items, spec_augment=False):
        self.items = items
        self.spec_augment = spec_augment

    def __len__(self):
        return len(self.items)

    def __getitem__(self, i):
        path, word = self.items[i]
        wav = torch.from_numpy(read_wav(path))
        if len(wav) > MAX_SAMPLES:
            wav = wav[:MAX_SAMPLES]
        else:
            wav = nn.functional.pad(wav, (0, MAX_SAMPLES - len(wav)))
        mel = log_mel(wav)
        mel = (mel - mel.mean()) / (mel.std() + 1e-6)
        if self.spec_augment:
            f = torch.randint(0, N_MELS - 4, (1,)).item()
            mel[f:f + 4, :] = 0
            t = torch.randint(0, mel.shape[1] - 4, (1,)).item()
            mel[:, t:t + 4] = 0
        return mel.unsqueeze(0), WORDS.index(word)

train_items, test_items = index[:66], index[66:]
counts = np.bincount([WORDS.index(w) for _, w in train_items], minlength=3)
weights = [1.0 / counts[WORDS.index(w)] for _, w in train_items]
sampler = WeightedRandomSampler(weights, num_samples=len(train_items), replacement=True)
train_dl = DataLoader(Keywords(train_items, True), batch_size=16, sampler=sampler)
test_dl = DataLoader(Keywords(test_items), batch_size=16)

class KwsNet(nn.Module):
    def __init__(self, n_out):
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(1, 8, 3, padding=1), nn.BatchNorm2d(8), nn.ReLU(), nn.MaxPool2d(2),
            nn.Conv2d(8, 16, 3, padding=1), nn.BatchNorm2d(16), nn.ReLU(), nn.MaxPool2d(2),
        )
        self.gru = nn.GRU(16 * (N_MELS // 4), 24, batch_first=True)
        self.out = nn.Linear(24, n_out)

    def forward(self, x):
        x = self.features(x)                      # B, C, F, T
        b, c, f, t = x.shape
        x = x.permute(0, 3, 1, 2).reshape(b, t, c * f)
        _, h = self.gru(x)
        return self.out(h[-1])

def mixup(x, y, alpha=0.2):
    lam = np.random.beta(alpha, alpha)
    perm = torch.randperm(x.size(0))
    return lam * x + (1 - lam) * x[perm], y, y[perm], lam

torch.manual_seed(0)
model = KwsNet(len(WORDS))
ce = nn.CrossEntropyLoss(label_smoothing=0.05)
epochs = 3
opt = torch.optim.AdamW(model.parameters(), lr=3e-3)
sched = torch.optim.lr_scheduler.OneCycleLR(opt, max_lr=1e-2, steps_per_epoch=len(train_dl), epochs=epochs)

for ep in range(epochs):
    model.train()
    for x, y in train_dl:
        x, ya, yb, lam = mixup(x, y)
        out = model(x)
        loss = lam * ce(out, ya) + (1 - lam) * ce(out, yb)
        opt.zero_grad(); loss.backward(); opt.step()
        sched.step()
    model.eval()
    hits = 0
    with torch.no_grad():
        for x, y in test_dl:
            hits += (model(x).argmax(1) == y).sum().item()
    print('epoch', ep, 'lr %.5f' % sched.get_last_lr()[0], 'test acc %.3f' % (hits / len(test_items)))
