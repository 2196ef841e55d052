"""The `alumni` command: one module a command or group of them; what they do lies elsewhere."""
