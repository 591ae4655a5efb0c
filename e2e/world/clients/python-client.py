"""A real AMQP client in its own process, using pika or aio-pika. It has the same options and events as amqp-client.ts.

Exits when its stdin closes, hence with the process that started it. SIGTERM ends it at once; SIGUSR2 closes the
connection first.
"""

import asyncio
import json
import os
import signal
import sys
import threading
import time

OPTIONS = json.loads(sys.argv[1])
RECONNECT_AFTER_S = 1.0


def say(event, detail=None):
    line = {"event": event, "atMs": time.time() * 1000}
    if detail is not None:
        line["detail"] = str(detail)
    print(json.dumps(line), flush=True)


def end_with_stdin():
    while sys.stdin.buffer.read(1024):
        pass
    os._exit(0)


threading.Thread(target=end_with_stdin, daemon=True).start()
signal.signal(signal.SIGTERM, lambda *_: os._exit(0))


def run_pika():
    import pika

    goodbye = threading.Event()
    signal.signal(signal.SIGUSR2, lambda *_: goodbye.set())

    def one_connection():
        parameters = pika.URLParameters(OPTIONS["url"])
        parameters.heartbeat = OPTIONS["heartbeat"]
        if OPTIONS["name"] is not None:
            parameters.client_properties = {"connection_name": OPTIONS["name"]}
        connection = pika.BlockingConnection(parameters)
        channel = connection.channel()
        if OPTIONS["queue"] is not None:
            channel.basic_qos(prefetch_count=5)
            channel.queue_declare(OPTIONS["queue"], durable=True)
            channel.basic_consume(OPTIONS["queue"], lambda ch, method, *_: ch.basic_ack(method.delivery_tag))
        say("connected")
        while not goodbye.is_set():
            connection.process_data_events(time_limit=0.2)
        connection.close()
        say("closed")
        os._exit(0)

    while True:
        try:
            one_connection()
        except Exception as cause:  # noqa: BLE001 - every failure is reported and retried
            say("closed", repr(cause))
        if not OPTIONS.get("reconnect", True):
            os._exit(0)
        time.sleep(RECONNECT_AFTER_S)


async def run_aio_pika():
    import aio_pika

    separator = "&" if "?" in OPTIONS["url"] else "?"
    name = "" if OPTIONS["name"] is None else f"&name={OPTIONS['name']}"
    url = f"{OPTIONS['url']}{separator}heartbeat={OPTIONS['heartbeat']}{name}"
    reconnect = OPTIONS.get("reconnect", True)
    connect = aio_pika.connect_robust if reconnect else aio_pika.connect
    extra = {"reconnect_interval": RECONNECT_AFTER_S} if reconnect else {}
    try:
        connection = await connect(url, **extra)
    except Exception as cause:  # noqa: BLE001
        say("closed", repr(cause))
        os._exit(0)
    lost = asyncio.Event()
    connection.close_callbacks.add(lambda *arguments: (say("closed", repr(arguments[-1])), lost.set()))
    if reconnect:
        connection.reconnect_callbacks.add(lambda *_: say("connected"))
    channel = await connection.channel()
    if OPTIONS["queue"] is not None:
        await channel.set_qos(prefetch_count=5)
        queue = await channel.declare_queue(OPTIONS["queue"], durable=True)

        async def acknowledge(message):
            await message.ack()

        await queue.consume(acknowledge)
    goodbye = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGUSR2, goodbye.set)
    say("connected")
    await goodbye.wait()
    await connection.close()
    os._exit(0)


if OPTIONS["library"] == "pika":
    run_pika()
else:
    asyncio.run(run_aio_pika())
