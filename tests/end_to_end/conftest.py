"""The steering site made once for the session."""

from steering_site import site  # noqa: F401
