"""Pretrain a very small BERT with masked words, then fine-tune it to classify. From our group's "understand BERT" repo."""
import argparse
import random

import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.utils.data import DataLoader, Dataset

PAD, CLS, SEP, MASK, UNK = range(5)
SPECIALS = ["[PAD]", "[CLS]", "[SEP]", "[MASK]", "[UNK]"]
SUBJ = "the cat|my dog|a bird|the old man|our teacher".split("|")
VERB = "sees|likes|hates|follows|paints".split("|")
OBJ = "the house|a tree|the river|some cheese|the moon".split("|")


def sentence(rng):
    return f"{rng.choice(SUBJ)} {rng.choice(VERB)} {rng.choice(OBJ)}"


class Tokenizer:
    def __init__(self, texts):
        words = sorted({w for t in texts for w in t.split()})
        self.itos = SPECIALS + words
        self.stoi = {w: i for i, w in enumerate(self.itos)}

    def encode(self, a, b=None, max_len=24):
        ids = [CLS] + [self.stoi.get(w, UNK) for w in a.split()] + [SEP]
        types = [0] * len(ids)
        if b is not None:
            more = [self.stoi.get(w, UNK) for w in b.split()] + [SEP]
            ids, types = ids + more, types + [1] * len(more)
        ids, types = ids[:max_len], types[:max_len]
        n = len(ids)
        return (torch.tensor(ids + [PAD] * (max_len - n)), torch.tensor(types + [0] * (max_len - n)),
                torch.tensor([1] * n + [0] * (max_len - n)))


class PairDataset(Dataset):
    """sentence pairs; label says whether both have the same subject"""

    def __init__(self, tokenizer, n, seed):
        rng = random.Random(seed)
        self.items = []
        for _ in range(n):
            a, b = sentence(rng), sentence(rng)
            self.items.append((*tokenizer.encode(a, b), int(a.split()[1] == b.split()[1])))

    def __len__(self):
        return len(self.items)

    def __getitem__(self, i):
        ids, types, attention, label = self.items[i]
        return {"input_ids": ids, "token_type_ids": types, "attention_mask": attention, "labels": label}


def mask_tokens(input_ids, vocab_size, p=0.15):
    labels = input_ids.clone()
    prob = torch.full(labels.shape, p)
    prob.masked_fill_(input_ids < len(SPECIALS), 0.0)
    masked = torch.bernoulli(prob).bool()
    labels[~masked] = -100
    replace = torch.bernoulli(torch.full(labels.shape, 0.8)).bool() & masked
    inputs = input_ids.clone()
    inputs[replace] = MASK
    rand = torch.bernoulli(torch.full(labels.shape, 0.5)).bool() & masked & ~replace
    inputs[rand] = torch.randint(len(SPECIALS), vocab_size, labels.shape)[rand]
    return inputs, labels


class BertModel(nn.Module):
    def __init__(self, vocab_size, hidden=32, layers=2, heads=4, max_len=24):
        super().__init__()
        self.word = nn.Embedding(vocab_size, hidden, padding_idx=PAD)
        self.position = nn.Embedding(max_len, hidden)
        self.token_type = nn.Embedding(2, hidden)
        self.norm = nn.LayerNorm(hidden)
        layer = nn.TransformerEncoderLayer(hidden, heads, hidden * 4, dropout=0.1, activation="gelu", batch_first=True, norm_first=True)
        self.encoder = nn.TransformerEncoder(layer, layers, enable_nested_tensor=False)
        self.pooler = nn.Linear(hidden, hidden)
        self.register_buffer("position_ids", torch.arange(max_len).unsqueeze(0))

    def forward(self, input_ids, token_type_ids, attention_mask):
        L = input_ids.size(1)
        x = self.word(input_ids) + self.position(self.position_ids[:, :L]) + self.token_type(token_type_ids)
        x = self.encoder(self.norm(x), src_key_padding_mask=attention_mask == 0)
        return x, torch.tanh(self.pooler(x[:, 0]))


class BertForMaskedLM(nn.Module):
    def __init__(self, bert, vocab_size):
        super().__init__()
        self.bert = bert
        hidden = bert.word.embedding_dim
        self.transform = nn.Sequential(nn.Linear(hidden, hidden), nn.GELU(), nn.LayerNorm(hidden))
        self.decoder = nn.Linear(hidden, vocab_size)
        self.decoder.weight = bert.word.weight

    def forward(self, input_ids, token_type_ids, attention_mask, labels=None):
        sequence, _ = self.bert(input_ids, token_type_ids, attention_mask)
        scores = self.decoder(self.transform(sequence))
        if labels is None:
            return scores
        return F.cross_entropy(scores.view(-1, scores.size(-1)), labels.view(-1), ignore_index=-100), scores


