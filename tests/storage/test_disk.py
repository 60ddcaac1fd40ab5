"""A kept file is whole, durable under its digest, and never changed."""

import hashlib
import io
import os
import threading
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.storage.bucket import BucketStore, BucketUnavailable
from portal.storage.choice import open_store
from portal.storage.disk import DiskStore
from portal.storage.store import FileDiffers, FileMissing, is_intact

CONTENT = "节水".encode() * 1000
DIGEST = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def store(tmp_path):
    return DiskStore(tmp_path / "uploads")


def put(store, content=CONTENT):
    sha256 = hashlib.sha256(content).hexdigest()
    store.put(io.BytesIO(content), sha256=sha256, size=len(content))
    return sha256


def test_what_is_put_can_be_read(store):
    stream = io.BytesIO(CONTENT)
    stream.read(100)  # wherever the stream stands, the file is kept from its beginning
    store.put(stream, sha256=DIGEST, size=len(CONTENT))
    assert not stream.closed
    with store.open(DIGEST) as file:
        assert file.read() == CONTENT
        file.seek(3)
        assert file.read(3) == CONTENT[3:6]
    assert store.exists(DIGEST) and store.size(DIGEST) == len(CONTENT) and is_intact(store, DIGEST)
    assert list(store.digests()) == [DIGEST]
    assert store.path(DIGEST) == store.folder / DIGEST[:2] / DIGEST[2:4] / DIGEST
    assert store.path(DIGEST).stat().st_mode & 0o777 == 0o440
    assert list(store.abandoned()) == []


def test_the_same_file_again_changes_nothing(store):
    put(store)
    before = store.path(DIGEST).stat()
    put(store)
    after = store.path(DIGEST).stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)
    assert after.st_nlink == 1


@pytest.mark.parametrize(
    ("content", "size"),
    [
        (CONTENT + b"!", len(CONTENT)),
        (CONTENT[:-1], len(CONTENT)),
        (CONTENT, 3),
        (b"x" * len(CONTENT), len(CONTENT)),
        (b"", 0),
    ],
)
def test_another_file_than_named_is_not_kept(store, content, size):
    with pytest.raises(FileDiffers):
        store.put(io.BytesIO(content), sha256=DIGEST, size=size)
    assert not store.exists(DIGEST) and list(store.digests()) == [] and list(store.abandoned()) == []


def test_what_a_killed_writer_left_is_cleared_by_age(store):
    put(store)
    store.pieces().add("ab" * 16, "00-aa", b"piece")
    for folder in (".arriving", ".pieces"):
        (store.folder / folder / "tmpcutoff").write_bytes(b"half")
    moment = datetime.now(UTC)
    assert len(list(store.abandoned())) == 2 and store.clear(before=moment - timedelta(hours=1)) == 0
    assert store.clear(before=moment + timedelta(hours=1)) == 2 and list(store.abandoned()) == []
    assert store.exists(DIGEST) and store.pieces().read("ab" * 16, "00-aa") == b"piece"


def test_a_stream_that_breaks_leaves_nothing(store):
    class Broken(io.BytesIO):
        def read(self, size=-1):
            if self.tell():
                raise ConnectionError("cut off")
            return super().read(10)

    with pytest.raises(ConnectionError):
        store.put(Broken(CONTENT), sha256=DIGEST, size=len(CONTENT))
    assert not store.exists(DIGEST) and list(store.abandoned()) == []


def test_a_damaged_file_is_not_passed_off_as_kept(store):
    put(store)
    path = store.path(DIGEST)
    os.chmod(path, 0o640)
    path.write_bytes(b"x" * len(CONTENT))
    assert not is_intact(store, DIGEST)
    path.write_bytes(b"short")
    with pytest.raises(FileDiffers):
        put(store)
    assert path.read_bytes() == b"short"


def test_what_is_not_kept_is_missing(store):
    assert not store.exists(DIGEST)
    for ask in (store.open, store.size):
        with pytest.raises(FileMissing) as missing:
            ask(DIGEST)
        assert missing.value.sha256 == DIGEST
    store.delete(DIGEST)
    assert list(store.digests()) == [] and list(store.abandoned()) == []


def test_a_deleted_file_is_gone(store):
    put(store)
    store.delete(DIGEST)
    assert not store.exists(DIGEST)
    put(store)
    assert store.exists(DIGEST)


@pytest.mark.parametrize("name", ["", "../../etc/passwd", DIGEST[:-1], DIGEST.upper(), DIGEST + "\n", "g" * 64])
def test_only_a_digest_names_a_file(store, name):
    for ask in (store.open, store.exists, store.size, store.delete, BucketStore.key):
        with pytest.raises(ValueError):
            ask(name)


def test_many_at_once_keep_one_file(store):
    errors = []

    def keep():
        try:
            put(store)
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=keep) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == [] and list(store.digests()) == [DIGEST] and list(store.abandoned()) == []
    assert is_intact(store, DIGEST)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.binary(max_size=50), max_size=6))
def test_a_store_is_a_set_of_files(tmp_path_factory, contents):
    store = DiskStore(tmp_path_factory.mktemp("store"))
    digests = {put(store, content) for content in contents}
    assert set(store.digests()) == digests
    for content in contents:
        with store.open(hashlib.sha256(content).hexdigest()) as file:
            assert file.read() == content


def test_the_store_is_opened_by_the_name_that_rows_remember(tmp_path):
    store = open_store("disk", uploads=tmp_path)
    assert isinstance(store, DiskStore) and store.name == "disk" and store.folder == tmp_path
    with pytest.raises(BucketUnavailable):
        open_store("bucket", uploads=tmp_path)
    with pytest.raises(ValueError):
        open_store("tape", uploads=tmp_path)


def test_the_bucket_is_opened_from_its_settings(tmp_path):
    pytest.importorskip("boto3")
    bucket = open_store(
        "bucket",
        uploads=tmp_path,
        s3_bucket="evidence",
        s3_endpoint="http://127.0.0.1:9",
        s3_access_key="a",
        s3_secret_key="b",
    )
    assert isinstance(bucket, BucketStore) and bucket.name == "bucket" and bucket.bucket == "evidence"
