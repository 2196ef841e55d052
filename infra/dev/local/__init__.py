"""The whole stack on this machine: the local cloud, a mailbox, a stand-in for CloudFront's edge."""
