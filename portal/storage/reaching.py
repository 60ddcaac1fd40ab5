"""Turn what boto3 raises while a bucket is away into the one error that every store has for it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from portal.storage.store import StoreUnavailable

# Refused to us altogether (keys, rights, no such bucket): the person who sends a file can do as little about it as
# about a server that is down.
_NOBODY = {401, 403, 429}
_NO_BUCKET = "NoSuchBucket"


@contextmanager
def reaching() -> Iterator[None]:
    """Around anything that is asked of a bucket, also as a decorator; raises StoreUnavailable when it is away."""
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield
    except ClientError as error:
        status = int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
        code = error.response.get("Error", {}).get("Code", "")
        if status >= 500 or status in _NOBODY or code == _NO_BUCKET:
            raise StoreUnavailable(f"{error}") from error
        raise
    except BotoCoreError as error:
        raise StoreUnavailable(str(error)) from error
