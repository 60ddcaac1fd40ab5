"""The bucket store against a real S3-compatible server: what it promises, and what it refuses."""

import hashlib
import io
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import boto3
import pytest

from portal.storage.bucket import BucketStore, connect
from portal.storage.store import FileDiffers, FileMissing, StoreUnavailable, is_intact
from tests.servers import free_port
from tests.storage.swift import ACCESS, SECRET, make_bucket, s3


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    with s3() as url:
        yield url


@pytest.fixture(scope="module")
def store(endpoint: str) -> BucketStore:
    make_bucket(endpoint)
    return connect(bucket="evidence", endpoint=endpoint, access_key=ACCESS, secret_key=SECRET)


def put(store: BucketStore, data: bytes) -> str:
    sha256 = hashlib.sha256(data).hexdigest()
    store.put(io.BytesIO(data), sha256=sha256, size=len(data))
    return sha256


def test_what_is_put_can_be_read_and_counted(store: BucketStore) -> None:
    sha256 = put(store, b"meter reading" * 1000)
    with store.open(sha256) as stream:
        assert stream.read() == b"meter reading" * 1000
        stream.seek(6)
        assert stream.read(7) == b"reading"
    assert store.exists(sha256) and store.size(sha256) == 13_000
    assert sha256 in set(store.digests()) and is_intact(store, sha256)


def test_the_same_bytes_twice_are_one_object(store: BucketStore) -> None:
    assert put(store, b"twice") == put(store, b"twice")
    assert list(store.digests()).count(hashlib.sha256(b"twice").hexdigest()) == 1


def test_bytes_that_do_not_fit_their_digest_are_refused(store: BucketStore) -> None:
    wrong = hashlib.sha256(b"promised").hexdigest()
    with pytest.raises(FileDiffers):
        store.put(io.BytesIO(b"sent"), sha256=wrong, size=4)
    assert not store.exists(wrong)


def test_a_large_file_goes_in_parts(store: BucketStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.storage.bucket._ONE_REQUEST", 1024 * 1024)
    data = bytes(range(256)) * 4096 * 12
    sha256 = put(store, data)
    with store.open(sha256) as stream:
        assert hashlib.sha256(stream.read()).hexdigest() == sha256


def test_what_is_not_there_is_missing(store: BucketStore) -> None:
    with pytest.raises(FileMissing):
        store.open("0" * 64)
    with pytest.raises(FileMissing):
        store.size("0" * 64)
    store.delete("0" * 64)


def test_what_is_deleted_is_gone(store: BucketStore) -> None:
    sha256 = put(store, b"short-lived")
    store.delete(sha256)
    assert not store.exists(sha256)


def test_a_forged_signature_is_rejected(endpoint: str, store: BucketStore) -> None:
    forger = connect(bucket="evidence", endpoint=endpoint, access_key=ACCESS, secret_key="guessed")
    with pytest.raises(StoreUnavailable, match="Forbidden"):
        put(forger, b"forged")


def test_pieces_wait_in_the_bucket_and_are_no_files(store: BucketStore) -> None:
    pieces, upload = store.pieces(), "ab" * 16
    before = set(store.digests())
    pieces.add(upload, "000-aa", b"one")
    pieces.add(upload, "003-bb", b"two")
    assert pieces.read(upload, "000-aa") + pieces.read(upload, "003-bb") == b"onetwo"
    assert list(pieces.uploads()) == [upload] and set(store.digests()) == before
    pieces.remove(upload, "000-aa")
    with pytest.raises(FileMissing):
        pieces.read(upload, "000-aa")
    pieces.forget(upload)
    assert list(pieces.uploads()) == []


def test_what_was_sent_in_several_requests_and_never_completed_is_cleared_by_age(endpoint: str, store: BucketStore) -> None:
    client = boto3.client("s3", endpoint_url=endpoint, aws_access_key_id=ACCESS, aws_secret_access_key=SECRET,
                          region_name="us-east-1")
    client.create_multipart_upload(Bucket="evidence", Key=BucketStore.key("0" * 64))
    moment = datetime.now(UTC)
    assert store.clear(before=moment - timedelta(days=1)) == 0
    assert store.clear(before=moment + timedelta(minutes=1)) == 1 and store.clear(before=moment + timedelta(minutes=1)) == 0


def test_a_bucket_that_does_not_answer_is_said_to_be_away() -> None:
    gone = connect(bucket="evidence", endpoint=f"http://127.0.0.1:{free_port()}", access_key=ACCESS, secret_key=SECRET)
    pieces = gone.pieces()
    for ask in (lambda: put(gone, b"bytes"), lambda: gone.open("0" * 64), lambda: gone.exists("0" * 64), lambda: list(gone.digests()),
                lambda: pieces.add("ab", "00", b"bytes"), lambda: pieces.read("ab", "00"), lambda: list(pieces.uploads())):
        with pytest.raises(StoreUnavailable):
            ask()
