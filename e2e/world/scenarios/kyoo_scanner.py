"""Kyoo v4.7.1's scanner or matcher as seen by RabbitMQ: aio-pika, no connection name; scans block the event loop.

Exits when its stdin closes. Prints "ready" once it consumes.
"""

import asyncio
import json
import os
import signal
import sys
import threading
import time

import aio_pika

OPTIONS = json.loads(sys.argv[1])
# The number of files that one scan finds; all are published at once.
FOUND = 200


def end_with_stdin():
    while sys.stdin.buffer.read(1024):
        pass
    os._exit(0)


threading.Thread(target=end_with_stdin, daemon=True).start()
signal.signal(signal.SIGTERM, lambda *_: os._exit(0))


def scan(seconds):
    """Blocks the event loop, as os.walk and guessit do over a large library."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        for _ in os.walk(os.path.dirname(__file__)):
            pass
        # Saves CPU time while the event loop stays blocked.
        time.sleep(0.05)
    return [f"/media/film-{number}.mkv" for number in range(FOUND)]


async def consume_scans(channel):
    rescan = await channel.declare_queue("scanner.rescan", durable=True)
    known = []

    async def publish(path):
        body = json.dumps({"action": "scan", "path": path}).encode()
        await channel.default_exchange.publish(aio_pika.Message(body), routing_key="scanner")

    async def handle(message):
        if not known:
            known.extend(scan(json.loads(message.body)["seconds"]))
        # The connection is closed by now: the broker redelivers the message on the next one, when `known` is filled.
        await asyncio.gather(*(publish(path) for path in known))
        await message.ack()
        known.clear()

    await rescan.consume(handle)


async def consume_matches(channel, found):
    await channel.set_qos(prefetch_count=20)
    await found.consume(lambda message: message.ack())


async def main():
    connection = await aio_pika.connect_robust(f"{OPTIONS['amqpUrl']}?heartbeat={OPTIONS['heartbeat']}")
    channel = await connection.channel()
    # Kyoo's own queues are not durable, which RabbitMQ refuses from 4.3 on.
    found = await channel.declare_queue("scanner", durable=True)
    await (consume_scans(channel) if OPTIONS["role"] == "scanner" else consume_matches(channel, found))
    print("ready", flush=True)
    await asyncio.Event().wait()


asyncio.run(main())
