"""Recomputes the Merkle tree hash of a file, one leaf a line.

Written from the text of RFC 6962, section 2.1, and from nothing else:

    MTH({})   = SHA-256()
    MTH({d0}) = SHA-256(0x00 || d0)
    MTH(D[n]) = SHA-256(0x01 || MTH(D[0:k]) || MTH(D[k:n])), k the largest power of two smaller than n

Usage: python3 rfc6962_root.py FILE
Prints the number of leaves and the root in hexadecimal. Each line must be a JSON object whose "seq" is its place.
"""

import hashlib
import json
import sys


def merkle_tree_hash(entries):
    n = len(entries)
    if n == 0:
        return hashlib.sha256(b"").digest()
    if n == 1:
        return hashlib.sha256(b"\x00" + entries[0]).digest()
    k = 1
    while k * 2 < n:
        k *= 2
    return hashlib.sha256(b"\x01" + merkle_tree_hash(entries[:k]) + merkle_tree_hash(entries[k:])).digest()


def main():
    with open(sys.argv[1], "rb") as file:
        entries = file.read().split(b"\n")
    assert entries.pop() == b"", "the file does not end with a newline"
    for place, entry in enumerate(entries):
        value = json.loads(entry)
        assert value["seq"] == place, f"line {place + 1} has seq {value['seq']}"
        # Canonical (RFC 8785): our entries hold no number that needs more than this, and no key outside the BMP.
        again = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
        assert again == entry, f"line {place + 1} is not canonical"
    print(len(entries), merkle_tree_hash(entries).hex())


main()
