"""What `alumni deploy` and `alumni publish` do, on a laptop as in AWS. Nothing here prints."""
