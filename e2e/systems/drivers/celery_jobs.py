"""Tasks of Celery in each state, and what it says of them itself."""

import json
import os
import subprocess
import sys
import time

from celery import Celery

app = Celery("celery_jobs", broker=os.environ["DATABASE_URL"])
app.conf.broker_transport_options = {"global_keyprefix": "app:"}
# The slow task does not keep the worker from fetching the others.
app.conf.worker_prefetch_multiplier = 10
app.conf.worker_enable_remote_control = False


@app.task
def good(secret):
    pass


@app.task(acks_late=True)
def slow(secret):
    time.sleep(3600)


@app.task(bind=True, max_retries=5)
def bad(self, secret):
    raise self.retry(countdown=3600)


def held(client):
    # Its client adds the prefix.
    return client.hlen("unacked")


def main():
    for _ in range(3):
        good.apply_async(("s3cret",), countdown=3600)
    for _ in range(2):
        bad.delay("s3cret")
    slow.delay("s3cret")
    worker = [sys.executable, "-m", "celery", "-A", "celery_jobs", "worker", "-c", "1", "-l", "warning"]
    child = subprocess.Popen(worker, cwd=os.path.dirname(os.path.abspath(__file__)), stdout=subprocess.DEVNULL)
    with app.connection_or_acquire() as connection:
        channel = connection.default_channel
        while held(channel.client) < 6:
            time.sleep(0.1)
        for _ in range(4):
            good.apply_async(("s3cret",), queue="others")
        for _ in range(5):
            good.apply_async(("s3cret",), queue="others", priority=9)
        row = {"running": 0, "delayed": 0, "failed": None, "done": None}
        own = [
            {"queue": "celery", **row, "queued": channel._size("celery"), "running": 1, "delayed": 5},
            {"queue": "others", **row, "queued": channel._size("others")},
        ]
    print("OWN " + json.dumps(own), flush=True)
    print("READY", flush=True)
    sys.stdin.read()
    child.kill()


if __name__ == "__main__":
    main()
