"""What a declared call, event or error knows of its pallet: how it is named and numbered."""

from typing import Protocol


class Owner(Protocol):
    """The pallet that declared something. Its index is set when the runtime is put together."""

    name: str
    index: int
