/// What verifies a package without fordring; a test runs it on what the host has written.
enum HandoffVerifier {
    static let script = #"""
        """Verifies a package: each file, and that the agency's log names them.

        Usage: python3 verify.py [KEY]
        KEY is the agency's key as you have it from elsewhere; without it the one in audit/key.txt is used, which shows
        that the package is whole but not whose it is. Needs Python 3, and OpenSSL 3 for the signature. Written from
        RFC 6962 and the C2SP formats tlog-checkpoint and signed-note, so that it shares nothing with the program that
        made the package.

        Status: 0 all is verified; 1 something is not what was packed; 2 wrong usage; 3 all fits, but the signature could
        not be checked, so nothing is shown of who made it.
        """
        import base64, gzip, hashlib, json, os, re, subprocess, sys, tempfile

        TRAIL, NOTE, KEY = "audit/case.jsonl.gz", "audit/checkpoint.txt", "audit/key.txt"
        # What comes after the manifest, and is verified by other means than its hash.
        OUTSIDE = {"manifest.json", "SHA256SUMS", TRAIL, NOTE}


        def fail(*sentences):
            sys.exit("\n".join("NOT VERIFIED: " + sentence for sentence in sentences))


        def read(name):
            try:
                with open(name, "rb") as file:
                    return file.read()
            except OSError:
                fail("%s is missing, or cannot be read." % name)


        def sha256(data):
            return hashlib.sha256(data).hexdigest()


        def check_files(manifest):
            """Nothing is changed, missing or added."""
            faults = []
            stated = {file["name"]: file["sha256"] for file in manifest["files"]}
            if len(stated) != len(manifest["files"]):
                faults.append("manifest.json names a file twice.")
            found = set()
            for folder, folders, files in os.walk("."):
                links = [name for name in folders if os.path.islink(os.path.join(folder, name))]
                for name in files + links:
                    found.add(os.path.relpath(os.path.join(folder, name), ".").replace(os.sep, "/"))
            for name in sorted(found | set(stated) | OUTSIDE):
                if name not in found:
                    faults.append("%s is missing." % name)
                elif name not in stated and name not in OUTSIDE:
                    faults.append("%s was added: manifest.json does not name it." % name)
                elif name in stated and (os.path.islink(name) or sha256(read(name)) != stated[name]):
                    faults.append("%s was changed: manifest.json names another SHA-256." % name)
            if faults:
                fail(*faults)
            sums = "".join("%s  %s\n" % (sha256(read(name)), name) for name in sorted(found - {"SHA256SUMS"}))
            if sorted(read("SHA256SUMS").decode("utf-8", "replace").split("\n")) != sorted(sums.split("\n")):
                fail("SHA256SUMS was changed: it does not name exactly the files that are here.")


        def root(begin, end, known, leaves, proof):
            """The root over the leaves from begin to end; what is not known comes from the proof (RFC 6962, 2.1)."""
            if not known:
                return proof.pop(0)
            if end - begin == 1:
                return leaves[begin]
            middle = begin + (1 << ((end - begin - 1).bit_length() - 1))
            left = root(begin, middle, [n for n in known if n < middle], leaves, proof)
            right = root(middle, end, [n for n in known if n >= middle], leaves, proof)
            return hashlib.sha256(b"\1" + left + right).digest()


