"""Tasks of Django-Q2 in each state, in its ORM broker."""

import os
import sys
import time
from urllib.parse import unquote, urlparse

from django.conf import settings


def good():
    return "s3cret"


def bad():
    raise ValueError("tmdb: 429 for job 7")


def slow():
    time.sleep(3600)


def configure():
    url = urlparse(os.environ["DATABASE_URL"])
    settings.configure(
        SECRET_KEY="s3cret",
        USE_TZ=True,
        DEFAULT_AUTO_FIELD="django.db.models.AutoField",
        INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", "django_q"],
        CACHES={"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}},
        DATABASES={
            "default": {
                "ENGINE": "django.db.backends.postgresql",
                "NAME": url.path[1:],
                "USER": unquote(url.username or ""),
                "PASSWORD": unquote(url.password or ""),
                "HOST": url.hostname,
                "PORT": url.port or 5432,
            }
        },
        # A failed task waits in its row for an hour, and the cluster fetches one task at a time.
        Q_CLUSTER={
            "name": "default",
            "orm": "default",
            "workers": 1,
            "bulk": 1,
            "queue_limit": 1,
            "timeout": 3000,
            "retry": 3600,
            "poll": 0.1,
        },
    )
    import django

    django.setup()


def cluster():
    from django_q.cluster import Cluster

    Cluster().start()
    sys.stdin.read()
    os._exit(0)


def main():
    from subprocess import PIPE, Popen

    from django.core.management import call_command
    from django_q.brokers import get_broker
    from django_q.models import OrmQ, Task
    from django_q.tasks import async_task

    call_command("migrate", verbosity=0)
    for task in ["good", "good", "bad", "slow"]:
        async_task(f"django_q2_jobs.{task}")
    running = Popen([sys.executable, __file__, "cluster"], stdin=PIPE)
    for _ in range(600):
        if running.poll() is not None:
            sys.exit("the cluster has ended")
        # The failed task and the slow one remain, under their leases.
        if Task.objects.count() == 3 and OrmQ.objects.count() == 2:
            break
        time.sleep(0.1)
    films = get_broker("films")
    for _ in range(3):
        async_task("django_q2_jobs.good", broker=films)
    print("READY", flush=True)
    sys.stdin.read()
    running.kill()
    os._exit(0)


if __name__ == "__main__":
    configure()
    cluster() if sys.argv[1:] == ["cluster"] else main()
