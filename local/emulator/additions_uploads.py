"""Uploads in parts, and copies. Moto joins all parts in memory to sum them up, answers a lost upload with a server error, and
takes a copy of an object in parts for one in parts."""

import weakref

import additions_objects
from additions_objects import LARGEST, agreed, pieces
from content import ALGORITHMS, COMBINE, Content, File, checksum, combined
from moto.s3.exceptions import EntityTooSmall, InvalidPart, InvalidPartOrder, MalformedXML, NoSuchUpload, S3ClientError
from moto.s3.models import FakeMultipart, S3Backend
from moto.s3.responses import S3Response
from moto.settings import S3_UPLOAD_PART_MIN_SIZE

ALGORITHM_HEADER = "x-amz-checksum-algorithm"
TYPE_HEADER = "x-amz-checksum-type"
# What S3 computes when nothing is asked for (Amazon S3 User Guide: checking object integrity).
DEFAULT_ALGORITHM = "CRC64NVME"

# By upload id; the file with the parts of an upload ends with it and with the objects that were made of it.
uploads = weakref.WeakValueDictionary()


def file_of(upload_id):
    """The file for the parts of an upload; one for all, for 10,000 parts are more files than a process may open."""
    upload = uploads.get(upload_id)
    return None if upload is None else upload.file


def keep_parts_in_one_file():
    """The parts of an upload, which become an object without being read again."""
    create = FakeMultipart.__init__
    put = FakeMultipart.set_part

    def create_with_file(self, *args, **kwargs):
        create(self, *args, **kwargs)
        algorithm = self.metadata.get(ALGORITHM_HEADER) or DEFAULT_ALGORITHM
        kind = self.metadata.get(TYPE_HEADER) or ("FULL_OBJECT" if algorithm == DEFAULT_ALGORITHM else "COMPOSITE")
        if kind == "FULL_OBJECT" and algorithm not in COMBINE or kind == "COMPOSITE" and algorithm == DEFAULT_ALGORITHM:
            message = f"The {kind} checksum type cannot be used with the {algorithm.lower()} checksum algorithm."
            raise S3ClientError("InvalidRequest", message)
        self.checksum_algorithm = algorithm
        self.checksum_type = kind
        self.expected = {}
        self.file = File()
        uploads[self.id] = self

    def put_into_file(self, part_id, value):
        content = value if isinstance(value, Content) else self.file.write(pieces(value))
        part = put(self, part_id, content)
        part.digest = checksum(content, self.checksum_algorithm, encode_base64=False)
        return part

    def complete(self, body):
        parts = []
        for number, etag in body:
            part = self.parts.get(number)
            if part is None or part.etag.strip('"') != etag.strip('"'):
                raise InvalidPart()
            if parts and parts[-1].contentsize < S3_UPLOAD_PART_MIN_SIZE:
                raise EntityTooSmall()
            parts.append(part)
        if not parts:
            raise MalformedXML()
        total = summary(self, parts)
        for algorithm, given in self.expected.items():
            agreed(algorithm, given, total)
        hashes = bytes.fromhex("".join(part.etag.strip('"') for part in parts))
        etag = f"{checksum(hashes, 'MD5', encode_base64=False).hex()}-{len(parts)}"
        return Content.join([part.value for part in parts]), etag, (self.checksum_type, total, len(parts))

    def dispose(self):
        for part in self.parts.values():
            part.dispose()
        # Moto remembers each upload that ever was; its file ends with the objects that were made of it.
        self.file = None

    def abort(self, bucket_name, multipart_id):
        upload = known(self, bucket_name, multipart_id)
        forget(self, bucket_name, multipart_id)
        upload.dispose()

    forget = S3Backend.abort_multipart_upload
    S3Backend.abort_multipart_upload = abort
    FakeMultipart.dispose = dispose
    FakeMultipart.__init__ = create_with_file
    FakeMultipart.set_part = put_into_file
    FakeMultipart.complete = complete


def summary(upload, parts):
    """The checksum of an upload: of its content, or of the checksums of its parts, with their number."""
    algorithm = upload.checksum_algorithm
    if upload.checksum_type == "COMPOSITE":
        return f"{checksum(b''.join(part.digest for part in parts), algorithm).decode()}-{len(parts)}"
    return combined([(part.digest, part.contentsize) for part in parts], algorithm).decode()