class BertForSequenceClassification(nn.Module):
    def __init__(self, bert, num_labels):
        super().__init__()
        self.bert = bert
        self.dropout = nn.Dropout(0.1)
        self.classifier = nn.Linear(bert.pooler.out_features, num_labels)

    def forward(self, input_ids, token_type_ids, attention_mask, labels=None):
        _, pooled = self.bert(input_ids, token_type_ids, attention_mask)
        logits = self.classifier(self.dropout(pooled))
        loss = F.cross_entropy(logits, labels) if labels is not None else None
        return {"loss": loss, "logits": logits}


def get_linear_schedule_with_warmup(optimizer, num_warmup_steps, num_training_steps):
    def lr_lambda(step):
        if step < num_warmup_steps:
            return float(step) / max(1, num_warmup_steps)
        return max(0.0, float(num_training_steps - step) / max(1, num_training_steps - num_warmup_steps))
    return torch.optim.lr_scheduler.LambdaLR(optimizer, lr_lambda)


def mcc(pred, true):
    tp = ((pred == 1) & (true == 1)).sum().float()
    tn = ((pred == 0) & (true == 0)).sum().float()
    fp = ((pred == 1) & (true == 0)).sum().float()
    fn = ((pred == 0) & (true == 1)).sum().float()
    return ((tp * tn - fp * fn) / ((tp + fp) * (tp + fn) * (tn + fp) * (tn + fn)).clamp(min=1).sqrt()).item()


def main(argv=None):
    ap = argparse.ArgumentParser()
    ap.add_argument("--pretrain-epochs", type=int, default=1)
    ap.add_argument("--finetune-epochs", type=int, default=2)
    ap.add_argument("--batch", type=int, default=16)
    args = ap.parse_args(argv or [])
    torch.manual_seed(31)
    tok = Tokenizer(SUBJ + VERB + OBJ)
    vocab_size = len(tok.itos)
    bert = BertModel(vocab_size)

    lm = BertForMaskedLM(bert, vocab_size)
    optimizer = torch.optim.AdamW(lm.parameters(), lr=1e-3)
    corpus = DataLoader(PairDataset(tok, 128, 1), batch_size=args.batch, shuffle=True)
    lm.train()
    for _ in range(args.pretrain_epochs):
        for batch in corpus:
            inputs, mlm_labels = mask_tokens(batch["input_ids"], vocab_size)
            loss, scores = lm(inputs, batch["token_type_ids"], batch["attention_mask"], mlm_labels)
            loss.backward()
            nn.utils.clip_grad_norm_(lm.parameters(), 1.0)
            optimizer.step()
            optimizer.zero_grad()
    hit = (scores.argmax(-1) == mlm_labels)[mlm_labels != -100].float().mean()
    print("mlm loss", loss.item(), "acc", hit.item())
    torch.save(bert.state_dict(), "pytorch_model.bin")

    encoder = BertModel(vocab_size)
    encoder.load_state_dict(torch.load("pytorch_model.bin", map_location="cpu"))
    model = BertForSequenceClassification(encoder, num_labels=2)
    train_dl = DataLoader(PairDataset(tok, 96, 2), batch_size=args.batch, shuffle=True)
    dev_dl = DataLoader(PairDataset(tok, 40, 3), batch_size=args.batch)
    optimizer = torch.optim.AdamW([
        {"params": model.bert.parameters(), "lr": 5e-4},
        {"params": model.classifier.parameters(), "lr": 5e-3}])
    steps = len(train_dl) * args.finetune_epochs
    scheduler = get_linear_schedule_with_warmup(optimizer, steps // 10, steps)
    for epoch in range(args.finetune_epochs):
        model.train()
        for batch in train_dl:
            out = model(**batch)
            out["loss"].backward()
            optimizer.step()
            scheduler.step()
            model.zero_grad()
        model.eval()
        preds, golds = [], []
        for batch in dev_dl:
            with torch.no_grad():
                out = model(**batch)
            preds.append(out["logits"].argmax(dim=-1))
            golds.append(batch["labels"])
        preds, golds = torch.cat(preds), torch.cat(golds)
        print(epoch, "acc", (preds == golds).float().mean().item(), "mcc", mcc(preds, golds))

    ids, types, attention = tok.encode("the cat sees the moon", "the cat likes a tree")
    prob = model(ids.unsqueeze(0), types.unsqueeze(0), attention.unsqueeze(0))["logits"].softmax(-1)
    print("same subject", prob[0, 1].item())


if __name__ == "__main__":
    main()
