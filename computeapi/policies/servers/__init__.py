"""The rules of servers, by theme."""

from itertools import chain

from computeapi.policies.servers import changing, console, creation, deletion, listing, power

#: The order is that of the sample policy file.
THEMES = (listing, creation, changing, deletion, power, console)
RULES = list(chain.from_iterable(theme.RULES for theme in THEMES))
