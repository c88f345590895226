"""Pieces of the product that the pages of several rooms share: ads and their form, months, results, money returned."""
