"""What the environment says: typed, read once at start-up. The business itself is in relevo.toml and the database."""

import hashlib
import hmac
import os
import secrets
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from handoff.errors import SettingsInvalid

ROOT = Path(__file__).resolve().parents[1]  # the project's folder: its data, relevo.toml and builds
SHORTEST_SECRET = 16  # characters of RELEVO_SECRET_KEY
DRIVERS = {"postgres": "postgresql+psycopg", "postgresql": "postgresql+psycopg"}


def _sqlite_in(data: Mapping[str, Any]) -> str:
    return f"sqlite:///{data['var'] / 'relevo.db'}"


def _own_address(data: Mapping[str, Any]) -> str:
    return f"http://localhost:{data['port']}"


class Env(BaseSettings):
    """The variables RELEVO_*; a wrong one raises pydantic's ValidationError (see `load_env`)."""

    model_config = SettingsConfigDict(env_prefix="RELEVO_", frozen=True, extra="ignore", env_ignore_empty=True)

    config: Path = Path("relevo.toml")
    var: Path = Path("var")  # state folder; made absolute
    database_url: str = Field(default_factory=_sqlite_in)
    redis_url: str | None = None
    host: str = "127.0.0.1"
    port: int = Field(default=8080, ge=1, le=65535)
    public_url: str = Field(default_factory=_own_address)  # as customers and the carrier see us; no slash at the end
    secret_text: str | None = Field(default=None, validation_alias="RELEVO_SECRET_KEY", repr=False)
    engine_secret_text: str | None = Field(default=None, validation_alias="RELEVO_ENGINE_SECRET", repr=False)
    twilio_account_sid: str | None = None
    twilio_auth_token: str | None = Field(default=None, repr=False)
    twilio_from: str | None = None
    twilio_api_base: str | None = None
    smtp_url: str | None = Field(default=None, repr=False)
    webhook_secret_text: str | None = Field(default=None, validation_alias="RELEVO_WEBHOOK_SECRET", repr=False)
    identity_keys: str | None = Field(default=None, repr=False)  # site.name:secret, … (docs/identity.md)
    engine_url: str = "http://127.0.0.1:5055"
    actions_url: str = "http://127.0.0.1:5056"
    engine_venv: Path = ROOT / ".venv-engine"  # where Rasa is installed
    demo: bool = False

    @field_validator("var", "config", "engine_venv")
    @classmethod
    def _absolute(cls, path: Path) -> Path:
        return path.expanduser().absolute()

    @field_validator("public_url", "engine_url", "actions_url", "twilio_api_base")
    @classmethod
    def _http(cls, url: str | None) -> str | None:
        if url is not None and urlsplit(url).scheme not in {"http", "https"}:
            raise ValueError("must be an address that starts with http:// or https://")
        return url.rstrip("/") if url else url

    @field_validator("database_url")
    @classmethod
    def _with_driver(cls, url: str) -> str:
        kind, colon, rest = url.partition(":")
        return DRIVERS.get(kind, kind) + colon + rest

    @field_validator("smtp_url")
    @classmethod
    def _mail_server(cls, url: str | None) -> str | None:
        from bot.notifiers.email import server_of  # noqa: PLC0415 - only who sends mail needs it, and it needs us

        if url is not None:
            server_of(url)
        return url

    @field_validator("secret_text", "webhook_secret_text")
    @classmethod
    def _long_enough(cls, secret: str | None) -> str | None:
        if secret is not None and len(secret) < SHORTEST_SECRET:
            raise ValueError(f"must have at least {SHORTEST_SECRET} characters; leave it out to have one made")
        return secret

    @cached_property
    def secret_key(self) -> bytes:
        """RELEVO_SECRET_KEY, else the content of var/secret.key, which is made (0600) when it is missing."""
        return self.secret_text.encode() if self.secret_text else _kept_secret(self.var / "secret.key")

    @cached_property
    def engine_secret(self) -> str:
        """The bearer token between gateway and engine: RELEVO_ENGINE_SECRET, else derived from the secret key."""
        return self.engine_secret_text or hmac.new(self.secret_key, b"relevo engine", hashlib.sha256).hexdigest()

    @cached_property
    def webhook_secret(self) -> str:
        """What signs webhooks: RELEVO_WEBHOOK_SECRET, else derived from the secret key."""
        return self.webhook_secret_text or hmac.new(self.secret_key, b"relevo webhook", hashlib.sha256).hexdigest()

    @property
    def public_host(self) -> str:
        """Our own name, as in the ids of our e-mails."""
        return urlsplit(self.public_url).hostname or "localhost"

    @property
    def engine_python(self) -> Path:
        return self.engine_venv / "bin" / "python"

    @property
    def engine_port(self) -> int:
        return urlsplit(self.engine_url).port or 80

    @property
    def actions_port(self) -> int:
        return urlsplit(self.actions_url).port or 80


def load_env(**overrides: object) -> Env:
    """The settings of this process; raises SettingsInvalid with each wrong variable in `fields`."""
    try:
        return Env(**overrides)  # type: ignore[arg-type]
    except ValidationError as error:
        raise SettingsInvalid("The environment has a variable that cannot be used.", fields=_wrong(error)) from error


def _wrong(error: ValidationError) -> dict[str, str]:
    real = [item for item in error.errors() if item["type"] != "default_factory_not_called"]
    return {_variable(item["loc"]): item["msg"].removeprefix("Value error, ") for item in real}


def _variable(location: tuple[int | str, ...]) -> str:
    name = str(location[0]).upper()
    return name if name.startswith("RELEVO_") else f"RELEVO_{name}"


def _kept_secret(path: Path) -> bytes:
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        _make_secret(path)
    return path.read_bytes().strip()


def _make_secret(path: Path) -> None:
    """Written aside and linked into place: of two processes that start together, one makes it and both read it."""
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(secrets.token_hex(32))
    try:
        os.link(aside, path)
    except FileExistsError:
        pass
    finally:
        aside.unlink()
