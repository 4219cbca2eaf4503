"""Verifies proofs of the audit trail, one JSON document a line, as `fordring audit prove --format json` writes them.

Written from the text of RFC 9162, sections 2.1.3.2 and 2.1.4.2, of C2SP signed-note and of C2SP tlog-checkpoint, and
from nothing else. Needs only the standard library; signatures are verified where the package `cryptography` is there.

Usage: python3 rfc9162_verify.py FILE [NAME+HASH+KEY]
Prints how many proofs of each kind verified and how many signatures, or the first line that does not verify (status 1).
"""

import base64
import hashlib
import json
import sys

try:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
except ImportError:
    Ed25519PublicKey = None

signatures = 0


def sha256(data):
    return hashlib.sha256(data).digest()


def decode(text):
    data = base64.b64decode(text, validate=True)
    assert base64.b64encode(data).decode() == text, "base64 that is not canonical"
    return data


def leaf_hash(entry):
    return sha256(b"\x00" + entry)


def node_hash(left, right):
    return sha256(b"\x01" + left + right)


def verify_inclusion(leaf, index, size, path, root):
    """RFC 9162, 2.1.3.2."""
    assert index < size, "leaf_index is not less than tree_size"
    fn = index
    sn = size - 1
    r = leaf
    for p in path:
        assert sn != 0, "the inclusion path is too long"
        if fn % 2 == 1 or fn == sn:
            r = node_hash(p, r)
            if fn % 2 == 0:
                while not (fn % 2 == 1 or fn == 0):
                    fn >>= 1
                    sn >>= 1
        else:
            r = node_hash(r, p)
        fn >>= 1
        sn >>= 1
    assert sn == 0, "the inclusion path is too short"
    assert r == root, "the root hash is another"


def verify_consistency(first, second, path, first_hash, second_hash):
    """RFC 9162, 2.1.4.2; two trees of one size need no proof and must have one root."""
    if first == second:
        assert path == [] and first_hash == second_hash, "two trees of one size differ"
        return
    assert 0 < first < second, "the sizes are in the wrong order"
    assert path != [], "the consistency path is empty"
    if first & (first - 1) == 0:
        path = [first_hash] + path
    fn = first - 1
    sn = second - 1
    while fn % 2 == 1:
        fn >>= 1
        sn >>= 1
    fr = path[0]
    sr = path[0]
    for c in path[1:]:
        assert sn != 0, "the consistency path is too long"
        if fn % 2 == 1 or fn == sn:
            fr = node_hash(c, fr)
            sr = node_hash(c, sr)
            if fn % 2 == 0:
                while not (fn % 2 == 1 or fn == 0):
                    fn >>= 1
                    sn >>= 1
        else:
            sr = node_hash(sr, c)
        fn >>= 1
        sn >>= 1
    assert fr == first_hash, "the first root hash is another"
    assert sr == second_hash, "the second root hash is another"
    assert sn == 0, "the consistency path is too short"


def read_checkpoint(note, key_text):
    """C2SP signed-note and tlog-checkpoint: origin, size and root, with a signature by the key."""
    global signatures
    text, _, lines = note.rpartition("\n\n")
    text += "\n"
    name, key_hash, key_data = key_text.split("+", 2)
    key = decode(key_data)
    assert key[0] == 1 and len(key) == 33, "not an Ed25519 key"
    key_id = sha256(name.encode() + b"\n" + key)[:4]
    assert key_id.hex() == key_hash, "the key does not match its hash"
    found = False
    for line in lines.splitlines():
        dash, signer, encoded = line.split(" ")
        assert dash == "\u2014", "not a signature line"
        data = decode(encoded)
        if signer == name and data[:4] == key_id:
            found = True
            if Ed25519PublicKey is not None:
                Ed25519PublicKey.from_public_bytes(key[1:]).verify(data[4:], text.encode())
                signatures += 1
    assert found, "the checkpoint is not signed by the key"
    origin, size, root = text.splitlines()[:3]
    assert str(int(size)) == size, "the size is not canonical"
    return origin, int(size), decode(root)


def verify(proof, key):
    _, size, root = read_checkpoint(proof["checkpoint"], key or proof["verifierKey"])
    assert size == proof["treeSize"] and root == decode(proof["root"]), "the checkpoint is another"
    path = [decode(text) for text in proof["hashes"]]
    if proof["type"] == "inclusion":
        leaf = leaf_hash(decode(proof["leaf"]))
        assert leaf == decode(proof["leafHash"]), "the leaf hash is another"
        verify_inclusion(leaf, proof["index"], size, path, root)
    else:
        assert proof["type"] == "consistency", "an unknown type"
        _, old_size, old_root = read_checkpoint(proof["fromCheckpoint"], key or proof["fromVerifierKey"])
        assert old_size == proof["fromTreeSize"] and old_root == decode(proof["fromRoot"]), "the checkpoint is another"
        verify_consistency(old_size, size, path, old_root, root)
    return proof["type"]


def main():
    counts = {"inclusion": 0, "consistency": 0}
    key = sys.argv[2] if len(sys.argv) > 2 else None
    with open(sys.argv[1], encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            try:
                counts[verify(json.loads(line), key)] += 1
            except Exception as error:
                print(f"line {number}: {type(error).__name__}: {error}")
                sys.exit(1)
    print(f"{counts['inclusion']} inclusion, {counts['consistency']} consistency, {signatures} signatures")


main()
