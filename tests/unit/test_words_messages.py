"""How templates say messages: whole, escaped, and with one percent sign where two are written."""

import pytest
from flask import Flask

from app.web.words.messages import initialize_words


@pytest.fixture
def said() -> Flask:
    made = Flask("words")
    initialize_words(made)
    return made


@pytest.mark.parametrize(
    ("template", "shown"),
    [
        ("{{ _('Saved.') }}", "Saved."),
        ("{{ _('80 %% of it') }}", "80 % of it"),
        ("{{ _('80 %% of %(what)s', what=name) }}", "80 % of &lt;b&gt;"),
        ("{{ _('<i>By</i> %(name)s', name=name) }}", "<i>By</i> &lt;b&gt;"),
        ("{{ _('By %(name)s', name='<b>'|safe) }}", "By <b>"),
        ("{% trans %}80 % of it{% endtrans %}", "80 % of it"),
        ("{% trans name=name %}By {{ name }}{% endtrans %}", "By &lt;b&gt;"),
        ("{% trans count=1 %}{{ count }} bid{% pluralize %}{{ count }} bids{% endtrans %}", "1 bid"),
        ("{% trans count=2 %}{{ count }} bid{% pluralize %}{{ count }} bids{% endtrans %}", "2 bids"),
    ],
)
def test_what_a_template_says(said: Flask, template: str, shown: str) -> None:
    with said.test_request_context():
        made = said.jinja_env.from_string("{% autoescape true %}" + template + "{% endautoescape %}")
        assert made.render(name="<b>") == shown


def test_a_mail_in_plain_text_is_not_escaped(said: Flask) -> None:
    with said.app_context():
        plain = "{% autoescape false %}{{ _('By %(name)s', name='<b>') }}, {{ _('80 %%') }}{% endautoescape %}"
        assert said.jinja_env.from_string(plain).render() == "By <b>, 80 %"
