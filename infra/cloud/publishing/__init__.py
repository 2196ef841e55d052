"""From a build to the buckets: what changed, in what order, by one publisher at a time."""
