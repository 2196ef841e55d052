"""Code that the benchmarks share, and the small programs that they start."""
