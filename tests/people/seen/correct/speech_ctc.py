"""Toy speech recognition: log-mel-like features -> letters with CTC.
Structure borrowed from the deepspeech blog posts, data is synthetic (each letter is a little chord)."""
import math
import random

import torch
import torch.nn as nn
import torch.nn.functional as F
import torch.utils.data as data

torch.manual_seed(7)
random.seed(7)

N_FEATS = 40


class TextTransform:
    """Maps characters to integers and vice versa"""

    def __init__(self):
        chars = "' abcdefghij"
        self.char_map = {c: i for i, c in enumerate(chars)}
        self.index_map = {i: c for c, i in self.char_map.items()}
        self.blank = len(chars)

    def text_to_int(self, text):
        return [self.char_map[c] for c in text]

    def int_to_text(self, labels):
        return ''.join(self.index_map[i] for i in labels)


text_transform = TextTransform()


def fake_utterance():
    text = ''.join(random.choice("abcdefghij ") for _ in range(random.randint(3, 7)))
    frames = []
    for c in text:
        k = text_transform.char_map[c]
        length = random.randint(6, 10)
        bank = torch.exp(-(torch.arange(N_FEATS).float() - 3 * k).pow(2) / 8)
        frames.append(bank.repeat(length, 1) + 0.05 * torch.randn(length, N_FEATS))
    spec = torch.cat(frames)            # (time, feature)
    return spec, text


class Utterances(data.Dataset):
    def __init__(self, n):
        self.items = [fake_utterance() for _ in range(n)]

    def __len__(self):
        return len(self.items)

    def __getitem__(self, i):
        return self.items[i]


def data_processing(batch):
    spectrograms, labels, input_lengths, label_lengths = [], [], [], []
    for spec, utterance in batch:
        spectrograms.append(spec)
        label = torch.Tensor(text_transform.text_to_int(utterance))
        labels.append(label)
        input_lengths.append(spec.shape[0] // 2)
        label_lengths.append(len(label))
    spectrograms = nn.utils.rnn.pad_sequence(spectrograms, batch_first=True).unsqueeze(1).transpose(2, 3)
    labels = nn.utils.rnn.pad_sequence(labels, batch_first=True)
    return spectrograms, labels, input_lengths, label_lengths


def GreedyDecoder(output, labels, label_lengths, blank_label=text_transform.blank, collapse_repeated=True):
    arg_maxes = torch.argmax(output, dim=2)
    decodes, targets = [], []
    for i, args in enumerate(arg_maxes):
        decode = []
        targets.append(text_transform.int_to_text(labels[i][:label_lengths[i]].tolist()))
        for j, index in enumerate(args):
            if index != blank_label:
                if collapse_repeated and j != 0 and index == args[j - 1]:
                    continue
                decode.append(index.item())
        decodes.append(text_transform.int_to_text(decode))
    return decodes, targets


def cer(a, b):
    row = list(range(len(b) + 1))
    for i, ca in enumerate(a, 1):
        prev, row[0] = row[0], i
        for j, cb in enumerate(b, 1):
            prev, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, prev + (ca != cb))
    return row[-1] / max(1, len(a))


class CNNLayerNorm(nn.Module):
    def __init__(self, n_feats):
        super().__init__()
        self.layer_norm = nn.LayerNorm(n_feats)

    def forward(self, x):
        # x (batch, channel, feature, time)
        x = x.transpose(2, 3).contiguous()
        x = self.layer_norm(x)
        return x.transpose(2, 3).contiguous()


