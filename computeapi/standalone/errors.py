"""The errors that stop a cloud from coming up."""


class CloudError(Exception):
    """It cannot be done; the message says why and what to do, in a sentence for people."""
