"""The work of `alumni deploy` and `alumni publish`, in AWS and on a laptop. Nothing here prints."""
