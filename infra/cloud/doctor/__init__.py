"""`alumni doctor`: a module for each group of checks. Verdicts are functions of values."""
