"""How earnings leave the house: a file for the bank."""
