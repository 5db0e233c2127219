"""The paths of bare metal nodes, which the API had until 2.35.

API reference, "Bare metal nodes".
"""

from computeapi.api.versions import until

SERVED = until(35, "The paths of bare metal nodes, /os-baremetal-nodes, are gone.")
