"""Every job of the house: its name, how often it runs, and its work."""

from datetime import timedelta

from app.jobs import (
    check_sites,
    close_auctions,
    deliver_facts,
    end_checkouts,
    follow_awards,
    free_holds,
    issue_invoices,
    purge,
    refresh_catalogue,
    send_mail,
    settle_intents,
)
from app.jobs.leased_run import Job

JOBS = (
    Job("deliver_facts", every=timedelta(seconds=1), run=deliver_facts.run),
    Job("refresh_catalogue", every=timedelta(seconds=1), run=refresh_catalogue.run),
    Job("send_mail", every=timedelta(seconds=1), run=send_mail.run),
    Job("free_holds", every=timedelta(minutes=1), run=free_holds.run),
    Job("check_sites", every=timedelta(minutes=1), run=check_sites.run),
    Job("settle_intents", every=timedelta(seconds=1), run=settle_intents.run),
    Job("close_auctions", every=timedelta(seconds=1), run=close_auctions.run),
    Job("follow_awards", every=timedelta(seconds=10), run=follow_awards.run),
    Job("issue_invoices", every=timedelta(seconds=1), run=issue_invoices.run),
    Job("end_checkouts", every=timedelta(seconds=10), run=end_checkouts.run),
    Job("purge", every=timedelta(hours=1), run=purge.run),
)
