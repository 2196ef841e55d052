"""What `alumni` offers, one module a command or group; what they do lies elsewhere."""
