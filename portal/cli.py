"""The command `portal`: demo, serve, work, check criteria, verify the audit chain, keep the catalogue."""

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from portal import settings as settings_module

if TYPE_CHECKING:
    from typing import BinaryIO

    from flask import Flask


def _app() -> "Flask":
    from portal.app import create_app

    return create_app()


class Portal(click.Group):
    """The command, which says in a line what is wrong with a setting."""

    def invoke(self, ctx: click.Context) -> object:
        """Run a subcommand."""
        try:
            return super().invoke(ctx)
        except settings_module.SettingError as error:
            raise click.ClickException(str(error)) from None


@click.group(cls=Portal, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """The certification portal; settings come from the environment (docs/operations.md)."""


@main.command()
def migrate() -> None:
    """Bring the database to the newest migration."""
    from flask_migrate import upgrade

    with _app().app_context():
        upgrade()


@main.command("demo-data")
@click.option("--seed", default=2026, show_default=True, help="The same seed gives the same data.")
@click.option("--scale", default=1, show_default=True, help="How many times the standard number of institutions.")
def demo_data(seed: int, scale: int) -> None:
    """Fill an empty, migrated database with demonstration data."""
    from portal.demo.build import build

    with _app().app_context():
        build(seed=seed, scale=scale, say=click.echo)


@main.command()
@click.option("--seed", default=2026, show_default=True)
@click.option("--reset", is_flag=True, help="Delete the instance in DATA and start over.")
def demo(seed: int, reset: bool) -> None:
    """Make an instance with demonstration data and serve it on this machine."""
    from portal import serving

    serving.demo(seed=seed, reset=reset or os.environ.get("RESET") == "1", say=click.echo)


@main.command()
def serve() -> None:
    """Serve the portal: gunicorn and the worker, settings from the environment."""
    from portal import serving

    sys.exit(serving.serve(settings_module.read()))


@main.command()
def work() -> None:
    """Run the worker alone (for more machines on one Redis)."""
    from portal import serving

    serving.work(_app())


@main.group()
def criteria() -> None:
    """The criteria files."""


@criteria.command("check")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
def check(files: tuple[Path, ...]) -> None:
    """Check edition files: exit 0, or 1 with every mistake and its place."""
    from portal import editions

    mistakes = editions.check_files(files)
    for mistake in mistakes:
        click.echo(mistake.line())
    if mistakes:
        click.echo(f"{len(mistakes)} mistake(s)")
        sys.exit(1)
    click.echo(f"{len(files)} file(s), no mistakes")


@main.command()
@click.argument("edition")
@click.argument("file", type=click.File("rb"))
def score(edition: str, file: "BinaryIO") -> None:
    """Score a JSON file of figures and answers by an edition; prints the result as JSON."""
    from portal import editions
    from portal.domain.mistakes import InputErrors

    try:
        result = editions.self_check(edition, editions.read_figures(file.read()))
    except KeyError:
        raise click.ClickException(f"no edition {edition}; there are: " + ", ".join(
            one.edition for one in editions.every())) from None
    except editions.NotJson as error:
        raise click.ClickException(f"not JSON: {error}") from None
    except InputErrors as errors:
        for one in errors.mistakes:
            click.echo(f"{one.path}: {one.message}", err=True)
        sys.exit(1)
    click.echo(json.dumps(result, ensure_ascii=False, indent=2))


@main.group()
def signature() -> None:
    """Digital signatures of certificates."""


@signature.command("check")
@click.argument("file", type=click.File("rb"))
@click.option("--trust", "roots", multiple=True, type=click.File("rb"),
              help="A certificate (PEM or DER) that is trusted: of the signer or of who issued it.")
def check_signature(file: "BinaryIO", roots: "tuple[BinaryIO, ...]") -> None:
    """Check the signatures of a PDF: exit 0 when it is what was signed, 1 when not or when nobody signed it."""
    from portal import pades

    try:
        found = pades.check(file.read(), roots=tuple(one.read() for one in roots))
    except ValueError as error:
        raise click.ClickException(f"not a PDF that can be read: {error}") from None
    for one in found:
        click.echo(f"{one.signer}, certificate {one.key_sha256}")
        click.echo(f"signed at {one.signed_at:%Y-%m-%d %H:%M:%S %z}" if one.signed_at else "it cannot be read")
        click.echo("intact" if one.intact else "CHANGED after it was signed")
        click.echo("the whole file is signed" if one.whole else "something was ADDED after it was signed")
        click.echo("trusted" if one.trusted else "not known to be trusted: give the signer's certificate with --trust")
    if not found:
        click.echo("no signature")
    sys.exit(0 if found and all(one.good for one in found) else 1)


@signature.command("key")
def show_key() -> None:
    """Show the key that signs: its name, term and digest; its certificate as PEM. Exit 1 when it cannot be used."""
    from portal import clock, pades, signing

    with _app().app_context():
        try:
            found = signing.key()
        except pades.KeyUnusable as error:
            raise click.ClickException(f"SIGNING_KEY cannot be used: {error}") from None
    if found is None:
        raise click.ClickException("SIGNING_KEY is not set: certificates are not signed")
    click.echo(f"{found.signer}, certificate {found.sha256}")
    click.echo(f"valid from {found.since:%Y-%m-%d} to {found.until:%Y-%m-%d}")
    click.echo(found.pem.decode())
    if not found.usable(clock.now()):
        raise click.ClickException("the certificate is not in its term: nothing is signed")


@main.group()
def audit() -> None:
    """The record of deeds."""


@audit.command("verify")
def verify() -> None:
    """Verify the hash chain of events: exit 0, or 1 naming every row altered, deleted or reordered."""
    from portal.audit import breaks

    with _app().app_context():
        count, found = breaks()
    for line in found:
        click.echo(line)
    click.echo(f"{count} events, " + (f"{len(found)} break(s)" if found else "chain intact"))
    sys.exit(1 if found else 0)


@main.command()
@click.option("--check", "only_check", is_flag=True, help="Change nothing; exit 1 when the catalogue is stale.")
def messages(only_check: bool) -> None:
    """Extract messages from code and templates and merge translations into the catalogues."""
    from portal import catalogue

    problems = catalogue.update(only_check=only_check)
    for line in problems:
        click.echo(line)
    sys.exit(1 if problems and only_check else 0)


@main.command()
def diagram() -> None:
    """Print the diagram of moves, generated from the table (docs/lifecycle.md)."""
    from portal import diagram as drawing

    click.echo(drawing.markdown(), nl=False)


if __name__ == "__main__":
    main()
