"""Who is told what, in the product and by mail, and who chose not to be."""
