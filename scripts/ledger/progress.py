"""A progress bar on a terminal, a line now and then elsewhere."""

import resource
import sys
import time

BAR_WIDTH = 30
SECONDS_BETWEEN_LINES = 10


class Progress:
    """Shows how far a run is; ``total`` is the number of invoices it starts with."""

    def __init__(self, total, stream=None):
        self._total = max(total, 1)
        self._stream = stream or sys.stderr
        self._is_terminal = self._stream.isatty()
        self._started = time.monotonic()
        self._shown = self._started
        self._done = 0

    @property
    def seconds(self):
        return time.monotonic() - self._started

    def advance(self, count):
        self._done += count
        if self._is_terminal:
            self._stream.write("\r" + self._get_line())
            self._stream.flush()
        elif time.monotonic() - self._shown > SECONDS_BETWEEN_LINES:
            self._shown = time.monotonic()
            print(self._get_line(), file=self._stream, flush=True)

    def say(self, text):
        """Print a line of its own, beside the bar."""
        if self._is_terminal:
            self._stream.write("\r\x1b[K")
        print(text, file=self._stream, flush=True)

    def finish(self):
        if self._is_terminal:
            print("\r" + self._get_line(), file=self._stream, flush=True)

    def _get_line(self):
        share = min(self._done / self._total, 1)
        bar = "#" * int(share * BAR_WIDTH)
        rate = self._done / max(self.seconds, 0.001)
        return f"[{bar:<{BAR_WIDTH}}] {share:4.0%} {self._done}/{self._total}, {rate:.1f} invoices/s"


def get_peak_memory():
    """The most memory that this process has held, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
