"""Every setting: name, type, default and one-line meaning; read once from the environment."""

import contextlib
import os
import secrets
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

PACKAGE = Path(__file__).resolve().parent


def shipped(folder: str) -> Path:
    """A data folder (criteria, migrations) inside the installed package, or beside it in a source checkout."""
    inside = PACKAGE / folder
    return inside if inside.is_dir() else PACKAGE.parent / folder


def _setting(meaning: str, default: Any) -> Any:
    return field(default=default, metadata={"meaning": meaning})


class SettingError(ValueError):
    """A setting that cannot be used; the message names it and says what is allowed."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The settings of one instance; each is read from the environment variable of its upper-case name."""

    data: Path = _setting("Folder of this instance: database, files, secret key, queue.", Path("instance"))
    database_url: str = _setting("Database; empty means SQLite in the data folder.", "")
    secret_key: str = _setting("Key that signs sessions; empty means one kept in the data folder.", "")
    store: str = _setting("Where new evidence files land: disk or bucket.", "disk")
    uploads: str = _setting("Folder of the disk store; empty means `uploads` in the data folder.", "")
    s3_endpoint: str = _setting("Address of the S3-compatible server (store = bucket).", "")
    s3_bucket: str = _setting("Name of the bucket (store = bucket).", "")
    s3_access_key: str = _setting("Access key of the bucket.", "")
    s3_secret_key: str = _setting("Secret key of the bucket.", "")
    redis_url: str = _setting("Queue on Redis for several machines; empty means the embedded queue.", "")
    signing_key: str = _setting("PKCS#12 file (key and certificate) that signs certificates; empty means that they are "
                                "not signed, in a demonstration that a marked key of its own signs.", "")
    signing_passphrase: str = _setting("Passphrase of that file.", "")
    credential_key: str = _setting("Ed25519 private key (PEM file) that signs verifiable credentials; empty means one "
                                   "kept in the data folder.", "")
    mail_host: str = _setting("SMTP server; empty means that mail is written to the data folder instead.", "")
    mail_port: int = _setting("Port of the SMTP server.", 25)
    mail_user: str = _setting("Name for the SMTP server, if it asks for one.", "")
    mail_password: str = _setting("Password for the SMTP server.", "")
    mail_tls: bool = _setting("Whether to use STARTTLS.", False)
    mail_from: str = _setting("Sender of every mail.", "portal@localhost")
    base_url: str = _setting("Address under which people reach the portal; printed on certificates and in mail.",
                             "http://127.0.0.1:8000")
    cookie_secure: bool = _setting("Send cookies over HTTPS only (off for the demo on loopback).", False)
    behind_proxy: bool = _setting("Trust one reverse proxy's X-Forwarded headers.", False)
    workers: int = _setting("Web processes of `portal serve`.", 2)
    port: int = _setting("Port of `portal serve` and `portal demo`.", 8000)
    bind: str = _setting("Address that the server listens on.", "127.0.0.1")
    demo: bool = _setting("Mark every page and paper as demonstration data.", False)
    upload_limit_mb: int = _setting("Largest single evidence file, in megabytes.", 100)
    sign_in_limit: str = _setting("Sign-in attempts allowed per address.", "20 per minute")
    default_language: str = _setting("Language of a visitor who has chosen none: zh or en.", "zh")

    @property
    def database(self) -> str:
        """The SQLAlchemy URL in force."""
        url = self.database_url or f"sqlite:///{(self.data / 'portal.sqlite').resolve()}"
        return "postgresql://" + url[len("postgres://"):] if url.startswith("postgres://") else url

    @property
    def uploads_folder(self) -> Path:
        """Folder of the disk store."""
        return Path(self.uploads) if self.uploads else self.data / "uploads"

    def key(self) -> str:
        """The signing key: as set, or made once and kept with owner-only rights in the data folder."""
        if self.secret_key:
            return self.secret_key
        return kept_once(self.data / "secret.key", lambda: secrets.token_hex(32).encode()).read_text()


def kept_once(path: Path, make: Callable[[], bytes]) -> Path:
    """A secret of our own, made once and kept with owner-only rights; it appears whole or not at all.

    Of two processes that start at once both use the same; one that is killed meanwhile leaves no half of it.
    """
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, aside = tempfile.mkstemp(dir=path.parent, prefix=path.name)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(make())
                file.flush()
                os.fsync(file.fileno())
            with contextlib.suppress(FileExistsError):
                os.link(aside, path)
        finally:
            os.unlink(aside)
    return path


def read(environ: dict[str, str] | None = None, **overrides: object) -> Settings:
    """Settings from the environment; SettingError names a value that does not fit its type."""
    environ = dict(os.environ) if environ is None else environ
    values: dict[str, object] = {}
    for item in fields(Settings):
        raw = environ.get(item.name.upper())
        if raw is None or raw == "":
            continue
        kind: Any = type(item.default)
        try:
            if kind is bool:
                values[item.name] = {"1": True, "true": True, "yes": True, "0": False, "false": False,
                                     "no": False}[raw.lower()]
            elif isinstance(item.default, Path):
                values[item.name] = Path(raw)
            else:
                values[item.name] = kind(raw)
        except (KeyError, ValueError) as error:
            raise SettingError(f"{item.name.upper()}={raw!r}: expected {kind.__name__}. {item.metadata['meaning']}"
                               ) from error
    chosen = Settings(**(values | overrides))  # type: ignore[arg-type]
    for name, allowed in (("default_language", ("zh", "en")), ("store", ("disk", "bucket"))):
        if getattr(chosen, name) not in allowed:
            raise SettingError(f"{name.upper()}={getattr(chosen, name)!r}: expected one of {', '.join(allowed)}.")
    return chosen
