"""Compares proofs of the audit trail with the package `pymerkle`, which builds the tree anew from the entries.

Usage: python3 pymerkle_compare.py ENTRIES PROOFS
ENTRIES has one leaf a line, PROOFS one JSON document a line. Prints how many proofs are the same; status 3 where the
package is not installed.
"""

import base64
import json
import sys

try:
    from pymerkle import InmemoryTree
except ImportError:
    sys.exit(3)


def main():
    tree = InmemoryTree(algorithm="sha256")
    with open(sys.argv[1], "rb") as file:
        for line in file:
            tree.append_entry(line.rstrip(b"\n"))
    root_at = tree.get_root if hasattr(tree, "get_root") else tree.get_state
    count = 0
    with open(sys.argv[2], encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            proof = json.loads(line)
            size = proof["treeSize"]
            hashes = [base64.b64decode(text).hex() for text in proof["hashes"]]
            assert root_at(size) == base64.b64decode(proof["root"]), f"line {number}: another root"
            if proof["type"] == "inclusion":
                # Its path begins with the leaf, and its entries count from 1.
                path = tree.prove_inclusion(proof["index"] + 1, size).serialize()["path"]
                assert path[1:] == hashes, f"line {number}: another path"
            else:
                # Its consistency proofs are not those of RFC 6962; both roots are compared.
                assert root_at(proof["fromTreeSize"]) == base64.b64decode(proof["fromRoot"]), f"line {number}: another root"
            count += 1
    print(count)


main()
