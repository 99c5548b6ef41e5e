"""BiLSTM + CNN-char named entity tagger with a CRF layer.
Course project, group 14. Data: sentences generated from templates in CoNLL style (token, tag).
"""
import itertools
import random

import torch
import torch.nn as nn
from torch.nn.utils.rnn import pad_sequence, pack_padded_sequence, pad_packed_sequence
from torch.utils.data import Dataset, DataLoader

random.seed(14)
torch.manual_seed(14)

FIRST = ["Anna", "John", "Maria", "Ivan", "Wei"]
LAST = ["Smith", "Keller", "Petrov", "Zhang"]
CITY = [["Berlin"], ["New", "York"], ["Oslo"], ["San", "Diego"]]
ORG = [["Acme", "Corp"], ["Initech"], ["United", "Nations"]]
TEMPLATES = ["PER works for ORG in LOC .", "In LOC , PER met PER .", "ORG opened an office in LOC last year .", "PER left ."]
TAGS = ["O", "B-PER", "I-PER", "B-ORG", "I-ORG", "B-LOC", "I-LOC"]
tag2idx = {t: i for i, t in enumerate(TAGS)}
PAD_TAG = -100


def generate():
    words, tags = [], []
    for t in random.choice(TEMPLATES).split():
        if t == "PER":
            chunk = [random.choice(FIRST)] + ([random.choice(LAST)] if random.random() < .6 else [])
        elif t == "LOC":
            chunk = random.choice(CITY)
        elif t == "ORG":
            chunk = random.choice(ORG)
        else:
            words.append(t)
            tags.append("O")
            continue
        words += chunk
        tags += ["B-" + t] + ["I-" + t] * (len(chunk) - 1)
    return words, tags


corpus = [generate() for _ in range(140)]
word2idx = {"<pad>": 0, "<unk>": 1}
char2idx = {"<pad>": 0, "<unk>": 1}
for words, _ in corpus[:110]:
    for w in words:
        word2idx.setdefault(w.lower(), len(word2idx))
        for c in w:
            char2idx.setdefault(c, len(char2idx))
MAX_WORD = 12


class NERDataset(Dataset):
    def __init__(self, sentences):
        self.sentences = sentences

    def __len__(self):
        return len(self.sentences)

    def __getitem__(self, idx):
        words, tags = self.sentences[idx]
        word_ids = [word2idx.get(w.lower(), 1) for w in words]
        char_ids = [[char2idx.get(c, 1) for c in w[:MAX_WORD]] for w in words]
        char_ids = [c + [0] * (MAX_WORD - len(c)) for c in char_ids]
        return torch.tensor(word_ids), torch.tensor(char_ids), torch.tensor([tag2idx[t] for t in tags])


def collate(batch):
    batch.sort(key=lambda x: len(x[0]), reverse=True)
    words, chars, tags = zip(*batch)
    lengths = torch.tensor([len(w) for w in words])
    words = pad_sequence(words, batch_first=True, padding_value=0)
    chars = pad_sequence(chars, batch_first=True, padding_value=0)
    tags = pad_sequence(tags, batch_first=True, padding_value=PAD_TAG)
    return words, chars, tags, lengths


class CRF(nn.Module):
    def __init__(self, n_tags):
        super().__init__()
        self.n_tags = n_tags
        self.start = nn.Parameter(torch.empty(n_tags).uniform_(-0.1, 0.1))
        self.end = nn.Parameter(torch.empty(n_tags).uniform_(-0.1, 0.1))
        self.trans = nn.Parameter(torch.empty(n_tags, n_tags).uniform_(-0.1, 0.1))

    def score(self, emissions, tags, mask):
        B, T, _ = emissions.shape
        rows = torch.arange(B)
        total = self.start[tags[:, 0]] + emissions[rows, 0, tags[:, 0]]
        for t in range(1, T):
            step = self.trans[tags[:, t - 1], tags[:, t]] + emissions[rows, t, tags[:, t]]
            total = total + step * mask[:, t]
        last = mask.long().sum(1) - 1
        return total + self.end[tags[rows, last]]

    def partition(self, emissions, mask):
        alpha = self.start + emissions[:, 0]
        for t in range(1, emissions.size(1)):
            nxt = torch.logsumexp(alpha.unsqueeze(2) + self.trans.unsqueeze(0) + emissions[:, t].unsqueeze(1), dim=1)
            alpha = torch.where(mask[:, t].unsqueeze(1), nxt, alpha)
        return torch.logsumexp(alpha + self.end, dim=1)

    def forward(self, emissions, tags, mask):
        tags = tags.masked_fill(~mask, 0)
        return (self.partition(emissions, mask) - self.score(emissions, tags, mask)).mean()

    def decode(self, emissions, mask):
        paths = []
        for e, m in zip(emissions, mask):
            e = e[m]
            score, back = self.start + e[0], []
            for t in range(1, len(e)):
                best, idx = (score.unsqueeze(1) + self.trans).max(0)
                score = best + e[t]
                back.append(idx)
            tag = int((score + self.end).argmax())
            path = [tag]
            for idx in reversed(back):
                tag = int(idx[tag])
                path.append(tag)
            paths.append(path[::-1])
        return paths


