"""Pixels that a decoder lost and filled in: libjpeg and libtiff go on with white or gray and only print a complaint."""

from __future__ import annotations

import os
import re
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import cv2
import numpy as np

_LOST = re.compile(r"premature end|bad Huffman code|Bad code word|Premature EO|Not enough data")
_EXTRA = re.compile(r"(\d+) extraneous bytes")
_STRAY_BYTES = 64
"""So many bytes between the pixels and a marker are filling; more are pixels that found no place."""
_READ = 1 << 16
_lock = threading.Lock()


class Complaints:
    """What was printed; filled at the end of the block."""

    text = ""

    @property
    def tell_of_loss(self) -> bool:
        """Whether part of the picture is not what was scanned."""
        stray = any(int(count) > _STRAY_BYTES for count in _EXTRA.findall(self.text))
        return stray or _LOST.search(self.text) is not None


@contextmanager
def complaints() -> Iterator[Complaints]:
    """Catch what C code of this process prints as an error during the block; nothing of it is shown."""
    heard = Complaints()
    with _lock:
        sys.stderr.flush()
        shown, caught = os.dup(2), os.memfd_create("complaints")
        try:
            os.dup2(caught, 2)
            yield heard
        finally:
            os.dup2(shown, 2)
            os.close(shown)
            heard.text = os.pread(caught, _READ, 0).decode("utf-8", "replace")
            os.close(caught)


def jpeg_lost_pixels(data: Any) -> bool:
    """Whether a JPEG (bytes or a buffer) lacks part of its pixels. Costs a decoding at an eighth of the size."""
    with complaints() as heard:
        cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_REDUCED_GRAYSCALE_8)
    return heard.tell_of_loss
