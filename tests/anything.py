"""A stand-in for services that are not called."""


class Anything:
    """Stands for all services: nothing of them is called."""

    def __getattr__(self, name: str) -> "Anything":
        return self
