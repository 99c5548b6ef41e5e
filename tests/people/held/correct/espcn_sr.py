# Super-resolution x3 with ESPCN (sub-pixel convolution), luminance only.
# pictures are generated; bicubic from F.interpolate plays the part of PIL
import math, os, tempfile
from math import log10
import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.utils.data import Dataset, DataLoader

upscale_factor = 3
crop_size = 30
torch.manual_seed(123)


def is_image_file(filename):
    return any(filename.endswith(extension) for extension in [".npy"])


def calculate_valid_crop_size(size, upscale):
    return size - (size % upscale)


def make_pictures(folder, n, seed):
    g = np.random.RandomState(seed)
    for k in range(n):
        h, w = g.randint(36, 60, 2)
        yy, xx = np.mgrid[0:h, 0:w]
        base = np.sin(xx / g.uniform(1.5, 5)) * np.cos(yy / g.uniform(1.5, 5))
        rgb = np.stack([base * a + b for a, b in [(60, 120), (50, 110), (40, 90)]], axis=-1)
        np.save(os.path.join(folder, "img_%02d.npy" % k), rgb.clip(0, 255).astype(np.uint8))
    with open(os.path.join(folder, "readme.txt"), "w") as f:
        f.write("made by make_pictures\n")


def rgb_to_ycbcr(rgb):
    m = np.array([[0.299, 0.587, 0.114], [-0.1687, -0.3313, 0.5], [0.5, -0.4187, -0.0813]])
    ycc = rgb.astype(np.float64) @ m.T
    ycc[..., 1:] += 128
    return ycc


def load_img(path):
    y = rgb_to_ycbcr(np.load(path))[..., 0]
    return torch.from_numpy(y / 255.0).float()[None]


class DatasetFromFolder(Dataset):
    def __init__(self, image_dir, crop, upscale):
        super().__init__()
        self.names = [os.path.join(image_dir, x) for x in sorted(os.listdir(image_dir)) if is_image_file(x)]
        self.crop = calculate_valid_crop_size(crop, upscale)
        self.upscale = upscale

    def __getitem__(self, index):
        hr = load_img(self.names[index])
        _, h, w = hr.shape
        top = torch.randint(0, h - self.crop + 1, (1,)).item()
        left = torch.randint(0, w - self.crop + 1, (1,)).item()
        hr = hr[:, top:top + self.crop, left:left + self.crop]
        lr = F.interpolate(hr.unsqueeze(0), scale_factor=1 / self.upscale, mode="bicubic", align_corners=False).squeeze(0)
        return lr.clamp(0, 1), hr

    def __len__(self):
        return len(self.names)


class Net(nn.Module):
    def __init__(self, upscale_factor):
        super().__init__()
        self.relu = nn.ReLU()
        self.conv1 = nn.Conv2d(1, 32, (5, 5), (1, 1), (2, 2))
        self.conv2 = nn.Conv2d(32, 32, (3, 3), (1, 1), (1, 1))
        self.conv3 = nn.Conv2d(32, 16, (3, 3), (1, 1), (1, 1))
        self.conv4 = nn.Conv2d(16, upscale_factor ** 2, (3, 3), (1, 1), (1, 1))
        self.pixel_shuffle = nn.PixelShuffle(upscale_factor)
        self._initialize_weights()

    def _initialize_weights(self):
        for conv in (self.conv1, self.conv2, self.conv3):
            nn.init.orthogonal_(conv.weight, nn.init.calculate_gain("relu"))
        nn.init.orthogonal_(self.conv4.weight)

    def forward(self, x):
        y = self.relu(self.conv1(x))
        y = self.relu(self.conv2(y))
        y = self.relu(self.conv3(y))
        residual = self.pixel_shuffle(self.conv4(y))
        return residual + F.interpolate(x, scale_factor=self.pixel_shuffle.upscale_factor, mode="nearest")


