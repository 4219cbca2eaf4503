"""Verifies the tree of an export, from the article Exports and RFC 6962 alone; signatures are not looked at."""
import base64, gzip, hashlib, json, sys

lines = gzip.open(sys.argv[1]).read().split(b"\n")
assert lines.pop() == b""
header, footer = json.loads(lines[0]), json.loads(lines[-1])
leaves = {json.loads(line)["seq"]: hashlib.sha256(b"\0" + line).digest() for line in lines[1:-1]}
numbers = sorted(leaves)
assert len(leaves) == len(lines) - 2 == header["entries"]
proof = [base64.b64decode(text) for text in footer.get("proof", [])]


def root(begin, end, known):
    if not known:
        return proof.pop(0)
    if end - begin == 1:
        return leaves[begin]
    middle = begin + (1 << (end - begin - 1).bit_length() - 1)
    left = root(begin, middle, [n for n in known if n < middle])
    return hashlib.sha256(b"\1" + left + root(middle, end, [n for n in known if n >= middle])).digest()


size, stated = footer["checkpoint"].split("\n")[1:3]
assert int(size) == header["size"]
assert base64.b64encode(root(0, int(size), numbers)).decode() == stated, "another root"
assert not proof, "hashes are left over"
print("verified", len(leaves), "entries")
