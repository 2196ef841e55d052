"""From a build to the buckets: uploads what changed, in order, one publisher at a time."""
