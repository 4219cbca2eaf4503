/// What verifies an audit extract without fordring; a test runs it on what the host has written.
enum HandoffVerifier {
    static let script = #"""
        """Verifies the entries of a case, and the signature over the log that they stand in.

        Usage: python3 verify.py case.jsonl.gz key.txt
        Needs nothing but Python 3; the signature is checked where openssl 3 is installed. Written from RFC 6962 and the
        C2SP formats tlog-checkpoint and signed-note, so that it shares nothing with the program that made the file.
        """
        import base64, gzip, hashlib, json, os, subprocess, sys, tempfile

        lines = gzip.open(sys.argv[1]).read().split(b"\n")
        if lines.pop() != b"":
            sys.exit("The end of the file is missing.")
        header, footer = json.loads(lines[0]), json.loads(lines[-1])
        leaves = {}
        for line in lines[1:-1]:
            entry = json.loads(line)
            if entry["subject"].get("case") != header["selection"]["case"]:
                sys.exit("Entry %d is not about the case." % entry["seq"])
            leaves[entry["seq"]] = hashlib.sha256(b"\0" + line).digest()
        numbers = sorted(leaves)
        if not len(leaves) == len(lines) - 2 == header["entries"]:
            sys.exit("Entries are missing, or there are more than the file says.")
        proof = [base64.b64decode(text) for text in footer.get("proof", [])]


        def root(begin, end, known):
            if not known:
                return proof.pop(0)
            if end - begin == 1:
                return leaves[begin]
            middle = begin + (1 << ((end - begin - 1).bit_length() - 1))
            left = root(begin, middle, [n for n in known if n < middle])
            return hashlib.sha256(b"\1" + left + root(middle, end, [n for n in known if n >= middle])).digest()


        note = footer["checkpoint"]
        text, signatures = note.split("\n\n", 1)
        origin, size, stated = text.split("\n")[:3]
        try:
            found = base64.b64encode(root(0, int(size), numbers)).decode()
        except IndexError:
            sys.exit("The proof is too short.")
        if int(size) != header["size"] or found != stated or proof:
            sys.exit("NOT VERIFIED: an entry was changed, added, dropped or moved.")
        print("verified: %d entries stand in the log '%s' of %s entries" % (len(leaves), origin, size))

        verifier = open(sys.argv[2]).read().strip()
        name, rest = verifier.split("+", 1)
        digest, key = rest.split("+", 1)
        public = base64.b64decode(key)
        if public[0] != 1 or len(public) != 33:
            sys.exit("The key is of a kind that this script does not know.")
        for line in signatures.split("\n"):
            if not line.startswith("\u2014 " + name + " "):
                continue
            signature = base64.b64decode(line.rsplit(" ", 1)[1])
            if signature[:4].hex() != digest:
                continue
            with tempfile.TemporaryDirectory() as folder:
                paths = [os.path.join(folder, file) for file in ("key.der", "text", "signature")]
                spki = bytes.fromhex("302a300506032b6570032100") + public[1:]
                for path, data in zip(paths, (spki, (text + "\n").encode(), signature[4:])):
                    with open(path, "wb") as file:
                        file.write(data)
                command = ["openssl", "pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-inkey", paths[0], "-rawin",
                           "-in", paths[1], "-sigfile", paths[2]]
                try:
                    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
                except FileNotFoundError:
                    print("signature not checked: openssl is not installed")
                    sys.exit(0)
                if done.returncode != 0:
                    sys.exit("NOT VERIFIED: the signature is not of this key.")
                print("verified: the log is signed by %s" % verifier)
                sys.exit(0)
        sys.exit("NOT VERIFIED: no signature is of this key.")

        """#
}
