"""A FastStream application as seen by RabbitMQ and Prometheus, built on the real aio-pika. Exits when stdin closes.

It handles each order by publishing the result to the exchange "events". After SIGUSR2 every publish blocks, as in
FastStream before 0.5.0 once another broker object of the process had been closed. Without a prefetch limit, which is
FastStream's default, deliveries continue. Prints "ready" once it consumes.
"""

import asyncio
import json
import os
import signal
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import aio_pika

OPTIONS = json.loads(sys.argv[1])
HANDLER = "default.orders.shop"
DESTINATION = "events.order.done"
# Queues on a user-supplied broker expire.
EXPIRES = {"x-expires": 600_000}
LABELS = 'app_name="shop",broker="rabbitmq"'

counted = {"received": 0, "in_process": 0, "acked": 0, "published": 0}
hangs = False


def end_with_stdin():
    while sys.stdin.buffer.read(1024):
        pass
    os._exit(0)


def begin_to_hang(*_):
    global hangs
    hangs = True


threading.Thread(target=end_with_stdin, daemon=True).start()
signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
signal.signal(signal.SIGUSR2, begin_to_hang)


class Metrics(BaseHTTPRequestHandler):
    """Exposes the metric names and labels of RabbitPrometheusMiddleware (0.5 to 0.7)."""

    def do_GET(self):
        handled = f'{LABELS},handler="{HANDLER}"'
        rows = [
            ("received_messages_total", handled, counted["received"], "counter"),
            ("received_messages_in_process", handled, counted["in_process"], "gauge"),
            ("received_processed_messages_total", f'{handled},status="acked"', counted["acked"], "counter"),
            (
                "published_messages_total",
                f'{LABELS},destination="{DESTINATION}",status="success"',
                counted["published"],
                "counter",
            ),
        ]
        lines = [
            f"# HELP faststream_{name} .\n# TYPE faststream_{name} {kind}\nfaststream_{name}{{{labels}}} {float(value)}\n"
            for name, labels, value, kind in rows
        ]
        body = "".join(lines).encode()
        self.send_response(200)
        self.send_header("content-type", "text/plain; version=0.0.4; charset=utf-8")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


async def main():
    url = f"{OPTIONS['amqpUrl']}?heartbeat=60&name={OPTIONS['name']}"
    connection = await aio_pika.connect_robust(url)
    channel = await connection.channel()
    events = await channel.declare_exchange("events", aio_pika.ExchangeType.TOPIC, durable=True)
    done = await channel.declare_queue("events", durable=True, arguments={"x-max-length": 1000, **EXPIRES})
    await done.bind(events, "order.*")
    orders = await channel.declare_queue("orders.shop", durable=True, arguments=EXPIRES)

    async def handle(message):
        counted["received"] += 1
        counted["in_process"] += 1
        if hangs:
            await asyncio.Event().wait()
        await events.publish(aio_pika.Message(message.body), routing_key="order.done")
        counted["published"] += 1
        await message.ack()
        counted["in_process"] -= 1
        counted["acked"] += 1

    await orders.consume(handle)
    server = ThreadingHTTPServer(("127.0.0.1", OPTIONS["port"]), Metrics)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print("ready", flush=True)
    await asyncio.Event().wait()


asyncio.run(main())
