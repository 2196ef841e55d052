"""From a checkout to a running stack: code, keys, CloudFormation, and what is left to people."""
