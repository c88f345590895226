"""The application factory: puts the rooms together; exports nothing else."""

import os
from datetime import timedelta
from urllib.parse import urlsplit

from flask import Flask
from flask_bootstrap import Bootstrap5
from flask_migrate import Migrate

from app.adapters.braintree import make_gateway
from app.adapters.braintree.local import market_clock, mount_card_fields
from app.adapters.mail import make_mailer
from app.adapters.web_fetch import make_fetcher
from app.commands import register_commands
from app.delivery.event_log import EventLog
from app.delivery.gate import DeliveryGate
from app.delivery.publish import Publisher
from app.domain.accounts.service.passwords import PasswordHasher
from app.foundation.db import db, engine_options, initialize_database
from app.foundation.log import configure_logging
from app.foundation.sealing import Sealer
from app.foundation.signing import Signer
from app.web.account.routes import blueprint as account
from app.web.admin.routes import blueprint as admin
from app.web.bidding.routes import blueprint as bidding
from app.web.browsing.routes import blueprint as browsing
from app.web.campaigns.routes import blueprint as campaigns
from app.web.checkout.routes import blueprint as checkout
from app.web.legal.routes import blueprint as legal
from app.web.local.routes import blueprint as local
from app.web.mails import render_mail
from app.web.notification_settings.routes import blueprint as notification_settings
from app.web.parts.own_views import note_presence
from app.web.selling.routes import blueprint as selling
from app.web.shell import (
    access,
    csrf,
    error_pages,
    filters,
    headers,
    health,
    principal,
    rate_limits,
    requests,
    sessions,
    uploads,
)
from app.web.signup.routes import blueprint as signup
from app.web.words.messages import initialize_words
from config import Config

FORM_COOKIE = "isocket_form"
FORM_BYTES_MAX = 256 * 1024
FORM_PARTS_MAX = 200


def create_app(config: Config | None = None) -> Flask:
    """The web application with these settings, or with those of the process's environment.

    Raises:
        ConfigurationError: settings are missing or too weak to start with.
    """
    config = config or Config.from_environment(os.environ)
    configure_logging(config.log_level)
    app = Flask(__name__)
    app.config.update(_flask_settings(config))
    initialize_database(app)
    Migrate(app, db, directory="migrations")
    Bootstrap5(app)
    app.extensions["isocket_signer"] = Signer(config.secret_key, config.secret_key_fallbacks)
    app.extensions["isocket_sealer"] = Sealer(config.field_keys)
    app.extensions["isocket_hasher"] = PasswordHasher(pepper=config.password_pepper, cost=config.bcrypt_cost)
    app.extensions["isocket_mailer"] = make_mailer(config)
    app.extensions["isocket_render_mail"] = render_mail
    app.extensions["isocket_fetcher"] = make_fetcher(config)
    app.extensions["isocket_gateway"] = make_gateway(config, clock=market_clock(app))
    _put_up_shell(app)
    _open_rooms(app, config)
    register_commands(app)
    behind = mount_card_fields(app.wsgi_app, app.extensions["isocket_gateway"])
    event_log = EventLog(config.data_dir / "events")
    publisher = Publisher(app, config, event_log=event_log)
    # Flask lets its callable be replaced this way; mypy takes it for a method.
    app.wsgi_app = DeliveryGate(behind, config, feed=publisher, event_log=event_log)  # type: ignore[method-assign]
    return app


def _put_up_shell(app: Flask) -> None:
    """The order counts: each step may refuse, and the next ones rely on it."""
    error_pages.initialize_error_pages(app)
    requests.initialize_requests(app)
    uploads.initialize_uploads(app)
    headers.initialize_headers(app)
    sessions.initialize_sessions(app, note_presence)
    principal.initialize_principal(app)
    csrf.initialize_csrf(app)
    rate_limits.initialize_rate_limits(app)
    access.initialize_access(app)
    initialize_words(app)
    filters.initialize_filters(app)


def _open_rooms(app: Flask, config: Config) -> None:
    for blueprint in (
        health.blueprint,
        browsing,
        signup,
        account,
        notification_settings,
        selling,
        bidding,
        checkout,
        campaigns,
        legal,
        admin,
    ):
        app.register_blueprint(blueprint)
    if config.is_local:
        app.register_blueprint(local)


def _flask_settings(config: Config) -> dict[str, object]:
    return {
        "ISOCKET": config,
        "SECRET_KEY": config.secret_key,
        "SECRET_KEY_FALLBACKS": list(config.secret_key_fallbacks),
        "SQLALCHEMY_DATABASE_URI": config.database_url,
        "SQLALCHEMY_ENGINE_OPTIONS": engine_options(config.database_url),
        "SESSION_COOKIE_NAME": config.cookie_name(FORM_COOKIE),
        "SESSION_COOKIE_SECURE": config.is_https,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_PATH": "/",
        "WTF_CSRF_TIME_LIMIT": None,
        "TRUSTED_HOSTS": None if config.is_local else [urlsplit(config.base_url).hostname],
        "BOOTSTRAP_SERVE_LOCAL": True,
        "MAX_CONTENT_LENGTH": FORM_BYTES_MAX,
        "MAX_FORM_PARTS": FORM_PARTS_MAX,
        "SEND_FILE_MAX_AGE_DEFAULT": timedelta(hours=1),
    }
