"""Every job of the house: its name, how often it runs, and its work."""

from datetime import timedelta

from app.jobs import (
    answer_creatives,
    check_sites,
    close_auctions,
    deliver_facts,
    end_checkouts,
    follow_awards,
    free_holds,
    issue_invoices,
    make_payouts,
    purge,
    refresh_catalogue,
    remind_creatives,
    run_flights,
    send_mail,
    settle_days,
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
    Job("run_flights", every=timedelta(seconds=1), run=run_flights.run),
    Job("settle_days", every=timedelta(seconds=10), run=settle_days.run),
    Job("make_payouts", every=timedelta(hours=1), run=make_payouts.run),
    Job("issue_invoices", every=timedelta(seconds=1), run=issue_invoices.run),
    Job("end_checkouts", every=timedelta(seconds=10), run=end_checkouts.run),
    Job("answer_creatives", every=timedelta(seconds=10), run=answer_creatives.run),
    Job("remind_creatives", every=timedelta(minutes=1), run=remind_creatives.run),
    Job("purge", every=timedelta(hours=1), run=purge.run),
)
