import torch
import torch.nn as nn
import random
from collections import Counter
from torch.nn.utils.rnn import pad_sequence, pack_padded_sequence, pad_packed_sequence
from torch.utils.data import Dataset, DataLoader

random.seed(7); torch.manual_seed(7)

GOOD = "great lovely superb wonderful enjoyed brilliant touching fun".split()
BAD = "boring awful dull terrible waste poor annoying bad".split()
FILL = "the movie was plot actors a and film of with scene story to in really very".split()


def fake_review():
    label = random.random() < 0.5
    n = random.randint(3, 14)
    words = [random.choice(GOOD if label else BAD) if random.random() < 0.35 else random.choice(FILL) for _ in range(n)]
    return " ".join(words), int(label)


reviews = [fake_review() for _ in range(300)]
train_data, test_data = reviews[:240], reviews[240:]

# vocabulary ---------------------------------------------------------------
counter = Counter(w for text, _ in train_data for w in text.split())
itos = ["<pad>", "<unk>"] + [w for w, c in counter.most_common() if c >= 2]
stoi = {w: i for i, w in enumerate(itos)}


def encode(text):
    return [stoi.get(w, stoi["<unk>"]) for w in text.split()]


class ReviewDataset(Dataset):
    def __init__(self, data):
        self.data = data

    def __len__(self):
        return len(self.data)

    def __getitem__(self, i):
        text, label = self.data[i]
        return torch.tensor(encode(text)), torch.tensor(label, dtype=torch.float)


def collate_batch(batch):
    texts, labels = zip(*batch)
    lengths = torch.tensor([len(t) for t in texts])
    padded = pad_sequence(texts, batch_first=True, padding_value=stoi["<pad>"])
    return padded, lengths, torch.stack(labels)


train_loader = DataLoader(ReviewDataset(train_data), batch_size=32, shuffle=True, collate_fn=collate_batch)
test_loader = DataLoader(ReviewDataset(test_data), batch_size=32, collate_fn=collate_batch)


class SentimentLSTM(nn.Module):
    def __init__(self, vocab_size, emb_dim=24, hidden=32, layers=2, bidirectional=True):
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, emb_dim, padding_idx=0)
        self.rnn = nn.LSTM(emb_dim, hidden, num_layers=layers, bidirectional=bidirectional, dropout=0.2, batch_first=True)
        self.attn = nn.Linear(hidden * 2, 1)
        self.fc = nn.Linear(hidden * 2 * 2, 1)
        self.dropout = nn.Dropout(0.3)

    def forward(self, text, lengths):
        embedded = self.dropout(self.embedding(text))
        packed = pack_padded_sequence(embedded, lengths, batch_first=True, enforce_sorted=False)
        packed_out, (hidden, cell) = self.rnn(packed)
        output, _ = pad_packed_sequence(packed_out, batch_first=True)
        # attention over the words, padding excluded
        mask = torch.arange(output.size(1))[None, :] < lengths[:, None]
        scores = self.attn(output).squeeze(-1).masked_fill(~mask, float("-inf"))
        weights = torch.softmax(scores, dim=1)
        context = torch.bmm(weights.unsqueeze(1), output).squeeze(1)
        last = torch.cat((hidden[-2], hidden[-1]), dim=1)
        return self.fc(torch.cat((context, last), dim=1)).squeeze(1)


model = SentimentLSTM(len(itos))
criterion = nn.BCEWithLogitsLoss()
optimizer = torch.optim.Adam(model.parameters(), lr=4e-3)


def binary_accuracy(logits, y):
    rounded = (torch.sigmoid(logits) > 0.5).float()
    return (rounded == y).float().sum().item()


def run_epoch(loader, train):
    model.train(train)
    total_loss, total_acc, n = 0, 0, 0
    for text, lengths, labels in loader:
        with torch.set_grad_enabled(train):
            logits = model(text, lengths)
            loss = criterion(logits, labels)
        if train:
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
        total_loss += loss.item() * labels.size(0)
        total_acc += binary_accuracy(logits, labels)
        n += labels.size(0)
    return total_loss / n, total_acc / n


for epoch in range(3):
    tr = run_epoch(train_loader, True)
    te = run_epoch(test_loader, False)
    print(f"Epoch {epoch + 1}: train {tr[0]:.3f}/{tr[1]:.2f} test {te[0]:.3f}/{te[1]:.2f}")


def predict_sentiment(sentence):
    model.eval()
    ids = torch.LongTensor(encode(sentence)).unsqueeze(0)
    length = torch.LongTensor([ids.size(1)])
    with torch.no_grad():
        return torch.sigmoid(model(ids, length)).item()


for s in ["the movie was great fun", "a terrible waste of film and zzz"]:
    print(s, "->", round(predict_sentiment(s), 3))
