"""The DuckDB files: raw (append-only, one writer), build, publication."""
