"""As much of Matplotlib as the programs need: nothing is drawn."""


class Axes:
    def plot(self, *args, **kwargs):
        return []

    legend = set_title = plot


def subplots(rows=1, columns=1, **options):
    return None, [Axes() for _ in range(rows * columns)]


def imshow(*args, **kwargs):
    pass


plot = legend = tight_layout = savefig = imshow
