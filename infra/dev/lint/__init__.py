"""`make lint`: every check that doesn't run the product."""
