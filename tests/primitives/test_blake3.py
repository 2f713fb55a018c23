"""BLAKE3 against @noble/hashes 2.3.0 (npm), on the inputs of the official test vectors.

Input of length n is the bytes i % 251 for i below n, as in BLAKE3's test_vectors.json; the
lengths lie around the borders of blocks, chunks and subtrees.
"""

import pytest

from parachain.primitives.blake3 import blake3

KNOWN = {
    0: "af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262",
    1: "2d3adedff11b61f14c886e35afa036736dcd87a74d27b5c1510225d0f592e213",
    63: "e9bc37a594daad83be9470df7f7b3798297c3d834ce80ba85d6e207627b7db7b",
    64: "4eed7141ea4a5cd4b788606bd23f46e212af9cacebacdc7d1f4c6dc7f2511b98",
    65: "de1e5fa0be70df6d2be8fffd0e99ceaa8eb6e8c93a63f2d8d1c30ecb6b263dee",
    1023: "10108970eeda3eb932baac1428c7a2163b0e924c9a9e25b35bba72b28f70bd11",
    1024: "42214739f095a406f3fc83deb889744ac00df831c10daa55189b5d121c855af7",
    1025: "d00278ae47eb27b34faecf67b4fe263f82d5412916c1ffd97c8cb7fb814b8444",
    2048: "e776b6028c7cd22a4d0ba182a8bf62205d2ef576467e838ed6f2529b85fba24a",
    2049: "5f4d72f40d7a5f82b15ca2b2e44b1de3c2ef86c426c95c1af0b6879522563030",
    3072: "b98cb0ff3623be03326b373de6b9095218513e64f1ee2edd2525c7ad1e5cffd2",
    3073: "7124b49501012f81cc7f11ca069ec9226cecb8a2c850cfe644e327d22d3e1cd3",
    4096: "015094013f57a5277b59d8475c0501042c0b642e531b0a1c8f58d2163229e969",
    5121: "628bd2cb2004694adaab7bbd778a25df25c47b9d4155a55f8fbd79f2fe154cff",
    8193: "bab6c09cb8ce8cf459261398d2e7aef35700bf488116ceb94a36d0f5f1b7bc3b",
}


@pytest.mark.parametrize("length", KNOWN)
def test_known_answers(length: int) -> None:
    data = bytes(i % 251 for i in range(length))
    assert blake3(data).hex() == KNOWN[length]


def test_every_byte_counts() -> None:
    data = bytes(1500)
    changed = [data[:i] + b"\x01" + data[i + 1 :] for i in (0, 63, 64, 1023, 1024, 1499)]
    assert len({blake3(d) for d in [data, *changed]}) == len(changed) + 1
