"""The whole stack on this machine: local cloud, mailbox, and a proxy in CloudFront's place."""
