"""The HTML page of `alumni issues preview`: it loads nothing and runs no script."""
