# Classifying names with a character-level RNN, then generating some. Old-style tutorial code (0.4 era), still runs.
import random, math, time, string, unicodedata
import torch
import torch.nn as nn

random.seed(0); torch.manual_seed(0)
all_letters = string.ascii_letters + " .,;'-"
n_letters = len(all_letters) + 1 # Plus EOS marker

def unicodeToAscii(s):
    return ''.join(c for c in unicodedata.normalize('NFD', s) if unicodedata.category(c) != 'Mn' and c in all_letters)

category_lines = {
    'Czech': ['Novák', 'Svoboda', 'Dvořák', 'Černý', 'Procházka', 'Kučera', 'Veselý', 'Horák'],
    'Italian': ['Rossi', 'Russo', 'Ferrari', 'Esposito', 'Bianchi', 'Romano', 'Colombo', 'Ricci'],
    'Japanese': ['Sato', 'Suzuki', 'Takahashi', 'Tanaka', 'Watanabe', 'Ito', 'Yamamoto', 'Nakamura'],
    'Scottish': ['Smith', 'Brown', 'Wilson', 'Campbell', 'Stewart', 'Robertson', 'Thomson', 'Anderson'],
}
category_lines = {c: [unicodeToAscii(l) for l in ls] for c, ls in category_lines.items()}
all_categories = list(category_lines)
n_categories = len(all_categories)

def lineToTensor(line):
    tensor = torch.zeros(len(line), 1, n_letters)
    for li, letter in enumerate(line):
        tensor[li][0][all_letters.find(letter)] = 1
    return tensor

class RNN(nn.Module):
    def __init__(self, input_size, hidden_size, output_size):
        super(RNN, self).__init__()
        self.hidden_size = hidden_size
        self.i2h = nn.Linear(input_size + hidden_size, hidden_size)
        self.h2o = nn.Linear(hidden_size, output_size)
        self.softmax = nn.LogSoftmax(dim=1)

    def forward(self, input, hidden):
        combined = torch.cat((input, hidden), 1)
        hidden = torch.tanh(self.i2h(combined))
        output = self.softmax(self.h2o(hidden))
        return output, hidden

    def initHidden(self):
        return torch.zeros(1, self.hidden_size)

def categoryFromOutput(output):
    top_n, top_i = output.topk(1)
    category_i = top_i[0].item()
    return all_categories[category_i], category_i

def randomTrainingExample():
    category = random.choice(all_categories)
    line = random.choice(category_lines[category])
    category_tensor = torch.tensor([all_categories.index(category)], dtype=torch.long)
    return category, line, category_tensor, lineToTensor(line)

n_hidden = 32
rnn = RNN(n_letters, n_hidden, n_categories)
criterion = nn.NLLLoss()
learning_rate = 0.01

def train(category_tensor, line_tensor):
    hidden = rnn.initHidden()
    rnn.zero_grad()
    for i in range(line_tensor.size()[0]):
        output, hidden = rnn(line_tensor[i], hidden)
    loss = criterion(output, category_tensor)
    loss.backward()
    for p in rnn.parameters():
        p.data.add_(p.grad.data, alpha=-learning_rate)
    return output, loss.item()

current_loss, all_losses = 0, []
for iter in range(1, 121):
    category, line, category_tensor, line_tensor = randomTrainingExample()
    output, loss = train(category_tensor, line_tensor)
    current_loss += loss
    if iter % 40 == 0:
        guess, guess_i = categoryFromOutput(output)
        print('%d %.4f %s / %s %s' % (iter, loss, line, guess, 'ok' if guess == category else 'no (%s)' % category))
        all_losses.append(current_loss / 40)
        current_loss = 0

confusion = torch.zeros(n_categories, n_categories)
with torch.no_grad():
    for category in all_categories:
        for line in category_lines[category]:
            hidden = rnn.initHidden()
            for letter in lineToTensor(line):
                output, hidden = rnn(letter, hidden)
            guess, guess_i = categoryFromOutput(output)
            confusion[all_categories.index(category)][guess_i] += 1
for i in range(n_categories):
    confusion[i] = confusion[i] / confusion[i].sum()
print(confusion.numpy().round(2))

# ------------------------------------------------------------------ generation
class GenRNN(nn.Module):
    def __init__(self, input_size, hidden_size, output_size):
        super(GenRNN, self).__init__()
        self.hidden_size = hidden_size
        self.i2h = nn.Linear(n_categories + input_size + hidden_size, hidden_size)
        self.i2o = nn.Linear(n_categories + input_size + hidden_size, output_size)
        self.o2o = nn.Linear(hidden_size + output_size, output_size)
        self.dropout = nn.Dropout(0.1)
        self.softmax = nn.LogSoftmax(dim=1)

    def forward(self, category, input, hidden):
        input_combined = torch.cat((category, input, hidden), 1)
        hidden = self.i2h(input_combined)
        output = self.i2o(input_combined)
        output_combined = torch.cat((hidden, output), 1)
        output = self.softmax(self.dropout(self.o2o(output_combined)))
        return output, hidden

    def initHidden(self):
        return torch.zeros(1, self.hidden_size)

def categoryTensor(category):
    tensor = torch.zeros(1, n_categories)
    tensor[0][all_categories.index(category)] = 1
    return tensor

def targetTensor(line):
    letter_indexes = [all_letters.find(line[li]) for li in range(1, len(line))]
    letter_indexes.append(n_letters - 1) # EOS
    return torch.LongTensor(letter_indexes)

gen = GenRNN(n_letters, 48, n_letters)
optimizer = torch.optim.SGD(gen.parameters(), lr=0.005)
start = time.time()
for iter in range(1, 61):
    category, line, _, input_line_tensor = randomTrainingExample()
    category_tensor, target_line_tensor = categoryTensor(category), targetTensor(line)
    target_line_tensor = target_line_tensor.unsqueeze(-1)
    hidden = gen.initHidden()
    optimizer.zero_grad()
    loss = 0
    for i in range(input_line_tensor.size(0)):
        output, hidden = gen(category_tensor, input_line_tensor[i], hidden)
        loss = loss + criterion(output, target_line_tensor[i])
    loss.backward()
    optimizer.step()
    if iter % 30 == 0:
        print('%.1fs (%d %d%%) %.4f' % (time.time() - start, iter, iter / 60 * 100, loss.item() / input_line_tensor.size(0)))

def sample(category, start_letter='A', max_length=12):
    with torch.no_grad():
        category_tensor = categoryTensor(category)
        input = lineToTensor(start_letter)
        hidden = gen.initHidden()
        output_name = start_letter
        for i in range(max_length):
            output, hidden = gen(category_tensor, input[0], hidden)
            topi = torch.multinomial(output.exp(), 1)[0][0].item()
            if topi == n_letters - 1:
                break
            letter = all_letters[topi]
            output_name += letter
            input = lineToTensor(letter)
        return output_name

print([sample(c, l) for c in ('Czech', 'Japanese') for l in 'SK'])
