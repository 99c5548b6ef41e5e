# -*- coding: utf-8 -*-
"""Transfer learning for flowers. Stage 1: pretrain a small ResNet on 10 coarse classes, stage 2: fine tune on 5 flowers."""
import copy
import time

import numpy as np
import torch
import torch.nn as nn
import torch.optim as optim
from torch.optim import lr_scheduler
from torch.utils.data import Dataset, DataLoader, WeightedRandomSampler


def conv3x3(in_planes, out_planes, stride=1):
    return nn.Conv2d(in_planes, out_planes, kernel_size=3, stride=stride, padding=1, bias=False)


class BasicBlock(nn.Module):
    expansion = 1

    def __init__(self, inplanes, planes, stride=1, downsample=None):
        super(BasicBlock, self).__init__()
        self.conv1 = conv3x3(inplanes, planes, stride)
        self.bn1 = nn.BatchNorm2d(planes)
        self.relu = nn.ReLU(inplace=True)
        self.conv2 = conv3x3(planes, planes)
        self.bn2 = nn.BatchNorm2d(planes)
        self.downsample = downsample
        self.stride = stride

    def forward(self, x):
        identity = x
        out = self.relu(self.bn1(self.conv1(x)))
        out = self.bn2(self.conv2(out))
        if self.downsample is not None:
            identity = self.downsample(x)
        out += identity
        return self.relu(out)


class ResNet(nn.Module):
    def __init__(self, block, layers, num_classes=1000, width=16):
        super(ResNet, self).__init__()
        self.inplanes = width
        self.conv1 = nn.Conv2d(3, width, kernel_size=3, stride=1, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.relu = nn.ReLU(inplace=True)
        self.maxpool = nn.MaxPool2d(kernel_size=3, stride=2, padding=1)
        self.layer1 = self._make_layer(block, width, layers[0])
        self.layer2 = self._make_layer(block, width * 2, layers[1], stride=2)
        self.layer3 = self._make_layer(block, width * 4, layers[2], stride=2)
        self.avgpool = nn.AdaptiveAvgPool2d((1, 1))
        self.fc = nn.Linear(width * 4 * block.expansion, num_classes)
        for m in self.modules():
            if isinstance(m, nn.Conv2d):
                nn.init.kaiming_normal_(m.weight, mode='fan_out', nonlinearity='relu')

    def _make_layer(self, block, planes, blocks, stride=1):
        downsample = None
        if stride != 1 or self.inplanes != planes * block.expansion:
            downsample = nn.Sequential(
                nn.Conv2d(self.inplanes, planes * block.expansion, 1, stride, bias=False),
                nn.BatchNorm2d(planes * block.expansion))
        layers = [block(self.inplanes, planes, stride, downsample)]
        self.inplanes = planes * block.expansion
        for _ in range(1, blocks):
            layers.append(block(self.inplanes, planes))
        return nn.Sequential(*layers)

    def forward(self, x):
        x = self.maxpool(self.relu(self.bn1(self.conv1(x))))
        x = self.layer3(self.layer2(self.layer1(x)))
        x = self.avgpool(x)
        x = torch.flatten(x, 1)
        return self.fc(x)


class Compose:
    def __init__(self, ts):
        self.ts = ts

    def __call__(self, img):
        for t in self.ts:
            img = t(img)
        return img


class RandomHorizontalFlip:
    def __call__(self, img):
        return np.ascontiguousarray(img[:, ::-1]) if np.random.rand() < 0.5 else img


class ToTensor:
    def __call__(self, img):
        return torch.from_numpy(img).permute(2, 0, 1).float() / 255


class Normalize:
    def __init__(self, mean, std):
        self.mean = torch.tensor(mean).view(3, 1, 1)
        self.std = torch.tensor(std).view(3, 1, 1)

    def __call__(self, t):
        return (t - self.mean) / self.std


class ColorPatches(Dataset):
    """32x32x3 uint8 pictures; what cv2.imread + resize would return"""

    def __init__(self, n, classes, transform, seed):
        rng = np.random.RandomState(seed)
        self.classes = classes
        self.targets = rng.choice(len(classes), n, p=np.arange(1, len(classes) + 1) / sum(range(1, len(classes) + 1)))
        self.images = rng.randint(0, 80, (n, 32, 32, 3)).astype(np.uint8)
        for img, t in zip(self.images, self.targets):
            img[4 + 4 * (t % 5):12 + 4 * (t % 5), 8:24, t % 3] = 220
        self.transform = transform

    def __len__(self):
        return len(self.images)

    def __getitem__(self, idx):
        return self.transform(self.images[idx]), self.targets[idx]


np.random.seed(1)
torch.manual_seed(1)
device = torch.device("cuda:0" if torch.cuda.is_available() else "cpu")
norm = Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225])
data_transforms = {
    'train': Compose([RandomHorizontalFlip(), ToTensor(), norm]),
    'val': Compose([ToTensor(), norm]),
}

