"""Passwords as Argon2id hashes."""

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
_NOBODY = _hasher.hash("nobody has this password")
SHORTEST = 10


def hashed(password: str) -> str:
    """The Argon2id hash of a password."""
    return _hasher.hash(password)


def matches(hash_: str | None, password: str) -> bool:
    """Whether a password fits; takes as long for an unknown person, so that names cannot be probed."""
    try:
        return _hasher.verify(hash_ or _NOBODY, password) and hash_ is not None
    except VerificationError:
        return False
