"""Contents of objects, on the disk: an object of any size takes no memory, and parts become an object without a copy."""

import base64
import hashlib
import os
import tempfile
import threading
from typing import NamedTuple

from awscrt import checksums

BLOCK = 1024**2


class Segment(NamedTuple):
    """A range of a file, in bytes."""

    file: "File"
    start: int
    length: int


class File:
    """An unnamed file that only grows. It is gone with the last content in it, or with the process, however that ends."""

    def __init__(self):
        self.file = tempfile.TemporaryFile(buffering=0)
        self.end = 0
        self.lock = threading.Lock()

    def write(self, blocks):
        """Keeps some blocks of bytes. Several threads may write at once: their blocks lie between each other then."""
        segments = []
        for block in blocks:
            with self.lock:
                start = self.end
                self.end += len(block)
            view = memoryview(block)
            at = start
            while view:
                written = os.pwrite(self.file.fileno(), view, at)
                view = view[written:]
                at += written
            last = segments[-1] if segments else None
            if last is not None and last.start + last.length == start:
                segments[-1] = Segment(self, last.start, last.length + len(block))
            else:
                segments.append(Segment(self, start, len(block)))
        return Content(segments)

    def read(self, start, length):
        """Some bytes, independent of what other threads read."""
        return os.pread(self.file.fileno(), length, start)


class Content:
    """Bytes that are read when they are needed. Has a length and slices as bytes have, and yields itself in blocks."""

    def __init__(self, segments):
        self.segments = tuple(segment for segment in segments if segment.length > 0)
        self.length = sum(segment.length for segment in self.segments)

    @staticmethod
    def join(contents):
        """Contents one after another; nothing is copied."""
        return Content([segment for content in contents for segment in content.segments])

    def __len__(self):
        return self.length

    def __getitem__(self, part):
        start, stop, _ = part.indices(self.length)
        chosen = []
        at = 0
        for file, begin, length in self.segments:
            first, last = max(start, at), min(stop, at + length)
            if first < last:
                chosen.append(Segment(file, begin + first - at, last - first))
            at += length
        return Content(chosen)

    def __iter__(self):
        for file, start, length in self.segments:
            for at in range(start, start + length, BLOCK):
                yield file.read(at, min(BLOCK, start + length - at))

    def __bytes__(self):
        return b"".join(self)


def blocks_of(value):
    """The bytes of a value, in blocks."""
    return value if isinstance(value, Content) else (value,)


def hashed(create):
    """A checksum of the standard library over blocks."""

    def digest(blocks):
        total = create(usedforsecurity=False)
        for block in blocks:
            total.update(block)
        return total.digest()

    return digest


def summed(update, size):
    """A cyclic checksum over blocks."""

    def digest(blocks):
        total = 0
        for block in blocks:
            total = update(block, total)
        return total.to_bytes(size, "big")

    return digest


ALGORITHMS = {
    "CRC32": summed(checksums.crc32, 4),
    "CRC32C": summed(checksums.crc32c, 4),
    "CRC64NVME": summed(checksums.crc64nvme, 8),
    "SHA1": hashed(hashlib.sha1),
    "SHA256": hashed(hashlib.sha256),
    "MD5": hashed(hashlib.md5),
}
COMBINE = {
    "CRC32": checksums.combine_crc32,
    "CRC32C": checksums.combine_crc32c,
    "CRC64NVME": checksums.combine_crc64nvme,
}


def checksum(value, algorithm, encode_base64=True):
    """The checksum of a value as S3 computes it: the bytes of it, or those in base 64 as headers carry them."""
    digest = ALGORITHMS[algorithm](blocks_of(value))
    return base64.b64encode(digest) if encode_base64 else digest


def combined(digests, algorithm):
    """The cyclic checksum of a whole, in base 64, from those of its parts, which are pairs of checksum and length."""
    total = 0
    for digest, length in digests:
        total = COMBINE[algorithm](total, int.from_bytes(digest, "big"), length)
    return base64.b64encode(total.to_bytes(len(digests[0][0]), "big"))