        def check_trail(manifest):
            """The entries stand in the signed log; gives them and the note."""
            try:
                lines = gzip.decompress(read(TRAIL)).split(b"\n")
                whole = lines.pop() == b""
                header, footer = json.loads(lines[0]), json.loads(lines[-1])
                entries = [json.loads(line) for line in lines[1:-1]]
                leaves = {entry["seq"]: hashlib.sha256(b"\0" + line).digest() for entry, line in zip(entries, lines[1:-1])}
                proof = [base64.b64decode(text) for text in footer.get("proof", [])]
                note = footer["checkpoint"]
                origin, size, stated = note.split("\n\n", 1)[0].split("\n")[:3]
                size, about, tenant = int(size), header["selection"].get("case"), header["tenant"]
            except (OSError, EOFError, ValueError, KeyError, TypeError, AttributeError, IndexError, gzip.zlib.error):
                fail("%s was changed: it cannot be read." % TRAIL)
            if tenant != manifest["tenant"] or not origin.endswith("/" + manifest["tenant"]):
                fail("%s is of the log '%s', and the package of '%s'." % (TRAIL, origin, manifest["tenant"]))
            if about != manifest["caseNumber"]:
                fail("%s is about the case %s, and the package about the case %d." % (TRAIL, about, manifest["caseNumber"]))
            if not whole or not len(leaves) == len(entries) == header["entries"]:
                fail("%s was changed: entries are missing, or there are more than it says." % TRAIL)
            for entry in entries:
                if entry["subject"].get("case") != about:
                    fail("%s was changed: its entry %d is not about the case." % (TRAIL, entry["seq"]))
            try:
                found = base64.b64encode(root(0, size, sorted(leaves), leaves, proof)).decode()
            except (IndexError, KeyError, RecursionError):
                fail("%s was changed: the proof does not fit its entries." % TRAIL)
            if size != header["size"] or found != stated or proof:
                fail("%s was changed: an entry is not what the log has at its place." % TRAIL)
            if read(NOTE) != note.encode():
                fail("%s was changed: it is not the signed head that %s ends with." % (NOTE, TRAIL))
            return entries, note, origin, size


        def check_packed(manifest, entries):
            """The log names the manifest."""
            packed = [entry for entry in entries if entry["action"] == "legal.packed"
                      and entry["subject"].get("handoff") == manifest["handOff"]]
            if len(packed) != 1:
                fail("%s has %d entries about the packing of hand-off %d, and not one." % (TRAIL, len(packed), manifest["handOff"]))
            if packed[0]["change"]["manifestSHA256"] != sha256(read("manifest.json")):
                fail("manifest.json was changed: the log names another SHA-256 for it.")
            return packed[0]


        def check_signature(note, verifier):
            """The head of the log is signed with the key."""
            try:
                name, digest, key = verifier.split("+", 2)
                public = base64.b64decode(key)
            except ValueError:
                fail("the key '%s' is not one: name+hash+key belongs there." % verifier)
            if len(public) != 33 or public[0] != 1:
                fail("the key is of a kind that this script does not know.")
            try:
                told = subprocess.run(["openssl", "version"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
                version = told.stdout.decode(errors="replace").strip()
            except OSError:
                version = "none is installed"
            number = re.match(r"OpenSSL (\d+)", version)
            if not number or int(number.group(1)) < 3:
                print("SIGNATURE NOT CHECKED: this needs OpenSSL 3 or later, and there is: %s." % version, file=sys.stderr)
                print("All else fits, but it is not shown who signed the log.", file=sys.stderr)
                sys.exit(3)
            text, signatures = note.split("\n\n", 1)
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
                    if subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT).returncode == 0:
                        return
                    fail("%s is not signed with the key %s." % (NOTE, verifier))
            fail("%s has no signature of the key %s." % (NOTE, verifier))


        def main():
            if len(sys.argv) > 2 or sys.argv[1:] in (["-h"], ["--help"]):
                print(__doc__)
                sys.exit(2)
            os.chdir(os.path.dirname(os.path.abspath(__file__)))
            try:
                manifest = json.loads(read("manifest.json"))
                kind, _ = manifest["format"], (manifest["files"][0]["sha256"], manifest["tenant"] + "", manifest["caseNumber"] + 0)
            except (ValueError, KeyError, TypeError, IndexError):
                fail("manifest.json was changed: it cannot be read.")
            if kind != "fordring-hand-off/1":
                fail("manifest.json is of a format that this script does not know.")
            check_files(manifest)
            entries, note, origin, size = check_trail(manifest)
            packed = check_packed(manifest, entries)
            verifier = sys.argv[1] if len(sys.argv) > 1 else read(KEY).decode().strip()
            check_signature(note, verifier)
            print("verified: the %d files of manifest.json are here, unchanged, and no other" % len(manifest["files"]))
            print("verified: entry %d of the log '%s' names that manifest (%s)" % (packed["seq"], origin, packed["time"]))
            print("verified: %d entries about the case stand in that log of %d entries" % (len(entries), size))
            print("verified: the log is signed by %s" % verifier)


        main()

        """#
}
