"""The HTML page of `alumni issues report --html`."""
