"""The errors that stop a cloud from coming up."""


class CloudError(Exception):
    """It cannot be done; the message gives the reason and the remedy, in a sentence for people."""
