"""The demonstration: a believable region, entirely made up, dropped as files for a night to read."""

from vigie.demo.generate import DemoSummary, generate

__all__ = ["DemoSummary", "generate"]
