"""The process that serves a variant by HTTP: ``python -m bench.serve TOLD``.

With the service's own server, eventlet in one process, for every variant but Nova.
"""

# First: it makes the standard library green.
from computeapi.cmd import api  # isort: skip

import gc
import json
import os
import sys

from bench import variants


def main() -> None:
    """Load the variant, say at which port it is, and serve it until told to end."""
    told = json.loads(sys.argv[1])
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    sock = api.listen("127.0.0.1", 0)
    port = sock.getsockname()[1]
    app = variants.load(told)
    gc.collect()
    gc.freeze()
    answers.write(json.dumps({"port": port}) + "\n")
    answers.flush()
    api.server_factory({"listen_fd": str(sock.detach())})(app)


if __name__ == "__main__":
    main()
