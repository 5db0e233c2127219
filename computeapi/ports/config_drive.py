"""The builder of config drives."""

from collections.abc import Callable, Mapping

from computeapi.domain.servers import Server

#: Returns the files of a server's config drive, by their path on the drive.
ConfigDrive = Callable[[Server], Mapping[str, bytes]]