class GradientLoss(nn.Module):
    """L1 plus the difference of Sobel edges"""

    def __init__(self, weight=0.1):
        super().__init__()
        gx = torch.tensor([[1., 0., -1.], [2., 0., -2.], [1., 0., -1.]])
        self.register_buffer("kernel", torch.stack([gx, gx.t()]).unsqueeze(1))
        self.weight = weight

    def edges(self, img):
        return F.conv2d(img, self.kernel, padding=1)

    def forward(self, sr, hr):
        return F.l1_loss(sr, hr) + self.weight * F.l1_loss(self.edges(sr), self.edges(hr))


def ssim(a, b, window=7):
    c1, c2 = 0.01 ** 2, 0.03 ** 2
    coords = torch.arange(window, dtype=torch.float32) - window // 2
    g = torch.exp(-coords ** 2 / (2 * 1.5 ** 2))
    g = (g / g.sum())
    kernel = (g[:, None] * g[None, :])[None, None]
    mu_a, mu_b = F.conv2d(a, kernel), F.conv2d(b, kernel)
    var_a = F.conv2d(a * a, kernel) - mu_a ** 2
    var_b = F.conv2d(b * b, kernel) - mu_b ** 2
    cov = F.conv2d(a * b, kernel) - mu_a * mu_b
    s = ((2 * mu_a * mu_b + c1) * (2 * cov + c2)) / ((mu_a ** 2 + mu_b ** 2 + c1) * (var_a + var_b + c2))
    return s.mean()


root = tempfile.mkdtemp()
for part, count in (("train", 24), ("test", 6)):
    os.mkdir(os.path.join(root, part))
    make_pictures(os.path.join(root, part), count, seed=len(part))

train_loader = DataLoader(DatasetFromFolder(os.path.join(root, "train"), crop_size, upscale_factor), batch_size=8, shuffle=True)
test_loader = DataLoader(DatasetFromFolder(os.path.join(root, "test"), crop_size, upscale_factor), batch_size=4)

model = Net(upscale_factor)
criterion = GradientLoss()
mse = nn.MSELoss()
optimizer = torch.optim.Adam(model.parameters(), lr=0.002)
best_psnr = 0.0

for epoch in range(1, 4):
    model.train()
    epoch_loss = 0
    for iteration, (lr_img, hr_img) in enumerate(train_loader, 1):
        optimizer.zero_grad()
        loss = criterion(model(lr_img), hr_img)
        epoch_loss += loss.item()
        loss.backward()
        optimizer.step()
    model.eval()
    avg_psnr, avg_ssim = 0, 0
    with torch.no_grad():
        for lr_img, hr_img in test_loader:
            prediction = model(lr_img).clamp(0, 1)
            avg_psnr += 10 * log10(1 / mse(prediction, hr_img).item())
            avg_ssim += ssim(prediction, hr_img).item()
    avg_psnr /= len(test_loader)
    print("===> Epoch {}: loss {:.4f} PSNR {:.2f} dB SSIM {:.3f}".format(epoch, epoch_loss / len(train_loader), avg_psnr, avg_ssim / len(test_loader)))
    if avg_psnr > best_psnr:
        best_psnr = avg_psnr
        torch.save({"epoch": epoch, "state": model.state_dict(), "psnr": best_psnr}, os.path.join(root, "best.pth"))

# ----------------------------------------------------------- a whole picture, in colour
checkpoint = torch.load(os.path.join(root, "best.pth"))
model.load_state_dict(checkpoint["state"])
model.eval()
rgb = np.load(os.path.join(root, "test", "img_00.npy"))
ycc = torch.from_numpy(rgb_to_ycbcr(rgb) / 255).float().permute(2, 0, 1).unsqueeze(0)
with torch.no_grad():
    out_y = model(ycc[:, :1])
    out_cbcr = F.interpolate(ycc[:, 1:], size=out_y.shape[-2:], mode="bicubic", align_corners=False)
    out = torch.cat([out_y, out_cbcr], dim=1).clamp(0, 1)
big = (out[0].permute(1, 2, 0).numpy() * 255).astype(np.uint8)
print("epoch", checkpoint["epoch"], "from", rgb.shape, "to", big.shape)
