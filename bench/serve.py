"""The process that serves a variant by HTTP: ``python -m bench.serve SPEC``.

With the service's own servers, in one process. Nova's virtualenv runs it, too.
"""

import gc
import importlib

from bench import variants
from computeapi.cmd.serving import listening
from testing.programs import Answers, specification


def main() -> None:
    """Load the variant, report its port, and serve it until a signal ends it."""
    spec = specification()
    answers = Answers()
    sock = listening.bind("127.0.0.1", 0)
    port = sock.getsockname()[1]
    kind = "threads" if spec["variant"] in variants.THREADS else "eventlet"
    server = importlib.import_module(f"computeapi.cmd.serving.{kind}_server")
    # eventlet makes the standard library green before the variant is imported.
    serve = server.server_factory({"listen_fd": str(sock.fileno())})
    app = variants.load(spec)
    gc.collect()
    gc.freeze()
    sock.listen(listening.BACKLOG)
    answers.send({"port": port})
    serve(app)


if __name__ == "__main__":
    main()
