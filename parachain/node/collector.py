"""Python's cyclic garbage collector, as the node sets it."""

import gc
from typing import Final

#: New container objects before a collection, and collections before one of the next generation;
#: Python's own are 700, 10, 10.
THRESHOLDS: Final = (50_000, 20, 50)


def calm_collector() -> None:
    """Keep the collector from scanning, again and again, what never dies.

    Codecs and pallets live as long as the process; values of a block have no cycles and go with
    their last reference. So collections are rare, and look at little.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*THRESHOLDS)
