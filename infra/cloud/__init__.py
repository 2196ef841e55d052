"""What `alumni deploy` and `alumni publish` do, on a laptop and in AWS alike: plain functions, no printing."""
