"""The WSGI application that a server imports."""

import gc

from app import create_app

app = create_app()
# What is there now stays as long as the process: the collector is not to look through it again and again, and the end
# of the process is not to take it apart, which costs the better part of a second of the twenty that a stop may take.
gc.freeze()
