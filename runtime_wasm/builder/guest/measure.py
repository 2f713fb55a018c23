"""Runs in an instance that has imported the runtime: what its objects take of the memory.

Left in `result`: lines of name, count and bytes, divided by tabs. Code is listed by the package it
is of, everything else by type. Sizes are of the objects themselves, so that each is counted once.
"""

import gc
import sys

#: As many components of a file's name are told.
PACKAGE_DEPTH = 3


def reachable():
    """Return all objects, also those that the collector of garbage does not know."""
    found = gc.get_objects()
    seen = dict.fromkeys(map(id, found))
    left = list(found)
    hidden = (id(found), id(left), id(seen))
    while left:
        for referred in gc.get_referents(left.pop()):
            if id(referred) not in seen and id(referred) not in hidden:
                seen[id(referred)] = None
                found.append(referred)
                left.append(referred)
    return found


def name_of(value):
    if type(value) is CODE:
        folders = value.co_filename.split("/")[:-1]
        return "code of " + ("/".join(folders[:PACKAGE_DEPTH]) or value.co_filename)
    return type(value).__name__


CODE = type(reachable.__code__)
totals = {}
for value in reachable():
    count, size = totals.get(name_of(value), (0, 0))
    totals[name_of(value)] = (count + 1, size + sys.getsizeof(value))
result = "\n".join(f"{name}\t{count}\t{size}" for name, (count, size) in totals.items()).encode()
