"""Settings come from the environment; one that does not fit is named with what is allowed."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from portal import settings
from portal.cli import main
from portal.settings import SettingError


def test_values_take_the_type_of_their_setting() -> None:
    read = settings.read({"DATA": "/srv/portal", "PORT": "9000", "COOKIE_SECURE": "1", "MAIL_HOST": ""})
    assert (read.data, read.port, read.cookie_secure, read.mail_host) == (Path("/srv/portal"), 9000, True, "")


@pytest.mark.parametrize(("name", "value"), [
    ("PORT", "eight"), ("COOKIE_SECURE", "perhaps"), ("DEFAULT_LANGUAGE", "fr"), ("STORE", "cupboard")])
def test_what_does_not_fit_is_named(name: str, value: str) -> None:
    with pytest.raises(SettingError, match=f"{name}='{value}'.*expected"):
        settings.read({name: value})


def test_the_command_says_so_in_a_line() -> None:
    result = CliRunner().invoke(main, ["migrate"], env={"PORT": "eight"})
    assert result.exit_code == 1 and "PORT='eight'" in result.output and "Traceback" not in result.output


def test_the_systems_own_variables_are_not_taken_for_ours() -> None:
    assert settings.read({"LANGUAGE": "en_US:en", "LANG": "C.UTF-8"}).default_language == "zh"


def test_the_key_is_made_once_and_kept_from_others(tmp_path: Path) -> None:
    one = settings.read({}, data=tmp_path / "new")
    assert one.key() == settings.read({}, data=tmp_path / "new").key() and len(one.key()) == 64
    assert (tmp_path / "new" / "secret.key").stat().st_mode & 0o077 == 0
