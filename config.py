"""Every setting of isocket, read once from environment variables into one frozen value.

Each setting has a default that suits a local try-out. With ``ISOCKET_ENV=production`` nothing is
defaulted silently: :meth:`Config.from_environment` names every missing or weak setting at once.
"""

import base64
import binascii
import contextlib
import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

MINIMUM_SECRET_CHARACTERS = 32
FIELD_KEY_BYTES = 32
BCRYPT_COST_MINIMUM = 12
WEAK_SECRETS = frozenset({"secret", "changeme", "change-me", "development", "dev", "test", "password", "isocket"})
DEBUG_OFF_WORDS = frozenset({"", "0", "false", "no"})  # what Flask takes for off
ENVIRONMENTS = ("local", "test", "production")


class ConfigurationError(Exception):
    """The settings are missing or too weak to start with; each problem is one line."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("isocket cannot start:\n" + "\n".join(f"  - {problem}" for problem in problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class BraintreeKeys:
    """Credentials of a real Braintree account; without them payments use the local gateway."""

    environment: str
    merchant_id: str
    public_key: str
    private_key: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Config:
    """The settings of one installation. Secrets are left out of its printed form."""

    environment: str
    base_url: str
    delivery_url: str
    creatives_url: str
    database_url: str = field(repr=False)
    data_dir: Path
    secret_key: str = field(repr=False)
    secret_key_fallbacks: tuple[str, ...] = field(repr=False)
    password_pepper: str = field(repr=False)
    field_keys: tuple[tuple[str, bytes], ...] = field(repr=False)
    smtp_url: str | None = field(repr=False)
    mail_from: str
    support_email: str
    braintree: BraintreeKeys | None
    port: int
    web_workers: int
    trusted_hops: int
    bcrypt_cost: int
    currency: str
    log_level: str

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> "Config":
        """Reads the settings of this process.

        Raises:
            ConfigurationError: a value cannot be read, or production settings are missing or weak.
        """
        reader = _Reader(environ)
        environment = reader.choice("ISOCKET_ENV", "local", ENVIRONMENTS)
        data_dir = Path(environ.get("ISOCKET_DATA", "instance")).absolute()
        port = reader.integer("PORT", 5000, low=1, high=65535)
        local = _local_secrets(data_dir) if environment != "production" else {}
        base_url = environ.get("BASE_URL", f"http://127.0.0.1:{port}").rstrip("/")
        config = cls(
            environment=environment,
            base_url=base_url,
            delivery_url=(environ.get("DELIVERY_URL") or base_url).rstrip("/"),
            creatives_url=(environ.get("CREATIVES_URL") or base_url).rstrip("/"),
            database_url=_database_url(environ, data_dir),
            data_dir=data_dir,
            secret_key=environ.get("SECRET_KEY", local.get("SECRET_KEY", "")),
            secret_key_fallbacks=tuple(key for key in environ.get("SECRET_KEY_FALLBACKS", "").split(",") if key),
            password_pepper=environ.get("PASSWORD_PEPPER", local.get("PASSWORD_PEPPER", "")),
            field_keys=reader.field_keys(environ.get("FIELD_KEYS", local.get("FIELD_KEYS", ""))),
            smtp_url=environ.get("SMTP_URL") or None,
            mail_from=environ.get("MAIL_FROM", "isocket <notices@isocket.example>"),
            support_email=environ.get("SUPPORT_EMAIL", "support@isocket.com"),
            braintree=_braintree_keys(environ),
            port=port,
            web_workers=reader.integer("WEB_CONCURRENCY", 2, low=1, high=32),
            trusted_hops=reader.integer("TRUSTED_HOPS", 1 if "DYNO" in environ else 0, low=0, high=5),
            bcrypt_cost=reader.integer("BCRYPT_COST", BCRYPT_COST_MINIMUM, low=4, high=16),
            currency=environ.get("CURRENCY", "USD").upper(),
            log_level=reader.choice("LOG_LEVEL", "INFO", ("DEBUG", "INFO", "WARNING", "ERROR")),
        )
        problems = reader.problems + _problems(config, environ)
        if problems:
            raise ConfigurationError(problems)
        return config

    @property
    def is_local(self) -> bool:
        """Whether this is a try-out on one machine: stand-ins instead of outside services, movable clock."""
        return self.environment != "production"

    @property
    def is_https(self) -> bool:
        """Whether people reach this installation over https; decides cookie names and the Secure flag."""
        return self.base_url.startswith("https://")

    @property
    def is_sqlite(self) -> bool:
        """Whether the market lives in an SQLite file."""
        return self.database_url.startswith("sqlite")

    def cookie_name(self, name: str) -> str:
        """The cookie's full name: with the ``__Host-`` prefix exactly when served over https."""
        return f"__Host-{name}" if self.is_https else name