def keep_checksums_of_uploads():
    """The checksum of an object in parts, also where none was asked for, in each answer about it."""
    complete = S3Backend.complete_multipart_upload
    get = S3Response.get_object
    head = S3Response.head_object
    post = S3Response._key_response_post

    def complete_with_checksum(self, bucket_name, multipart_id, body):
        upload = known(self, bucket_name, multipart_id)
        key = complete(self, bucket_name, multipart_id, body)
        key.checksum_algorithm = upload.checksum_algorithm
        return key

    def tell(headers, key):
        name = f"x-amz-checksum-{str(key.checksum_algorithm).lower()}"
        if name in headers and key.checksum_type:
            headers[name] = key.checksum_value
            headers[TYPE_HEADER] = key.checksum_type

    def get_with_checksum(self):
        status, headers, content = get(self)
        tell(headers, self._get_key()[0])
        return status, headers, content

    def head_with_checksum(self, bucket_name, query, key_name, headers):
        status, answered, content = head(self, bucket_name, query, key_name, headers)
        if status == 200:
            version = query.get("versionId", [None])[0]
            tell(answered, self.backend.get_object(bucket_name, key_name, version_id=version))
        return status, answered, content

    def post_with_checksum(self, request, body, bucket_name, query, key_name):
        upload = uploads.get(query.get("uploadId", [None])[0])
        if upload is None:
            return post(self, request, body, bucket_name, query, key_name)
        sent = {algorithm: self.headers.get(f"x-amz-checksum-{algorithm.lower()}") for algorithm in ALGORITHMS}
        upload.expected = {algorithm: value for algorithm, value in sent.items() if value is not None}
        serialized = self.serialized

        def add_checksum(answer):
            key = self.backend.get_object(bucket_name, key_name)
            answer.result[f"Checksum{key.checksum_algorithm}"] = key.checksum_value
            answer.result["ChecksumType"] = key.checksum_type
            return serialized(answer)

        self.serialized = add_checksum
        try:
            return post(self, request, body, bucket_name, query, key_name)
        finally:
            # A refusal is written by the same method.
            self.serialized = serialized

    S3Backend.complete_multipart_upload = complete_with_checksum
    S3Response.get_object = get_with_checksum
    S3Response.head_object = head_with_checksum
    S3Response._key_response_post = post_with_checksum


def known(backend, bucket_name, upload_id):
    """An upload that has been begun and has not ended."""
    upload = backend.get_bucket(bucket_name).multiparts.get(upload_id)
    if upload is None:
        raise NoSuchUpload(upload_id=upload_id)
    return upload


def refuse_what_is_wrong_with_parts():
    """Parts of uploads that have ended, out of order, or that have not arrived as they were sent."""
    put = S3Backend.upload_part
    put_copy = S3Backend.upload_part_copy
    receive = S3Response.upload_part
    listed = S3Response._complete_multipart_body

    def put_part(self, bucket_name, multipart_id, part_id, value):
        known(self, bucket_name, multipart_id)
        return put(self, bucket_name, multipart_id, part_id, value)

    def put_part_copy(self, dest_bucket_name, multipart_id, *args, **kwargs):
        known(self, dest_bucket_name, multipart_id)
        return put_copy(self, dest_bucket_name, multipart_id, *args, **kwargs)

    def receive_verified(self):
        self._get_checksum({})
        return receive(self)

    def listed_in_order(self, body):
        last = 0
        for number, etag in listed(self, body):
            if number <= last:
                raise InvalidPartOrder()
            last = number
            yield number, etag

    S3Backend.upload_part = put_part
    S3Backend.upload_part_copy = put_part_copy
    S3Response.upload_part = receive_verified
    S3Response._complete_multipart_body = listed_in_order


def copy_as_one_object():
    """Copies: of one piece whatever the source was, and of no more than S3 copies at once."""
    make = S3Backend.copy_object

    def make_whole(self, src_key, dest_bucket_name, dest_key_name, *args, **kwargs):
        if src_key.size > LARGEST:
            raise S3ClientError(
                "InvalidRequest",
                f"The specified copy source is larger than the maximum allowable size for a copy source: {LARGEST}",
            )
        make(self, src_key, dest_bucket_name, dest_key_name, *args, **kwargs)
        key = self.get_object(dest_bucket_name, dest_key_name)
        key.multipart = None
        if src_key.checksum_type:
            key.checksum_type = "FULL_OBJECT"
            key.checksum_value = checksum(key.value, key.checksum_algorithm).decode()

    S3Backend.copy_object = make_whole


def install():
    """Puts every addition of this file into place, and those to objects."""
    additions_objects.install(file_of)
    keep_parts_in_one_file()
    keep_checksums_of_uploads()
    refuse_what_is_wrong_with_parts()
    copy_as_one_object()
