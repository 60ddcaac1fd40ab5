"""A real S3-compatible server for tests: OpenStack Swift with its S3 front, one device, on loopback."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.conftest import missing
from tests.servers import free_port

ACCESS, SECRET = "portal:tester", "testing"

PROXY = """[DEFAULT]
bind_ip = 127.0.0.1
bind_port = {proxy}
swift_dir = {folder}
user = {user}
workers = 0
log_level = ERROR
[pipeline:main]
pipeline = catch_errors cache s3api tempauth slo dlo proxy-server
[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
[filter:catch_errors]
use = egg:swift#catch_errors
[filter:cache]
use = egg:swift#memcache
[filter:s3api]
use = egg:swift#s3api
location = us-east-1
min_segment_size = 1048576
[filter:tempauth]
use = egg:swift#tempauth
user_portal_tester = testing .admin
[filter:slo]
use = egg:swift#slo
[filter:dlo]
use = egg:swift#dlo
"""

SERVER = """[DEFAULT]
bind_ip = 127.0.0.1
bind_port = {port}
swift_dir = {folder}
devices = {folder}/devices
mount_check = false
user = {user}
workers = 0
log_level = ERROR
[pipeline:main]
pipeline = {kind}-server
[app:{kind}-server]
use = egg:swift#{kind}
"""


def _program(name: str) -> str:
    found = Path(sys.executable).parent / name
    if not found.exists():
        missing(f"Swift's {name}")
    return str(found)


def make_bucket(url: str, name: str = "evidence") -> None:
    """Make a bucket on a server that was started here."""
    import boto3

    boto3.client("s3", endpoint_url=url, aws_access_key_id=ACCESS, aws_secret_access_key=SECRET,
                 region_name="us-east-1").create_bucket(Bucket=name)


@contextmanager
def s3() -> Iterator[str]:
    """Start Swift and give the address of its S3 front; everything is removed at the end."""
    folder = Path(tempfile.mkdtemp(prefix="swift-"))
    user = os.environ.get("USER") or "root"
    ports = {kind: free_port() for kind in ("proxy", "account", "container", "object")}
    (folder / "devices" / "disk").mkdir(parents=True)
    (folder / "swift.conf").write_text("[swift-hash]\nswift_hash_path_suffix = tests\nswift_hash_path_prefix = tests\n")
    (folder / "proxy.conf").write_text(PROXY.format(folder=folder, user=user, **ports))
    for kind in ("account", "container", "object"):
        (folder / f"{kind}.conf").write_text(SERVER.format(folder=folder, user=user, kind=kind, port=ports[kind]))
        builder = [_program("swift-ring-builder"), str(folder / f"{kind}.builder")]
        for words in (["create", "4", "1", "0"], ["add", f"r1z1-127.0.0.1:{ports[kind]}/disk", "1"], ["rebalance"]):
            subprocess.run([*builder, *words], check=True, capture_output=True)
    servers = []
    errors = (folder / "errors").open("ab")
    try:
        for kind in ("account", "container", "object", "proxy"):
            servers.append(subprocess.Popen(
                [_program(f"swift-{kind}-server"), str(folder / f"{kind}.conf")], env={**os.environ, "SWIFT_TEST_CONFIG_FILE": ""},
                cwd=folder, stdout=subprocess.DEVNULL, stderr=errors))
        url = f"http://127.0.0.1:{ports['proxy']}"
        _wait(url, servers, folder)
        yield url
    finally:
        for server in servers:
            server.terminate()
        for server in servers:
            server.wait(10)
        errors.close()
        shutil.rmtree(folder, ignore_errors=True)


def _wait(url: str, servers: list["subprocess.Popen[bytes]"], folder: Path) -> None:
    for _ in range(150):
        assert all(server.poll() is None for server in servers), (folder / "errors").read_text()
        try:
            urllib.request.urlopen(url + "/info", timeout=2).close()
            return
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.2)
    raise AssertionError("Swift does not answer: " + (folder / "errors").read_text())
