"""How often one address may knock."""

from flask import current_app
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

limiter = Limiter(get_remote_address, storage_uri="memory://")


def sign_in_limit() -> str:
    """The limit of sign-in attempts, as set."""
    return str(current_app.config["PORTAL"].sign_in_limit)
