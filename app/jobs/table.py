"""Every job of the house: its name, how often it runs, and its work."""

from datetime import timedelta

from app.jobs import (
    answer_creatives,
    check_sites,
    close_auctions,
    deliver_events,
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
    verify_books,
)
from app.jobs.leased_run import Job

JOBS = (
    Job(deliver_events.JOB, every=timedelta(seconds=1), run=deliver_events.run, asks_first=True),
    Job(refresh_catalogue.JOB, every=timedelta(seconds=1), run=refresh_catalogue.run, asks_first=True),
    Job(send_mail.JOB, every=timedelta(seconds=1), run=send_mail.run, asks_first=True),
    Job(free_holds.JOB, every=timedelta(minutes=1), run=free_holds.run, asks_first=True),
    Job(check_sites.JOB, every=timedelta(minutes=1), run=check_sites.run, asks_first=True),
    Job(settle_intents.JOB, every=timedelta(seconds=1), run=settle_intents.run, asks_first=True),
    Job(close_auctions.JOB, every=timedelta(seconds=1), run=close_auctions.run, asks_first=True),
    Job(follow_awards.JOB, every=timedelta(seconds=10), run=follow_awards.run, asks_first=True),
    Job(run_flights.JOB, every=timedelta(seconds=1), run=run_flights.run, asks_first=True),
    Job(settle_days.JOB, every=timedelta(seconds=10), run=settle_days.run, asks_first=True),
    Job(make_payouts.JOB, every=timedelta(hours=1), run=make_payouts.run, asks_first=True),
    Job(issue_invoices.JOB, every=timedelta(seconds=1), run=issue_invoices.run, asks_first=True),
    Job(end_checkouts.JOB, every=timedelta(seconds=10), run=end_checkouts.run, asks_first=True),
    Job(answer_creatives.JOB, every=timedelta(seconds=10), run=answer_creatives.run, asks_first=True),
    Job(remind_creatives.JOB, every=timedelta(minutes=1), run=remind_creatives.run, asks_first=True),
    Job(purge.JOB, every=timedelta(hours=1), run=purge.run),
    Job(verify_books.JOB, every=timedelta(days=1), run=verify_books.run),
)
