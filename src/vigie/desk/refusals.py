"""What the desk answers instead of a page, in the words of its reader."""


class Refused(Exception):
    """The request is not served: `status` for the browser, the message for the person."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
