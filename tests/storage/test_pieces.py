"""Pieces wait beside the store, come back as they were, and go when told."""

from pathlib import Path

import pytest

from portal.storage.disk import DiskStore
from portal.storage.store import FileMissing

UPLOAD = "ab" * 16


def test_pieces_are_kept_read_and_forgotten(tmp_path: Path) -> None:
    pieces = DiskStore(tmp_path).pieces()
    assert list(pieces.uploads()) == []
    pieces.add(UPLOAD, "000-aa", b"one")
    pieces.add(UPLOAD, "003-bb", b"two")
    pieces.add(UPLOAD, "003-bb", b"two")
    assert pieces.read(UPLOAD, "000-aa") + pieces.read(UPLOAD, "003-bb") == b"onetwo"
    assert list(pieces.uploads()) == [UPLOAD]
    pieces.remove(UPLOAD, "000-aa")
    pieces.remove(UPLOAD, "000-aa")
    with pytest.raises(FileMissing):
        pieces.read(UPLOAD, "000-aa")
    pieces.forget(UPLOAD)
    pieces.forget(UPLOAD)
    assert list(pieces.uploads()) == []


def test_pieces_are_no_files_of_the_store(tmp_path: Path) -> None:
    store = DiskStore(tmp_path)
    store.pieces().add(UPLOAD, "000-aa", b"one")
    assert list(store.digests()) == [] and list(store.abandoned()) == []


@pytest.mark.parametrize("name", ["../x", "", "/etc", "a/b", ".", "A"])
def test_a_name_can_never_be_a_path(tmp_path: Path, name: str) -> None:
    pieces = DiskStore(tmp_path).pieces()
    with pytest.raises(ValueError):
        pieces.add(name, "00", b"x")
    with pytest.raises(ValueError):
        pieces.read(UPLOAD, name)
