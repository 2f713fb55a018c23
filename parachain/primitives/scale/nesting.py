"""How deep recursive types have been entered while one buffer is read.

A call may hold calls and an XCM message may hold messages, so a few hundred bytes could ask for
any depth of recursion. The depth belongs to one run of one decoder: a counter in the codec would
be shared between threads. So it travels with the buffer: `nested` wraps the bytes in a subclass
with a counter. Indexing, slicing, `unpack_from` and `len` work on it as on any bytes, and slices
are plain bytes again.

The wrap copies the buffer once, outside the outermost recursive value or collection of such.
"""

#: Levels of recursive values inside each other. FRAME allows 256 for calls and XCM 8 for
#: messages; with up to eight Python frames a level, 64 stays well inside the interpreter's 1000.
MAX_NESTING = 64


class NestedBytes(bytes):
    """A buffer under decoding that counts the recursive values open around the position.

    `careful` says which pass this is: the fast one, or the one that words the error.
    """

    depth: int = 0
    careful: bool = True


def nested(data: bytes, careful: bool) -> NestedBytes:
    """The buffer with a depth counter: itself if it has one, or else a copy at depth 0."""
    if isinstance(data, NestedBytes):
        return data
    buffer = NestedBytes(data)
    buffer.careful = careful
    return buffer


def nested_slice(data: bytes, start: int, end: int) -> bytes:
    """data[start:end], counting on from where `data` is: for encodings inside encodings."""
    if not isinstance(data, NestedBytes):
        return data[start:end]
    inner = NestedBytes(data[start:end])
    inner.depth = data.depth
    inner.careful = data.careful
    return inner
