#!/usr/bin/python3
"""Writes test/vectors/content.json with libtorrent, an independent implementation of BEP 52.

Run with the Python that has Debian's python3-libtorrent:  /usr/bin/python3 scripts/vectors-libtorrent.py
"""

import hashlib
import json
import os
import struct
import tempfile

import libtorrent

CHUNK = 262144
SIZES = [0, 1, 16383, 16384, 16385, 81921, 262143, 262144, 262145, 1 << 20, (5 << 20) + 7]


def content(size):
    return bytes((i * 31 + (i >> 8) + 7 * (i >> 16)) & 255 for i in range(size))


def pieces_root_and_layer(data):
    """BEP 52 gives an empty file no pieces root; ours is SHA-256 of nothing."""
    if not data:
        return hashlib.sha256(b"").digest(), []
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "content")
        with open(path, "wb") as file:
            file.write(data)
        storage = libtorrent.file_storage()
        libtorrent.add_files(storage, path)
        torrent = libtorrent.create_torrent(storage, CHUNK, libtorrent.create_torrent.v2_only)
        libtorrent.set_piece_hashes(torrent, folder)
        entry = torrent.generate()
    root = entry[b"info"][b"file tree"][b"content"][b""][b"pieces root"]
    # "Omitted" in a torrent for a file of one piece: the root stands for it.
    layer = entry.get(b"piece layers", {}).get(root, root)
    return root, [layer[i : i + 32] for i in range(0, len(layer), 32)]


def vector(size):
    data = content(size)
    root, layer = pieces_root_and_layer(data)
    header = b"chiral/file/1\0" + struct.pack(">Q", size) + root
    return {
        "sizeBytes": size,
        "sha256": hashlib.sha256(data).hexdigest(),
        "piecesRoot": root.hex(),
        "chunkHashes": [node.hex() for node in layer],
        "fileHash": hashlib.sha256(header).hexdigest(),
    }


def main():
    target = os.path.join(os.path.dirname(__file__), "..", "test", "vectors", "content.json")
    document = {
        "description": "BEP 52 pieces roots and piece layers (256 KiB pieces) made by libtorrent, and the file hashes over them.",
        "generator": f"scripts/vectors-libtorrent.py, libtorrent {libtorrent.__version__}",
        "content": "byte i of every file is (i * 31 + (i >> 8) + 7 * (i >> 16)) & 255",
        "files": [vector(size) for size in SIZES],
    }
    with open(target, "w") as file:
        json.dump(document, file, indent=2)
        file.write("\n")


if __name__ == "__main__":
    main()
