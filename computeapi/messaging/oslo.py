"""Messaging between machines: oslo.messaging on RabbitMQ.

oslo.messaging may wait for a lost broker without end, so nothing of it runs in the
thread that calls it.
"""

import importlib
import logging
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress

import oslo_messaging
from oslo_config import cfg

from computeapi.domain import errors
from computeapi.messaging import question
from computeapi.ports.messaging import JSON, Listener, Method, RPCClient

LOG = logging.getLogger(__name__)

_EXCHANGE = "computeapi"
_GROUP = "oslo_messaging_rabbit"
_CALLS_AT_ONCE = 64
#: Seconds that connections have to end.
STOP_TIMEOUT = 5.0

# Nothing is worth keeping while its reader is away: queues go with their consumer,
# and a lost broker is looked for every few seconds, not every thirty.
_DEFAULTS = {
    "amqp_auto_delete": True,
    "rabbit_transient_queues_ttl": 60,
    "rabbit_interval_max": 3,
    "kombu_missing_consumer_retry_timeout": 5,
}


def rpc_client(conf: cfg.ConfigOpts) -> "OsloRPCClient":
    """Return the client that ``conf`` describes."""
    return OsloRPCClient(conf)


def listener(conf: cfg.ConfigOpts) -> "OsloListener":
    """Return the listener that ``conf`` describes."""
    return OsloListener(conf)


def register_strays(conf: cfg.ConfigOpts) -> None:
    """Register options that oslo.messaging reads from our conf but registers on the global one."""
    for name in ("metrics", "tracing"):
        group = f"oslo_messaging_{name}"
        with suppress(ModuleNotFoundError):  # releases before 18 do not trace
            module = importlib.import_module(f"oslo_messaging._{name}.client")
            conf.register_opts(getattr(module, group), group=group)


def _transport(conf: cfg.ConfigOpts) -> oslo_messaging.transport.RPCTransport:
    register_strays(conf)
    url = oslo_messaging.TransportURL.parse(conf, conf.messaging.transport_url)
    transport = oslo_messaging.get_rpc_transport(conf, url)
    for name, value in _DEFAULTS.items():
        conf.set_default(name, value, _GROUP)
    return transport


def _topic(host: str) -> str:
    return f"computeapi.{host}"


class OsloRPCClient(RPCClient):
    """The API's side.

    A wake-up goes to a fanout exchange, which drops it when no worker listens; a
    question to a queue that exists only while the worker does, so that an absent
    worker is known at once.
    """

    def __init__(self, conf: cfg.ConfigOpts) -> None:
        self._conf = conf
        self._call_timeout: float = conf.messaging.call_timeout
        self._slots = threading.BoundedSemaphore(_CALLS_AT_ONCE)
        self._lock = threading.Lock()
        self._client: oslo_messaging.RPCClient | None = None
        self._to_wake: set[str] = set()
        self._waking = False

    def cast(self, host: str) -> None:
        """See :meth:`computeapi.ports.messaging.RPCClient.cast`."""
        with self._lock:
            self._to_wake.add(host)
            if self._waking:
                return
            self._waking = True
        spawn(self._send_wake_ups)

    def call(self, host: str, method: str, /, **arguments: JSON) -> JSON:
        """See :meth:`computeapi.ports.messaging.RPCClient.call`."""
        text = question.ask(method, arguments)
        # Threads that wait for a lost broker must not pile up.
        if not self._slots.acquire(blocking=False):
            raise errors.Unavailable("Too many questions wait for an answer.")
        answers: list[str] = []
        done = threading.Event()
        spawn(self._ask, host, text, answers, done)
        done.wait(self._call_timeout)
        if not answers:
            raise question.silence(host)
        return question.result(answers[0])

    def _ask(self, host: str, text: str, answers: list[str], done: threading.Event) -> None:
        try:
            client = self._connected().prepare(topic=_topic(host), server=host)
            answers.append(client.call({}, "answer", text=text))
        except Exception as error:  # of three libraries, without a base of their own
            LOG.warning("No answer from host %s: %s", host, error)
        finally:
            self._slots.release()
            done.set()

    def _send_wake_ups(self) -> None:
        while True:
            with self._lock:
                if not self._to_wake:
                    self._waking = False
                    return
                host = self._to_wake.pop()
            try:
                self._connected().prepare(topic=_topic(host), fanout=True).cast({}, "wake")
            except Exception as error:  # as above
                LOG.warning("Wake-up of host %s is lost: %s", host, error)

    def _connected(self) -> oslo_messaging.RPCClient:
        with self._lock:
            if self._client is None:
                self._client = oslo_messaging.get_rpc_client(
                    _transport(self._conf),
                    oslo_messaging.Target(exchange=_EXCHANGE),
                    timeout=self._call_timeout,
                    retry=1,
                    transport_options=oslo_messaging.TransportOptions(at_least_once=True),
                )
            return self._client


class OsloListener(Listener):
    """A worker's side.

    It begins to listen as soon as there is a broker: until then the worker finds
    its work by looking.
    """

    def __init__(self, conf: cfg.ConfigOpts) -> None:
        self._transport = _transport(conf)
        self._server: oslo_messaging.MessageHandlingServer | None = None
        self._starting: threading.Thread | None = None

    def start(self, host: str, on_wake: Callable[[], None], methods: Mapping[str, Method]) -> None:
        """See :meth:`computeapi.ports.messaging.Listener.start`."""
        target = oslo_messaging.Target(exchange=_EXCHANGE, topic=_topic(host), server=host)
        endpoint = _Endpoint(on_wake, methods)
        self._server = oslo_messaging.get_rpc_server(self._transport, target, [endpoint])
        self._starting = spawn(self._server.start)

    def stop(self) -> None:
        """See :meth:`computeapi.ports.messaging.Listener.stop`."""
        if self._server is None or self._starting is None:
            return
        if not self._starting.is_alive():
            # Without a broker this waits for one.
            spawn(self._end, self._server).join(STOP_TIMEOUT)
        self._server = None

    def _end(self, server: oslo_messaging.MessageHandlingServer) -> None:
        server.stop()
        server.wait()
        self._transport.cleanup()


class _Endpoint:
    """The endpoint that oslo.messaging calls: each public method is one that may be sent."""

    def __init__(self, on_wake: Callable[[], None], methods: Mapping[str, Method]) -> None:
        self._on_wake = on_wake
        self._methods = methods

    def wake(self, _context: dict[str, JSON]) -> None:
        self._on_wake()

    def answer(self, _context: dict[str, JSON], text: str) -> str:
        return question.answer(self._methods, text)


def spawn(work: Callable[..., None], *arguments: object) -> threading.Thread:
    """Run something in a thread that ends with the process, and return the thread."""
    thread = threading.Thread(target=work, args=arguments, name="messaging", daemon=True)
    thread.start()
    return thread
