"""The settings: what production refuses, what local mode defaults, what both read."""

import base64
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import config as config_module
from config import Config, ConfigurationError, is_weak_secret

GOOD_KEY = base64.b64encode(bytes(range(32))).decode()
PRODUCTION = {
    "ISOCKET_ENV": "production",
    "SECRET_KEY": "q3Zr8vT1xY6uI0oP5aS9dF2gH7jK4lM8",
    "PASSWORD_PEPPER": "n8Bv3Cx7Zl1Kj6Hg2Fd9Sa4Po0Iu5Yt1",
    "FIELD_KEYS": f"2026:{GOOD_KEY}",
    "BASE_URL": "https://market.example",
    "DATABASE_URL": "postgres://market:secret@db.example/market",
    "BRAINTREE_ENVIRONMENT": "production",
    "BRAINTREE_MERCHANT_ID": "m",
    "BRAINTREE_PUBLIC_KEY": "p",
    "BRAINTREE_PRIVATE_KEY": "k",
    "SMTP_URL": "smtp://user:word@mail.example:587",
    "MAIL_FROM": "isocket <notices@market.example>",
}
# What may be left out or made weak, and the name by which the refusal must call it.
WEAKENED = {
    "SECRET_KEY": "short",
    "PASSWORD_PEPPER": "a" * 64,
    "FIELD_KEYS": "2026:c2hvcnQ=",
    "BASE_URL": "http://market.example",
    "BRAINTREE_ENVIRONMENT": "pretend",
    "SMTP_URL": "http://mail.example",
    "BCRYPT_COST": "11",
    "FLASK_DEBUG": "1",
}
# In capitals too: a level of the log, and what a dyno's platform sets by itself.
NOT_SETTINGS = {"DEBUG", "INFO", "WARNING", "ERROR", "DYNO"}
NEEDED = [name for name in PRODUCTION if name not in {"ISOCKET_ENV", "DATABASE_URL"}]


def problems(environ: dict[str, str]) -> list[str]:
    with pytest.raises(ConfigurationError) as refusal:
        Config.from_environment(environ)
    assert all(problem in str(refusal.value) for problem in refusal.value.problems)
    return refusal.value.problems


def named(said: list[str], name: str) -> bool:
    # The four Braintree names stand in one sentence that writes the first in full and the others as endings.
    ending = name.removeprefix("BRAINTREE")
    return any(name in problem or (ending != name and ending in problem) for problem in said)


def test_production_starts_with_everything_set() -> None:
    config = Config.from_environment(PRODUCTION)
    assert not config.is_local
    assert config.is_https


@given(missing=st.sets(st.sampled_from(NEEDED), min_size=1))
def test_production_names_every_missing_setting_at_once(missing: set[str]) -> None:
    said = problems({name: value for name, value in PRODUCTION.items() if name not in missing})
    assert [name for name in sorted(missing) if not named(said, name)] == []


@given(weak=st.sets(st.sampled_from(sorted(WEAKENED)), min_size=1))
def test_production_names_every_weak_setting_at_once(weak: set[str]) -> None:
    said = problems(PRODUCTION | {name: WEAKENED[name] for name in weak})
    assert [name for name in sorted(weak) if not named(said, name)] == []


@pytest.mark.parametrize("name", NEEDED)
def test_production_blames_only_what_is_missing(name: str) -> None:
    said = problems({key: value for key, value in PRODUCTION.items() if key != name})
    assert len(said) == 1


def test_sqlite_on_a_dyno_is_refused_unless_its_disk_stays() -> None:
    on_a_dyno = PRODUCTION | {"DATABASE_URL": "sqlite:////data/market.sqlite", "DYNO": "web.1"}
    assert any("ISOCKET_SQLITE_IS_DURABLE" in problem for problem in problems(on_a_dyno))
    assert Config.from_environment(on_a_dyno | {"ISOCKET_SQLITE_IS_DURABLE": "1"}).is_sqlite


def test_sqlite_elsewhere_in_production_is_allowed() -> None:
    assert Config.from_environment(PRODUCTION | {"DATABASE_URL": "sqlite:////data/market.sqlite"}).is_sqlite


