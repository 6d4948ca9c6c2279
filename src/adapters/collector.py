"""Python's collector of garbage, for a process that answers others."""

import gc


def spare_the_collector() -> None:
    """What was made up to now stays: it need not be looked through again and again. And a request makes some thousand
    objects that go by themselves: looking for circles among them so often took a tenth of a command."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
