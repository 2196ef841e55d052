"""`make lint`: everything that can be found without running the product."""
