"""Python's collector of garbage and the C library's memory, for a process that answers others."""

import ctypes
import gc

TRIM_THRESHOLD, MMAP_THRESHOLD = -1, -3  # As in glibc's malloc.h.
KEPT_BYTES = 64 * 1024 * 1024
LARGE_BYTES = 32 * 1024 * 1024
"""From here on a piece of memory is the kernel's as soon as it is free."""


def spare_the_collector() -> None:
    """What was made up to now stays: it need not be looked through again and again. And a request makes some thousand
    objects that go by themselves: looking for circles among them so often took a tenth of a command."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


def keep_freed_memory() -> None:
    """Of what was freed, so much stays with the process: glibc gives each page of the feed back to the kernel, which
    clears the next one anew; that took two fifths of the time. Elsewhere than with glibc nothing is done."""
    library = ctypes.CDLL(None)
    if hasattr(library, "mallopt"):
        library.mallopt(MMAP_THRESHOLD, LARGE_BYTES)
        library.mallopt(TRIM_THRESHOLD, KEPT_BYTES)