class BiLSTM_CRF(nn.Module):
    def __init__(self, n_words, n_chars, n_tags, word_dim=32, char_dim=12, char_filters=16, hidden=24):
        super().__init__()
        self.word_emb = nn.Embedding(n_words, word_dim, padding_idx=0)
        self.char_emb = nn.Embedding(n_chars, char_dim, padding_idx=0)
        self.char_cnn = nn.Conv1d(char_dim, char_filters, kernel_size=3, padding=1)
        self.lstm = nn.LSTM(word_dim + char_filters, hidden, batch_first=True, bidirectional=True)
        self.hidden2tag = nn.Linear(2 * hidden, n_tags)
        self.crf = CRF(n_tags)
        self.drop = nn.Dropout(0.2)

    def emissions(self, words, chars, lengths):
        B, T, L = chars.shape
        c = self.char_emb(chars.view(B * T, L)).transpose(1, 2)
        c = torch.relu(self.char_cnn(c)).max(dim=2)[0].view(B, T, -1)
        x = self.drop(torch.cat([self.word_emb(words), c], dim=2))
        packed = pack_padded_sequence(x, lengths, batch_first=True)
        out, _ = pad_packed_sequence(self.lstm(packed)[0], batch_first=True)
        return self.hidden2tag(out)

    def forward(self, words, chars, tags, lengths):
        return self.crf(self.emissions(words, chars, lengths), tags, tags != PAD_TAG)


def spans(tags):
    out, start = set(), None
    for i, t in enumerate(tags + ["O"]):
        if start is not None and not t.startswith("I-"):
            out.add((start, i, tags[start][2:]))
            start = None
        if t.startswith("B-"):
            start = i
    return out


train_loader = DataLoader(NERDataset(corpus[:110]), batch_size=16, shuffle=True, collate_fn=collate)
dev_loader = DataLoader(NERDataset(corpus[110:]), batch_size=16, collate_fn=collate)
model = BiLSTM_CRF(len(word2idx), len(char2idx), len(TAGS))
no_decay = ['bias', 'crf']
grouped = [
    {'params': [p for n, p in model.named_parameters() if not any(nd in n for nd in no_decay)], 'weight_decay': 1e-4},
    {'params': [p for n, p in model.named_parameters() if any(nd in n for nd in no_decay)], 'weight_decay': 0.0}]
optimizer = torch.optim.AdamW(grouped, lr=1e-2)

for epoch in range(2):
    model.train()
    for words, chars, tags, lengths in train_loader:
        model.zero_grad()
        loss = model(words, chars, tags, lengths)
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 5.0)
        optimizer.step()
    model.eval()
    tp = fp = fn = 0
    with torch.no_grad():
        for words, chars, tags, lengths in dev_loader:
            mask = tags != PAD_TAG
            predicted = model.crf.decode(model.emissions(words, chars, lengths), mask)
            gold = [t[m].tolist() for t, m in zip(tags, mask)]
            for p, g in zip(predicted, gold):
                p, g = spans([TAGS[i] for i in p]), spans([TAGS[i] for i in g])
                tp, fp, fn = tp + len(p & g), fp + len(p - g), fn + len(g - p)
    f1 = 2 * tp / max(1, 2 * tp + fp + fn)
    print(f"epoch {epoch} loss {loss.item():.3f} f1 {f1:.3f}")
