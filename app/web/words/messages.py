"""Messages: English sentences that are looked up in the catalogue of the reader's language when they are shown.

``_`` and ``ngettext`` say a sentence now, ``lazy`` when a form is shown, ``pgettext`` one that means something only in
its context. ``N_`` of ``app.foundation.messages`` marks one that is said later with ``translated``.
"""

from typing import cast

import flask_babel
from babel import Locale
from babel.support import NullTranslations
from flask import Flask, g
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup, escape

SOURCE_LANGUAGE = "en"
ENGLISH = Locale(SOURCE_LANGUAGE)


def initialize_words(app: Flask) -> None:
    """Gives the templates their catalogue: ``_``, ``ngettext``, ``pgettext`` and ``{% trans %}``."""
    flask_babel.Babel(app, configure_jinja=False, default_locale=SOURCE_LANGUAGE)
    environment = app.jinja_env
    environment.add_extension("jinja2.ext.i18n")
    environment.policies["ext.i18n.trimmed"] = True
    # The extension adds this method to the environment, where no type knows it.
    environment.install_gettext_callables(  # type: ignore[attr-defined]
        translated, _plural, newstyle=True, pgettext=_in_context
    )
    # The extension's own ``_`` takes twice the time, and a page says hundreds of sentences.
    environment.globals.update(_=_in_template, gettext=_in_template, page_language=page_language)


def _(message_id: str, **params: object) -> str:
    """A sentence in the reader's language, with what it names put in.

    Args:
        message_id: the sentence in English, written out here: the tools that make catalogues read it.
        params: what stands for ``%(name)s`` in it.
    """
    text = translated(message_id)
    return text % params if params else text


def translated(message_id: str) -> str:
    """The sentence of the catalogue for one that was marked with ``N_``; empty for an empty one."""
    # What a catalogue says for the empty text is a note about itself.
    return str(_catalogue().ugettext(message_id)) if message_id else ""


def ngettext(one: str, many: str, number: int, /, **params: object) -> str:
    """One of two sentences by a number, which they may name as ``%(num)s``: languages count in their own ways."""
    return _plural(one, many, number) % {"num": number, **params}


def pgettext(context: str, message_id: str) -> str:
    """A sentence or pattern that another context would translate differently."""
    return _in_context(context, message_id)


def lazy(message_id: str, **params: object) -> str:
    """As ``_``, for what is written down when a module is read, and said when a page is made: labels of forms."""
    # It stands for a text wherever one is printed.
    return cast("str", flask_babel.lazy_gettext(message_id, **params))


def locale() -> Locale:
    """The reader's language and the customs that go with it; English where there is no reader."""
    return flask_babel.get_locale() or ENGLISH


def page_language() -> str:
    """The language of a page, as its ``lang`` says it."""
    return str(locale()).replace("_", "-")


@pass_eval_context
def _in_template(context: EvalContext, message_id: str, **params: object) -> str:
    """As the extension's own in its new style: a percent sign is written twice, and what is put in is escaped."""
    text = translated(message_id)
    if not context.autoescape:
        return text % params
    if params:
        return Markup(text % {name: escape(value) for name, value in params.items()})  # noqa: S704 - all is escaped
    return Markup(text.replace("%%", "%"))  # noqa: S704 - our own catalogue


def _catalogue() -> NullTranslations:
    """The catalogue of the reader's language, looked for once a request: a page says hundreds of sentences."""
    # Where Flask-Babel keeps what it knows of a request, and forgets it when the language is forced to another.
    try:
        kept = g._flask_babel  # noqa: SLF001 - as said above
    except (AttributeError, RuntimeError):
        return cast("NullTranslations", flask_babel.get_translations())
    found: NullTranslations | None = getattr(kept, "babel_translations", None)
    if found is None:
        found = kept.babel_translations = flask_babel.get_translations()
    return found


def _plural(one: str, many: str, number: int) -> str:
    return str(_catalogue().ungettext(one, many, number))


def _in_context(context: str, message_id: str) -> str:
    return str(_catalogue().upgettext(context, message_id))
