"""Brings what visitors find up to date, as the job does every second."""

from flask import Flask

from app.jobs import refresh_catalogue
from tests.support.mail_jobs import RecordingMailer, job_context


def refresh(app: Flask) -> int:
    """One run of the job; returns how many facts it has followed."""
    with app.app_context():
        return refresh_catalogue.run(job_context(RecordingMailer()))
