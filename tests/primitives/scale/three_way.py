"""What every codec must do: read it whole, refuse it cut short, refuse it with something behind.

Also: encode back to the same bytes, and agree with its readable twin on values and failures.
"""

from typing import Any

import pytest

from parachain.primitives.scale import Codec, DecodeError, ScaleError
from parachain.primitives.scale.codec import MISFITS


def three_way(codec: Codec[Any], value: Any) -> bytes:
    """Encode `value`, check the encoding in all three ways and both twins; returns it."""
    data = codec.encode(value)
    assert type(data) is bytes
    assert data == codec.readable.encode(value)
    assert data == codec.fast.encode(value)
    assert codec.min_size <= len(data)
    decoded = codec.decode(data)
    assert decoded == value
    assert type(decoded) is type(value)
    assert codec.readable.read(data, 0) == (value, len(data))
    assert codec.fast.read(data, 0) == (value, len(data))
    # Positions are absolute: the same in the middle of a buffer.
    assert codec.read(b"\xff" + data + b"\xff", 1) == (value, len(data) + 1)
    for end in range(len(data)):
        with pytest.raises(DecodeError):
            codec.decode(data[:end])
    with pytest.raises(DecodeError, match="1 trailing bytes"):
        codec.decode(data + b"\x00")
    return data


def outcome(read: Any, data: bytes) -> Any:
    """What reading gives: the value and position, or the error's text."""
    try:
        return read(data, 0)
    except DecodeError as error:
        return str(error)


def twins_agree(codec: Codec[Any], data: bytes) -> None:
    """Any bytes: the public reader and the readable twin say the same, and so does the fast one.

    What decodes encodes to the same bytes again; nothing but DecodeError is raised.
    """
    expected = outcome(codec.readable.read, data)
    assert outcome(codec.read, data) == expected
    try:
        fast = codec.fast.read(data, 0)
    except MISFITS:
        fast = None
    if isinstance(expected, str):
        assert fast is None
    else:
        assert fast == expected
        value, end = expected
        assert codec.encode(value) == data[:end]


def refuses_value(codec: Codec[Any], value: Any) -> str:
    """The value does not fit: both twins refuse; returns the message."""
    with pytest.raises(ScaleError) as caught:
        codec.encode(value)
    with pytest.raises(type(caught.value)):
        codec.readable.encode(value)
    return str(caught.value)
