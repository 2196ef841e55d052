"""What only developers run: the local stack, the mailbox, benchmarks, lint."""
