"""A small Braintree that runs on your machine: no money moves, and nothing leaves it.

It is a WSGI app of its own that speaks Braintree's XML to the real SDK and Braintree's JSON to card
fields in a browser. It keeps its state in a database of its own, takes only the documented test cards,
and knows nothing of the market it is used by.
"""
