#!/usr/bin/env python3
"""Makes common-passwords.bin from lists with one password on each line (see README.md).

Usage: generate-common-passwords.py common-passwords.bin LIST...

Each password is normalised as in src/credentials/password.rs (NFKC, lower case), left out when it
has fewer than 8 characters (no policy lets those through), and kept as the first 40 bits of its
SHA-256: 16 bits choose a bucket, 24 are stored.

Layout: 65 537 little-endian u32 (where each bucket starts, in entries; the last is the total),
then the 3-byte entries of all buckets, sorted.
"""
import hashlib
import struct
import sys
import unicodedata

SHORTEST = 8


def fingerprints(path):
    with open(path, encoding="utf-8", errors="strict") as lines:
        for line in lines:
            word = unicodedata.normalize("NFKC", line.rstrip("\r\n")).lower()
            if len(word) >= SHORTEST:
                yield hashlib.sha256(word.encode()).digest()[:5]


def main():
    target, *sources = sys.argv[1:]
    entries = sorted({entry for source in sources for entry in fingerprints(source)})
    starts = [0] * 65_537
    for entry in entries:
        starts[int.from_bytes(entry[:2], "big") + 1] += 1
    for bucket in range(65_536):
        starts[bucket + 1] += starts[bucket]
    with open(target, "wb") as out:
        out.write(struct.pack("<65537I", *starts))
        out.write(b"".join(entry[2:] for entry in entries))
    print(f"{len(entries)} passwords")


main()
