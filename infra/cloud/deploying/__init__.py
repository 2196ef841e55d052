"""From a checkout to a running stack: code, keys, CloudFormation, and the steps left to people."""
