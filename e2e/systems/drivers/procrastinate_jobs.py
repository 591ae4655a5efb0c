"""Jobs of Procrastinate in each state."""

import asyncio
import inspect
import os
import sys

import procrastinate

URL = os.environ["DATABASE_URL"]


def connector():
    if hasattr(procrastinate, "PsycopgConnector"):
        return procrastinate.PsycopgConnector(conninfo=URL)
    return procrastinate.AiopgConnector(dsn=URL)


app = procrastinate.App(connector=connector())
started = asyncio.Event()


@app.task(queue="mail", name="mail")
async def mail(fail=False):
    if fail:
        raise ValueError("tmdb: 429 for job 7")


@app.task(queue="mail", name="again", retry=procrastinate.RetryStrategy(max_attempts=3, wait=3600))
async def again():
    raise ValueError("tmdb: 429 for job 7")


@app.task(queue="mail", name="again_now", retry=procrastinate.RetryStrategy(max_attempts=2, wait=0))
async def again_now():
    raise ValueError("tmdb: 429 for job 7")


@app.task(queue="slow", name="slow")
async def slow():
    started.set()
    await asyncio.sleep(3600)


async def apply_schema():
    manager = app.schema_manager
    if hasattr(manager, "apply_schema_async"):
        await manager.apply_schema_async()
    else:
        await asyncio.to_thread(manager.apply_schema)


async def cancel(job_id):
    manager = app.job_manager
    if hasattr(manager, "cancel_job_by_id_async"):
        await manager.cancel_job_by_id_async(job_id)


def opened():
    return app.open_async()


async def main():
    async with opened():
        await apply_schema()
        await mail.defer_async()
        await mail.defer_async()
        await mail.defer_async(fail=True)
        await again.defer_async()
        await app.run_worker_async(queues=["mail"], wait=False)
        for _ in range(4):
            await mail.defer_async()
        await mail.configure(schedule_in={"hours": 1}).defer_async()
        if hasattr(app.job_manager, "cancel_job_by_id_async"):
            await cancel(await mail.defer_async())
        await slow.defer_async()
        worker = asyncio.create_task(app.run_worker_async(queues=["slow"], wait=True))
        await asyncio.wait([asyncio.create_task(started.wait()), worker], return_when=asyncio.FIRST_COMPLETED)
        if worker.done():
            worker.result()
        print("READY", flush=True)
        await asyncio.to_thread(sys.stdin.read)
        os._exit(0)


if inspect.iscoroutinefunction(main):
    asyncio.run(main())
