"""The content of the pages: one module per kind, each from the publication to a `Page`."""
