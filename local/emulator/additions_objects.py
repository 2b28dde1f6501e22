"""S3 objects of gigabytes. Moto holds each part, each object, each copy and each answer in memory, some of them twice, checks
no checksum, and computes another one than S3 where a library is missing."""

import moto.s3.models
import moto.s3.responses
from content import ALGORITHMS, Content, File, checksum
from moto.s3.exceptions import S3ClientError
from moto.s3.models import FakeKey
from moto.s3.responses import S3Response

MEBIBYTE = 1024**2
# What one request may carry and one copy may have (Amazon S3 User Guide: multipart upload limits; CopyObject).
LARGEST = 5 * 1024 * MEBIBYTE
# Contents up to this size stay in memory and are bytes, as in moto.
SMALL = 8 * MEBIBYTE


def keep_objects_on_the_disk():
    """The content of an object. A listing of versions looks at twins of them, which moto makes with their content."""

    def get(self):
        return self.content

    def put(self, value):
        value = value.encode() if isinstance(value, str) else value
        self.contentsize = len(value)
        if len(value) <= SMALL:
            # A part stays where it is: the small parts of an upload are many.
            self.content = value if isinstance(self.name, int) else bytes(value)
        else:
            self.content = value if isinstance(value, Content) else File().write(pieces(value))

    def etag(self):
        if self._etag is None:
            self._etag = checksum(self.content, "MD5", encode_base64=False).hex()
        return f'"{self._etag}"'

    def twin(self, _memo):
        # Without the content, which a twin that lives on would keep on the disk; a listing tells the ETag of it.
        key = FakeKey.__new__(FakeKey)
        key.__dict__.update(self.__dict__, _etag=self.etag.strip('"'), content=b"", multipart=None)
        return key

    def dispose(self, garbage=False):
        # The file ends with the last content in it: a copy, or an answer that is being sent, keeps it until then.
        self.content = b""
        if self.multipart is not None:
            self.multipart.dispose()
        self.disposed = True

    FakeKey.value = property(get, put)
    FakeKey.etag = property(etag)
    FakeKey.__deepcopy__ = twin
    FakeKey.dispose = dispose


def pieces(value):
    """Bytes in blocks, so that they are written one after another."""
    view = memoryview(value)
    return (view[at : at + MEBIBYTE] for at in range(0, len(view), MEBIBYTE))


def receive_bodies_on_the_disk(file_of):
    """Bodies of objects and parts, decoded as they arrive. Moto reads a body, then decodes it into a second one.

    `file_of` tells the file for the parts of an upload.
    """
    setup = S3Response.setup_class
    answer = S3Response._key_response

    def setup_with_body(self, request, full_url=None, headers=None):
        self.trailers = {}
        self.verified = None
        self.refusal = None
        received = receive(self, request) if request.method == "PUT" else None
        setup(self, request, full_url, headers)
        if received is not None:
            self.body = self.raw_body = received

    def receive(self, request):
        chunked = request.headers.get("x-amz-content-sha256", "").startswith("STREAMING-")
        length = int(request.headers.get("x-amz-decoded-content-length" if chunked else "content-length") or 0)
        file = file_of(request.args.get("uploadId"))
        if not chunked and length <= SMALL and file is None:
            return None
        blocks = decoded(request.stream, self.trailers) if chunked else whole(request.stream)
        try:
            if length > LARGEST:
                for _ in blocks:
                    pass
                raise S3ClientError("EntityTooLarge", "Your proposed upload exceeds the maximum allowed size")
            if file is not None:
                return file.write(blocks)
            return b"".join(blocks) if length <= SMALL else File().write(blocks)
        except S3ClientError as error:
            self.refusal = error
            return b""

    def answer_unless_refused(self, request, full_url):
        if self.refusal is not None:
            raise self.refusal
        return answer(self, request, full_url)

    signed = S3Response._handle_v4_chunk_signatures
    S3Response._handle_v4_chunk_signatures = lambda self, body, length: signed(self, body, length) if body else b""
    S3Response.setup_class = setup_with_body
    S3Response._key_response = answer_unless_refused


def whole(stream):
    """A body as it is, in blocks."""
    while block := stream.read(MEBIBYTE):
        yield block


def decoded(stream, trailers):
    """A body in chunks, each after a line with its length in hex (Amazon S3 API Reference: sigv4-streaming), in blocks.

    What follows the last chunk is put into `trailers`.
    """
    while size := int(stream.readline().split(b";")[0].strip() or b"0", 16):
        while size > 0:
            block = stream.read(min(size, MEBIBYTE))
            if not block:
                raise S3ClientError("IncompleteBody", "The request body terminated unexpectedly")
            size -= len(block)
            yield block
        stream.readline()
    while line := stream.readline().strip():
        name, _, value = line.decode().partition(":")
        trailers[name.strip().lower()] = value.strip()


def verify_checksums():
    """The checksum that a client sends with a body, in a header or after it. Moto tells it back without a look."""

    def verified(self, response_headers):
        if self.verified is None:
            self.verified = verify(self)
        algorithm, value = self.verified
        if value is not None:
            response_headers[f"x-amz-checksum-{algorithm.lower()}"] = value
        return self.verified

    def verify(self):
        if "content-md5" in self.headers and checksum(self.body, "MD5").decode() != self.headers["content-md5"]:
            raise S3ClientError("BadDigest", "The Content-MD5 you specified did not match what we received.")
        for algorithm in ALGORITHMS:
            name = f"x-amz-checksum-{algorithm.lower()}"
            given = self.headers.get(name) or self.trailers.get(name)
            if given is not None:
                return algorithm, agreed(algorithm, given, checksum(self.body, algorithm).decode())
        algorithm = self.headers.get("x-amz-sdk-checksum-algorithm", "")
        return algorithm, checksum(self.body, algorithm).decode() if algorithm else None

    S3Response._get_checksum = verified
    for module in (moto.s3.models, moto.s3.responses):
        module.compute_checksum = checksum


def agreed(algorithm, given, actual):
    """The checksum of what has arrived, if it is the one that was given."""
    if given != actual:
        raise S3ClientError("BadDigest", f"The {algorithm} you specified did not match the calculated checksum.")
    return actual


def install(file_of):
    """Puts every addition of this file into place; `file_of` as in `receive_bodies_on_the_disk`."""
    keep_objects_on_the_disk()
    receive_bodies_on_the_disk(file_of)
    verify_checksums()