class ResidualCNN(nn.Module):
    def __init__(self, channels, kernel, dropout, n_feats):
        super().__init__()
        self.cnn1 = nn.Conv2d(channels, channels, kernel, padding=kernel // 2)
        self.cnn2 = nn.Conv2d(channels, channels, kernel, padding=kernel // 2)
        self.dropout = nn.Dropout(dropout)
        self.norm1 = CNNLayerNorm(n_feats)
        self.norm2 = CNNLayerNorm(n_feats)

    def forward(self, x):
        residual = x
        x = self.dropout(F.gelu(self.norm1(x)))
        x = self.cnn1(x)
        x = self.dropout(F.gelu(self.norm2(x)))
        x = self.cnn2(x)
        return x + residual


class SpeechRecognitionModel(nn.Module):
    def __init__(self, n_cnn_layers, rnn_dim, n_class, n_feats, channels=8, dropout=0.1):
        super().__init__()
        n_feats = n_feats // 2
        self.cnn = nn.Conv2d(1, channels, 3, stride=2, padding=1)
        self.rescnn = nn.Sequential(*[ResidualCNN(channels, 3, dropout, n_feats) for _ in range(n_cnn_layers)])
        self.fully_connected = nn.Linear(n_feats * channels, rnn_dim)
        self.birnn = nn.GRU(rnn_dim, rnn_dim, batch_first=True, bidirectional=True)
        self.classifier = nn.Sequential(
            nn.Linear(rnn_dim * 2, rnn_dim), nn.GELU(), nn.Dropout(dropout), nn.Linear(rnn_dim, n_class))

    def forward(self, x):
        x = self.cnn(x)
        x = self.rescnn(x)
        sizes = x.size()
        x = x.view(sizes[0], sizes[1] * sizes[2], sizes[3])  # (batch, feature, time)
        x = x.transpose(1, 2)
        x = self.fully_connected(x)
        x, _ = self.birnn(x)
        return self.classifier(x)


hparams = {"n_cnn_layers": 2, "rnn_dim": 32, "n_class": len(text_transform.char_map) + 1, "n_feats": N_FEATS,
           "learning_rate": 3e-3, "batch_size": 8, "epochs": 2}

train_loader = data.DataLoader(Utterances(40), batch_size=hparams['batch_size'], shuffle=True, collate_fn=data_processing)
test_loader = data.DataLoader(Utterances(16), batch_size=hparams['batch_size'], collate_fn=data_processing)
model = SpeechRecognitionModel(hparams['n_cnn_layers'], hparams['rnn_dim'], hparams['n_class'], hparams['n_feats'])
optimizer = torch.optim.AdamW(model.parameters(), hparams['learning_rate'])
scheduler = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=hparams['learning_rate'],
                                                steps_per_epoch=len(train_loader), epochs=hparams['epochs'],
                                                anneal_strategy='linear')
criterion = nn.CTCLoss(blank=text_transform.blank, zero_infinity=True)


def train(epoch):
    model.train()
    for batch_idx, (spectrograms, labels, input_lengths, label_lengths) in enumerate(train_loader):
        optimizer.zero_grad()
        output = model(spectrograms)                # (batch, time, n_class)
        output = F.log_softmax(output, dim=2)
        output = output.transpose(0, 1)             # (time, batch, n_class)
        loss = criterion(output, labels, input_lengths, label_lengths)
        loss.backward()
        optimizer.step()
        scheduler.step()
    print('Train Epoch: {} Loss: {:.4f}'.format(epoch, loss.item()))


def test():
    model.eval()
    test_loss, test_cer = 0, []
    with torch.no_grad():
        for spectrograms, labels, input_lengths, label_lengths in test_loader:
            output = F.log_softmax(model(spectrograms), dim=2).transpose(0, 1)
            test_loss += criterion(output, labels, input_lengths, label_lengths).item() / len(test_loader)
            decoded_preds, decoded_targets = GreedyDecoder(output.transpose(0, 1), labels, label_lengths)
            for target, pred in zip(decoded_targets, decoded_preds):
                test_cer.append(cer(target, pred))
    print('Test set: Average loss: {:.4f}, Average CER: {:.4f}'.format(test_loss, sum(test_cer) / len(test_cer)))


for epoch in range(1, hparams['epochs'] + 1):
    train(epoch)
    test()
