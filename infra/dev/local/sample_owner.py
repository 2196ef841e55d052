"""Who may use the desk of the demo."""

OWNER = "owner@example.com"
