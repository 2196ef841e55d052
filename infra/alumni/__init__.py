"""The `alumni` command, a module for each command; the work is done elsewhere in `infra`."""