# stage 1 -------------------------------------------------------------------
coarse = ColorPatches(64, ['c%d' % i for i in range(10)], data_transforms['train'], seed=3)
backbone = ResNet(BasicBlock, [1, 1, 1], num_classes=10)
opt = optim.SGD(backbone.parameters(), lr=0.05, momentum=0.9, nesterov=True)
backbone.train()
for inputs, targets in DataLoader(coarse, batch_size=16, shuffle=True):
    opt.zero_grad()
    nn.functional.cross_entropy(backbone(inputs), targets).backward()
    opt.step()
torch.save(backbone.state_dict(), 'resnet_coarse.pth')

# stage 2 -------------------------------------------------------------------
class_names = ['daisy', 'dandelion', 'rose', 'sunflower', 'tulip']
image_datasets = {'train': ColorPatches(60, class_names, data_transforms['train'], 5),
                  'val': ColorPatches(24, class_names, data_transforms['val'], 6)}
counts = np.bincount(image_datasets['train'].targets, minlength=len(class_names))
sample_weights = 1.0 / np.maximum(counts, 1)[image_datasets['train'].targets]
sampler = WeightedRandomSampler(torch.as_tensor(sample_weights), num_samples=len(sample_weights))
dataloaders = {'train': DataLoader(image_datasets['train'], batch_size=12, sampler=sampler),
               'val': DataLoader(image_datasets['val'], batch_size=12)}
dataset_sizes = {x: len(image_datasets[x]) for x in ['train', 'val']}

model_ft = ResNet(BasicBlock, [1, 1, 1], num_classes=10)
model_ft.load_state_dict(torch.load('resnet_coarse.pth'))
for param in model_ft.parameters():
    param.requires_grad = False
num_ftrs = model_ft.fc.in_features
model_ft.fc = nn.Linear(num_ftrs, len(class_names))
model_ft = model_ft.to(device)

class_weights = torch.tensor(counts.sum() / (len(counts) * np.maximum(counts, 1)), dtype=torch.float)
criterion = nn.CrossEntropyLoss(weight=class_weights, label_smoothing=0.1)
optimizer_ft = optim.SGD(model_ft.fc.parameters(), lr=0.01, momentum=0.9)
exp_lr_scheduler = lr_scheduler.StepLR(optimizer_ft, step_size=7, gamma=0.1)


def train_model(model, criterion, optimizer, scheduler, num_epochs=2):
    since = time.time()
    best_model_wts = copy.deepcopy(model.state_dict())
    best_acc = 0.0
    confusion = torch.zeros(len(class_names), len(class_names), dtype=torch.long)
    for epoch in range(num_epochs):
        for phase in ['train', 'val']:
            model.train() if phase == 'train' else model.eval()
            running_loss, running_corrects = 0.0, 0
            for inputs, labels in dataloaders[phase]:
                inputs, labels = inputs.to(device), labels.to(device)
                optimizer.zero_grad()
                with torch.set_grad_enabled(phase == 'train'):
                    outputs = model(inputs)
                    _, preds = torch.max(outputs, 1)
                    loss = criterion(outputs, labels)
                    if phase == 'train':
                        loss.backward()
                        optimizer.step()
                running_loss += loss.item() * inputs.size(0)
                running_corrects += torch.sum(preds == labels.data)
                if phase == 'val':
                    for t, p in zip(labels.view(-1), preds.view(-1)):
                        confusion[t.long(), p.long()] += 1
            if phase == 'train':
                scheduler.step()
            epoch_loss = running_loss / dataset_sizes[phase]
            epoch_acc = running_corrects.double() / dataset_sizes[phase]
            print('{} Loss: {:.4f} Acc: {:.4f}'.format(phase, epoch_loss, epoch_acc))
            if phase == 'val' and epoch_acc > best_acc:
                best_acc = epoch_acc
                best_model_wts = copy.deepcopy(model.state_dict())
    print('Best val Acc: {:4f} in {:.0f}s'.format(float(best_acc), time.time() - since))
    print(confusion.diag() / confusion.sum(1).clamp(min=1))
    model.load_state_dict(best_model_wts)
    return model


model_ft = train_model(model_ft, criterion, optimizer_ft, exp_lr_scheduler)
