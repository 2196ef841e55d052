"""An issue as its readers will see it, on one page that needs nothing else and runs nothing."""
