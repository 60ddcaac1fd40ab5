"""An S3-compatible bucket as a store, through boto3 (the optional extra `s3`)."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import closing, suppress
from datetime import datetime
from typing import IO, Any, BinaryIO, cast

from portal.storage.pieces import BucketPieces
from portal.storage.reaching import reaching
from portal.storage.store import CHUNK, FileDiffers, FileMissing, checked, chunks

_IN_MEMORY = 8 * 1024 * 1024
_ONE_REQUEST = 64 * 1024 * 1024
_ABSENT = {"404", "NoSuchKey", "NotFound"}
_TAKEN = {"412", "PreconditionFailed", "409", "ConditionalRequestConflict"}


class BucketUnavailable(RuntimeError):
    """The bucket cannot be used: boto3 is not installed, or a setting is missing."""


class BucketStore:
    """Files in a bucket under `ab/cd/<sha256>`; see Store for the promises."""

    name = "bucket"

    def __init__(self, client: Any, *, bucket: str) -> None:
        self._client = client
        self.bucket = bucket

    @staticmethod
    def key(sha256: str) -> str:
        """Give the key of a file, the same path as on a disk so that a folder can be copied over."""
        checked(sha256)
        return f"{sha256[:2]}/{sha256[2:4]}/{sha256}"

    @reaching()
    def put(self, stream: BinaryIO, *, sha256: str, size: int) -> None:
        """Keep a file; see Store.put. The digest is checked before anything is sent."""
        key = self.key(sha256)
        for _ in chunks(stream, sha256=sha256, size=size):
            pass
        if self._is_kept(sha256, size=size):
            return
        stream.seek(0)
        if size <= _ONE_REQUEST:
            self._put_once(stream, key=key, size=size)
        else:
            # upload_fileobj closes what it reads from, and the stream is the caller's.
            self._client.upload_fileobj(_Unclosable(stream), self.bucket, key, Config=_transfer())
        if not self._is_kept(sha256, size=size):
            raise FileMissing(sha256)

    def _put_once(self, stream: BinaryIO, *, key: str, size: int) -> None:
        try:
            self._client.put_object(
                Bucket=self.bucket, Key=key, Body=stream, ContentLength=size,
                ContentType="application/octet-stream", IfNoneMatch="*",
            )  # fmt: skip
        except _client_error() as error:
            if _code(error) not in _TAKEN:  # taken: the same file arrived twice at once
                raise

    def _is_kept(self, sha256: str, *, size: int) -> bool:
        try:
            found = self.size(sha256)
        except FileMissing:
            return False
        if found != size:
            raise FileDiffers(sha256)
        return True

    @reaching()
    def open(self, sha256: str) -> BinaryIO:
        """Open a kept file; see Store.open. It is fetched into a temporary file, so that it can be sought in."""
        try:
            answer = self._client.get_object(Bucket=self.bucket, Key=self.key(sha256))
        except _client_error() as error:
            raise _missing_or(error, sha256) from error
        fetched: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - the caller closes it
        try:
            # Its own `with` gives the bare connection, which does not know the length.
            with closing(answer["Body"]) as body:
                for chunk in body.iter_chunks(CHUNK):
                    fetched.write(chunk)
            fetched.seek(0)
        except BaseException:
            fetched.close()
            raise
        return cast(BinaryIO, fetched)

    @reaching()
    def exists(self, sha256: str) -> bool:
        """Tell whether a file is kept."""
        try:
            self.size(sha256)
        except FileMissing:
            return False
        return True

    @reaching()
    def size(self, sha256: str) -> int:
        """Give a kept file's size in bytes; see Store.size."""
        try:
            return int(self._client.head_object(Bucket=self.bucket, Key=self.key(sha256))["ContentLength"])
        except _client_error() as error:
            raise _missing_or(error, sha256) from error

    @reaching()
    def delete(self, sha256: str) -> None:
        """Forget a file; see Store.delete."""
        try:
            self._client.delete_object(Bucket=self.bucket, Key=self.key(sha256))
        except _client_error() as error:
            if _code(error) not in _ABSENT:
                raise

    def digests(self) -> Iterator[str]:
        """Give the digests of all kept files."""
        with reaching():
            for page in self._client.get_paginator("list_objects_v2").paginate(Bucket=self.bucket):
                for entry in page.get("Contents", ()):
                    with suppress(ValueError):
                        yield checked(str(entry["Key"]).rpartition("/")[2])

    def pieces(self) -> BucketPieces:
        """Give the waiting room for files that arrive in pieces."""
        return BucketPieces(self._client, bucket=self.bucket)

    @reaching()
    def clear(self, *, before: datetime) -> int:
        """Give up what was sent in several requests and never completed; see Store.clear."""
        left = [(one["Key"], one["UploadId"])
                for page in self._client.get_paginator("list_multipart_uploads").paginate(Bucket=self.bucket)
                for one in page.get("Uploads", ()) if one["Initiated"] < before]
        for key, upload in left:
            self._client.abort_multipart_upload(Bucket=self.bucket, Key=key, UploadId=upload)
        return len(left)


def connect(
    *, bucket: str, endpoint: str = "", access_key: str = "", secret_key: str = "", region: str = ""
) -> BucketStore:
    """Connect to a bucket that exists; an empty `endpoint` means Amazon's, empty keys boto3's own search for them.

    Raises BucketUnavailable when boto3 is not installed or no bucket is named. Nothing is sent yet.
    """
    if not bucket:
        raise BucketUnavailable("no bucket is named")
    try:
        import boto3
        from botocore.config import Config
    except ImportError as error:
        raise BucketUnavailable("the bucket store needs boto3: install the extra `s3`") from error
    client = boto3.client(
        "s3",
        endpoint_url=endpoint or None,
        aws_access_key_id=access_key or None,
        aws_secret_access_key=secret_key or None,
        region_name=region or "us-east-1",
        config=Config(
            signature_version="s3v4",
            # Path style and a signed body work on every compatible server; the newer checksum trailers do not.
            # The signature covers the body's SHA-256, so the server notices what was damaged on the way.
            s3={"addressing_style": "path" if endpoint else "auto", "payload_signing_enabled": True},
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
            connect_timeout=5,
            read_timeout=60,
            retries={"max_attempts": 4, "mode": "standard"},
        ),
    )
    return BucketStore(client, bucket=bucket)


class _Unclosable:
    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def read(self, size: int = -1) -> bytes:
        return self._stream.read(size)

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._stream.seek(offset, whence)

    def tell(self) -> int:
        return self._stream.tell()


def _transfer() -> Any:
    from boto3.s3.transfer import TransferConfig

    # One part after the other: with threads the library holds ten of them in memory whatever their number.
    return TransferConfig(multipart_threshold=_ONE_REQUEST, multipart_chunksize=_ONE_REQUEST // 8, use_threads=False)


def _client_error() -> type[Exception]:
    from botocore.exceptions import ClientError

    return cast(type[Exception], ClientError)


def _code(error: Exception) -> str:
    return str(cast(Any, error).response.get("Error", {}).get("Code", ""))


def _missing_or(error: Exception, sha256: str) -> Exception:
    return FileMissing(sha256) if _code(error) in _ABSENT else error
