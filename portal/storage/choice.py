"""Open the store that a row or a setting names."""

from __future__ import annotations

from pathlib import Path

from portal.storage.bucket import connect
from portal.storage.disk import DiskStore
from portal.storage.store import Store


def open_store(
    name: str,
    *,
    uploads: Path,
    s3_endpoint: str = "",
    s3_bucket: str = "",
    s3_access_key: str = "",
    s3_secret_key: str = "",
) -> Store:
    """Give the store called `disk` or `bucket`; the arguments are the settings of the same names.

    Raises ValueError for another name, BucketUnavailable when the bucket is not set up.
    """
    if name == DiskStore.name:
        return DiskStore(uploads)
    if name == "bucket":
        return connect(bucket=s3_bucket, endpoint=s3_endpoint, access_key=s3_access_key, secret_key=s3_secret_key)
    raise ValueError(f"there is no store called {name!r}: use disk or bucket")
