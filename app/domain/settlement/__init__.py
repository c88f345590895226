"""Settlement: delivered days become earnings, undelivered ones go back, earnings are paid out."""
