"""What can go wrong while reading a trie whose nodes come from somewhere else."""


class TrieError(Exception):
    """The nodes at hand do not make up the trie that was asked for."""


class MissingTrieNode(TrieError):  # noqa: N818  # the name says what is wrong without a suffix
    """A node or a detached value is not there: pruned, or left out of a proof."""

    def __init__(self, digest: bytes) -> None:
        super().__init__(digest)
        self.digest = digest

    def __str__(self) -> str:
        return "trie node 0x%s is not available" % self.digest.hex()


class ProofError(TrieError):
    """A proof that is complete but not well formed: the fault of whoever made it."""