class _Reader:
    """Reads typed values and collects what is wrong with them, so that all is said at once."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self.environ = environ
        self.problems: list[str] = []

    def choice(self, name: str, default: str, allowed: tuple[str, ...]) -> str:
        value = self.environ.get(name, default)
        if value not in allowed:
            self.problems.append(f"{name} must be one of {', '.join(allowed)}.")
            return default
        return value

    def integer(self, name: str, default: int, *, low: int, high: int) -> int:
        text = self.environ.get(name, str(default))
        if not (text.isascii() and text.isdigit() and low <= int(text) <= high):
            self.problems.append(f"{name} must be a whole number from {low} to {high}.")
            return default
        return int(text)

    def field_keys(self, text: str) -> tuple[tuple[str, bytes], ...]:
        keys = []
        for part in filter(None, text.split(",")):
            key_id, _, encoded = part.partition(":")
            try:
                key = base64.b64decode(encoded, validate=True)
            except binascii.Error:
                key = b""
            if not key_id or len(key) != FIELD_KEY_BYTES:
                self.problems.append("FIELD_KEYS must be id:base64 pairs of 32-byte keys, newest first.")
                return ()
            keys.append((key_id, key))
        return tuple(keys)


def _database_url(environ: Mapping[str, str], data_dir: Path) -> str:
    url = environ.get("DATABASE_URL") or f"sqlite:///{data_dir / 'isocket.sqlite'}"
    for scheme in ("postgres://", "postgresql://"):
        if url.startswith(scheme):
            return "postgresql+psycopg://" + url.removeprefix(scheme)
    return url


def _braintree_keys(environ: Mapping[str, str]) -> BraintreeKeys | None:
    names = ("BRAINTREE_ENVIRONMENT", "BRAINTREE_MERCHANT_ID", "BRAINTREE_PUBLIC_KEY", "BRAINTREE_PRIVATE_KEY")
    values = [environ.get(name, "") for name in names]
    if not all(values) or values[0] not in {"sandbox", "production"}:
        return None
    return BraintreeKeys(*values)


def _local_secrets(data_dir: Path) -> dict[str, str]:
    """The random secrets of a local try-out, made at its first start and kept beside its database."""
    path = data_dir / "local-secrets.json"
    if not path.exists():
        data_dir.mkdir(parents=True, exist_ok=True)
        made = {
            "SECRET_KEY": secrets.token_urlsafe(48),
            "PASSWORD_PEPPER": secrets.token_urlsafe(48),
            "FIELD_KEYS": "local:" + base64.b64encode(secrets.token_bytes(FIELD_KEY_BYTES)).decode(),
        }
        draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
        with os.fdopen(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
            json.dump(made, file)
        # Two processes may start at once: the first link wins, and both read the same file.
        with contextlib.suppress(FileExistsError):
            path.hardlink_to(draft)
        draft.unlink()
    stored: dict[str, str] = json.loads(path.read_text())
    return stored


def _problems(config: Config, environ: Mapping[str, str]) -> list[str]:
    if config.environment == "production":
        return _production_problems(config, environ)
    return [_LOCAL_ON_A_DYNO] if "DYNO" in environ else []


def _production_problems(config: Config, environ: Mapping[str, str]) -> list[str]:
    durable = environ.get("ISOCKET_SQLITE_IS_DURABLE") == "1"
    gateway_is_live = config.braintree is not None
    checks = [
        (is_weak_secret(config.secret_key), "SECRET_KEY is missing or weak: use 32 random characters or more."),
        (environ.get("FLASK_DEBUG", "").lower() not in DEBUG_OFF_WORDS, "FLASK_DEBUG must be off."),
        (is_weak_secret(config.password_pepper), "PASSWORD_PEPPER is missing or weak: use 32 random characters."),
        (not config.field_keys, "FIELD_KEYS is missing: give at least one id:base64 key of 32 bytes."),
        (not _is_https_origin(config.base_url), "BASE_URL must be the public https address, without a path."),
        ("DELIVERY_URL" in environ and not _is_https_origin(config.delivery_url), _https_needed("DELIVERY_URL")),
        ("CREATIVES_URL" in environ and not _is_https_origin(config.creatives_url), _https_needed("CREATIVES_URL")),
        (config.is_sqlite and "DYNO" in environ and not durable, _SQLITE_ON_A_DYNO),
        (not gateway_is_live, "BRAINTREE_ENVIRONMENT, _MERCHANT_ID, _PUBLIC_KEY and _PRIVATE_KEY are needed."),
        (config.smtp_url is None, "SMTP_URL is missing: the local mailbox is for local mode only."),
        (not _is_safe_smtp(config.smtp_url), "SMTP_URL must be smtp://user:password@host:587 or smtps://…:465."),
        ("MAIL_FROM" not in environ, "MAIL_FROM is missing: the sender's address of every mail."),
        (config.bcrypt_cost < BCRYPT_COST_MINIMUM, f"BCRYPT_COST must be {BCRYPT_COST_MINIMUM} or more."),
    ]
    return [problem for is_wrong, problem in checks if is_wrong]


_LOCAL_ON_A_DYNO = (
    "Set ISOCKET_ENV=production: everybody can reach a dyno, and the local mode shows "
    "every mail and lets anybody move the clock."
)
_SQLITE_ON_A_DYNO = (
    "DATABASE_URL is SQLite, and a dyno's disk is wiped daily: use PostgreSQL, "
    "or set ISOCKET_SQLITE_IS_DURABLE=1 when this disk stays."
)


def is_weak_secret(secret: str) -> bool:
    """Whether a secret is too short, too uniform or a word everybody tries."""
    return (
        len(secret) < MINIMUM_SECRET_CHARACTERS
        or len(set(secret)) < MINIMUM_SECRET_CHARACTERS // 4
        or secret.strip("0123456789-_").lower() in WEAK_SECRETS
    )


def _https_needed(name: str) -> str:
    return f"{name} must be an https address without a path, or be left out."


def _is_https_origin(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme == "https" and bool(parts.hostname) and not parts.path and not parts.query


def _is_safe_smtp(url: str | None) -> bool:
    return url is None or (urlsplit(url).scheme in {"smtp", "smtps"} and bool(urlsplit(url).hostname))
