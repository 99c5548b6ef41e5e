"""As much of Pillow as the programs need: a picture is its size."""


class Picture:
    def __init__(self, size=(64, 64)):
        self.size = size

    def convert(self, mode):
        return self

    def resize(self, size):
        return Picture(size)

    def tobytes(self):
        return bytes(3 * self.size[0] * self.size[1])


def open(path):
    return Picture()
