"""The button that looks for the proof of a site's domain."""

from collections.abc import Callable

from flask import flash, url_for
from werkzeug.wrappers import Response

from app.domain.inventory.queries import own_proof_target
from app.domain.inventory.service.proofs import look_for_proof, our_domain
from app.domain.inventory.service.sites import ProofCheck, record_proof_check
from app.foundation.access import Permission
from app.foundation.db import reading_connection
from app.web.selling.blueprint import SITE, blueprint
from app.web.selling.sites import SITE_PAGE, own_site_page
from app.web.shell.access import requires
from app.web.shell.answers import SEE_OTHER, submit_prepared
from app.web.shell.forms import Form
from app.web.shell.principal import me, request_now
from app.web.shell.rate_limits import limited
from app.web.shell.tools import config, fetcher
from app.web.words.messages import _


@blueprint.post(f"{SITE}/proof")
@requires(Permission.SELL)
@limited("20/hour")
def check_proof(site_id: int) -> Response:
    """Looks for the proof at once; the looking takes seconds and is done outside any transaction."""
    person, now = me(), request_now()
    checks: list[ProofCheck] = []

    def prepare() -> Callable[[], str]:
        with reading_connection() as connection:
            target = own_proof_target(connection, person.account_id, site_id)
        check = look_for_proof(fetcher(), target, our_domain(config().base_url))
        checks.append(check)

        def work() -> str:
            record_proof_check(target.site_id, check, now=now, user_id=person.user_id)
            return url_for("selling.site", site_id=site_id, _anchor="proof")

        return work

    response = submit_prepared(Form(), prepare, SITE_PAGE, lambda: own_site_page(site_id))
    if response.status_code == SEE_OTHER and checks:
        if checks[-1].method is None:
            flash(_("We did not find the proof. What we saw stands below."), "error")
        else:
            flash(_("We found the proof. The site is yours, and you can sell on it."), "success")
    return response
