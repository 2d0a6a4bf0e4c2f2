"""Programs for developers: benchmarks, screenshots, vendored files."""
