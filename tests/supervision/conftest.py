"""The mail server of the tests."""

from mail_server import mailbox  # noqa: F401
