"""Sites, their sockets, what is listed for sale, and the one calendar behind every way to sell."""
