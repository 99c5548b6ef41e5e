# Sentiment of short reviews with a bidirectional LSTM
import random
from collections import Counter

import torch
from torch import nn
from torch.nn.utils.rnn import pad_sequence, pack_padded_sequence, pad_packed_sequence
from torch.utils.data import Dataset, DataLoader

SEED = 1234
random.seed(SEED)
torch.manual_seed(SEED)
device = 'cuda' if torch.cuda.is_available() else 'cpu'

# ---------------------------------------------------------------- data
GOOD = "great wonderful superb moving funny brilliant lovely".split()
BAD = "dull awful boring weak terrible poor slow".split()
FILL = "the film was a bit and actors plot it really with of scene".split()


def make_review():
    label = random.randint(0, 1)
    words = [random.choice(FILL) for _ in range(random.randint(4, 18))]
    for _ in range(random.randint(1, 3)):
        words.insert(random.randrange(len(words)), random.choice(GOOD if label else BAD))
    return ' '.join(words), label


reviews = [make_review() for _ in range(240)]

PAD, UNK = 0, 1
counter = Counter(w for text, _ in reviews for w in text.split())
itos = ['<pad>', '<unk>'] + [w for w, c in counter.most_common() if c >= 2]
stoi = {w: i for i, w in enumerate(itos)}


def numericalize(text):
    return [stoi.get(w, UNK) for w in text.split()]


class ReviewDataset(Dataset):
    def __init__(self, data):
        self.data = data

    def __len__(self):
        return len(self.data)

    def __getitem__(self, idx):
        text, label = self.data[idx]
        return torch.tensor(numericalize(text)), torch.tensor(label, dtype=torch.float)


def collate_batch(batch):
    texts, labels = zip(*batch)
    lengths = torch.tensor([len(t) for t in texts])
    padded = pad_sequence(texts, batch_first=True, padding_value=PAD)
    return padded, lengths, torch.stack(labels)


train_loader = DataLoader(ReviewDataset(reviews[:192]), batch_size=32, shuffle=True, collate_fn=collate_batch)
valid_loader = DataLoader(ReviewDataset(reviews[192:]), batch_size=32, collate_fn=collate_batch)


# ---------------------------------------------------------------- model
class SentimentLSTM(nn.Module):
    def __init__(self, vocab_size, embedding_dim, hidden_dim, output_dim, n_layers, dropout, pad_idx):
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, embedding_dim, padding_idx=pad_idx)
        self.rnn = nn.LSTM(embedding_dim, hidden_dim, num_layers=n_layers, bidirectional=True,
                           dropout=dropout, batch_first=True)
        self.fc = nn.Linear(hidden_dim * 2, output_dim)
        self.dropout = nn.Dropout(dropout)

    def forward(self, text, text_lengths):
        # text = [batch size, sent len]
        embedded = self.dropout(self.embedding(text))
        packed = pack_padded_sequence(embedded, text_lengths, batch_first=True, enforce_sorted=False)
        packed_output, (hidden, cell) = self.rnn(packed)
        output, output_lengths = pad_packed_sequence(packed_output, batch_first=True)
        # hidden = [num layers * num directions, batch size, hid dim]
        hidden = self.dropout(torch.cat((hidden[-2, :, :], hidden[-1, :, :]), dim=1))
        return self.fc(hidden)


model = SentimentLSTM(len(itos), 50, 64, 1, n_layers=2, dropout=0.3, pad_idx=PAD).to(device)
print(f'The model has {sum(p.numel() for p in model.parameters() if p.requires_grad):,} trainable parameters')

pretrained = torch.randn(len(itos), 50)
model.embedding.weight.data.copy_(pretrained)
model.embedding.weight.data[PAD] = torch.zeros(50)

optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
criterion = nn.BCEWithLogitsLoss().to(device)


def binary_accuracy(preds, y):
    rounded_preds = torch.round(torch.sigmoid(preds))
    correct = (rounded_preds == y).float()
    return correct.sum() / len(correct)


def train(model, iterator, optimizer, criterion):
    epoch_loss, epoch_acc = 0, 0
    model.train()
    for text, lengths, label in iterator:
        optimizer.zero_grad()
        predictions = model(text.to(device), lengths).squeeze(1)
        loss = criterion(predictions, label.to(device))
        acc = binary_accuracy(predictions, label.to(device))
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        epoch_loss += loss.item()
        epoch_acc += acc.item()
    return epoch_loss / len(iterator), epoch_acc / len(iterator)


def evaluate(model, iterator, criterion):
    epoch_loss, epoch_acc = 0, 0
    model.eval()
    with torch.no_grad():
        for text, lengths, label in iterator:
            predictions = model(text.to(device), lengths).squeeze(1)
            epoch_loss += criterion(predictions, label.to(device)).item()
            epoch_acc += binary_accuracy(predictions, label.to(device)).item()
    return epoch_loss / len(iterator), epoch_acc / len(iterator)


best_valid_loss = float('inf')
for epoch in range(2):
    train_loss, train_acc = train(model, train_loader, optimizer, criterion)
    valid_loss, valid_acc = evaluate(model, valid_loader, criterion)
    if valid_loss < best_valid_loss:
        best_valid_loss = valid_loss
        torch.save(model.state_dict(), 'tut2-model.pt')
    print(f'Epoch: {epoch + 1:02}  Train Loss: {train_loss:.3f} | Train Acc: {train_acc * 100:.2f}%')
    print(f'\t Val. Loss: {valid_loss:.3f} |  Val. Acc: {valid_acc * 100:.2f}%')


def predict_sentiment(model, sentence):
    model.eval()
    indexed = numericalize(sentence)
    length = torch.LongTensor([len(indexed)])
    tensor = torch.LongTensor(indexed).to(device).unsqueeze(0)
    prediction = torch.sigmoid(model(tensor, length))
    return prediction.item()


print(predict_sentiment(model, "the film was wonderful"))