@pytest.mark.parametrize(
    "url",
    ["https://market.example/shop", "https://", "market.example", "https://market.example?x=1"],
)
def test_base_url_must_be_a_bare_https_origin(url: str) -> None:
    assert any("BASE_URL" in problem for problem in problems(PRODUCTION | {"BASE_URL": url}))


@pytest.mark.parametrize("secret", ["", "changeme", "a" * 64, "ab" * 32, "x" * 31, "isocket"])
def test_weak_secrets_are_weak(secret: str) -> None:
    assert is_weak_secret(secret)


@given(st.binary(min_size=32, max_size=64).filter(lambda raw: len(set(raw)) > 20))
def test_random_secrets_are_strong(raw: bytes) -> None:
    assert not is_weak_secret(raw.hex() + base64.b64encode(raw).decode())


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_every_spelling_of_postgresql_is_read(scheme: str) -> None:
    config = Config.from_environment(PRODUCTION | {"DATABASE_URL": f"{scheme}://market@db.example/market"})
    assert config.database_url == "postgresql+psycopg://market@db.example/market"
    assert not config.is_sqlite


@pytest.mark.parametrize(("scheme", "name"), [("http", "session"), ("https", "__Host-session")])
def test_the_host_prefix_is_for_https_only(scheme: str, name: str, tmp_path: Path) -> None:
    config = Config.from_environment({"BASE_URL": f"{scheme}://market.example", "ISOCKET_DATA": str(tmp_path)})
    assert config.cookie_name("session") == name


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "0"),
        ("PORT", "http"),
        ("PORT", "65536"),
        ("WEB_CONCURRENCY", "many"),
        ("TRUSTED_HOPS", "-1"),
        ("BCRYPT_COST", "17"),
        ("LOG_LEVEL", "LOUD"),
        ("ISOCKET_ENV", "prod"),
    ],
)
def test_an_unreadable_value_is_refused_by_name_in_local_mode_too(name: str, value: str, tmp_path: Path) -> None:
    said = problems({"ISOCKET_DATA": str(tmp_path), name: value})
    assert len(said) == 1
    assert name in said[0]


def test_unreadable_and_missing_settings_are_named_together() -> None:
    said = problems({"ISOCKET_ENV": "production", "PORT": "http", "LOG_LEVEL": "LOUD"})
    assert [name for name in [*NEEDED, "PORT", "LOG_LEVEL"] if not named(said, name)] == []


def test_a_dyno_trusts_one_hop_and_a_machine_none() -> None:
    assert Config.from_environment(PRODUCTION).trusted_hops == 0
    assert Config.from_environment(PRODUCTION | {"DYNO": "web.1"}).trusted_hops == 1


@pytest.mark.parametrize("chosen", [{}, {"ISOCKET_ENV": "local"}, {"ISOCKET_ENV": "test"}])
def test_a_dyno_does_not_start_in_local_mode(chosen: dict[str, str], tmp_path: Path) -> None:
    (said,) = problems({"ISOCKET_DATA": str(tmp_path), "DYNO": "web.1"} | chosen)
    assert said.startswith("Set ISOCKET_ENV=production: everybody can reach a dyno")


def test_every_setting_that_is_read_stands_in_the_readme() -> None:
    root = Path(config_module.__file__).parent
    table = (root / "README.md").read_text().partition("## Settings")[2].partition("\n## ")[0]
    named_first = re.findall(r"^\| (`.*?) \|", table, re.MULTILINE)
    described = {name for cell in named_first for name in re.findall(r"`([A-Z_]+)`", cell)}
    read = set(re.findall(r"\"([A-Z][A-Z_]{3,})\"", (root / "config.py").read_text()))
    read |= set(re.findall(r"\$\{?(ISOCKET_[A-Z]+)", (root / "bin/run").read_text()))
    assert read - NOT_SETTINGS - described == set()
    assert described - read == set()


def test_no_secret_stands_in_the_printed_form() -> None:
    printed = repr(Config.from_environment(PRODUCTION | {"SECRET_KEY_FALLBACKS": "an-older-key"}))
    secrets = ("SECRET_KEY", "PASSWORD_PEPPER", "DATABASE_URL", "SMTP_URL")
    assert not [name for name in secrets if PRODUCTION[name] in printed]
    assert GOOD_KEY not in printed
    assert "an-older-key" not in printed
    assert "private_key" not in printed
