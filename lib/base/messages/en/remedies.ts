/**
 * What to do, by product and version, in one sentence that also fits an alert's webhook. Names in it are those of the
 * products. No placeholders: the alert engine says these texts as they stand.
 */
export const remedies = {
  remedies: {
    aiormqLate:
      "work that holds its event loop keeps heartbeats from leaving: do it in smaller batches or in a thread, and set ?heartbeat= in the client's own URL, for aiormq does not take the broker's",
    pikaLate:
      "a long callback keeps heartbeats from leaving: acknowledge from a worker thread, work in smaller batches, or set heartbeat in the client's own URL",
    bitmagnetConflict:
      "upgrade Bitmagnet to 0.10, or delete only the retry rows that have a pending twin; deleting all retries loses torrents for good",
    bitmagnetStarved:
      "Bitmagnet takes retries only when nothing pending is due: let the crawler rest until the pending ones are done",
    bitmagnetOneError:
      "one error makes nearly all failures; where it is TMDB, use a personal key or set tmdb.enabled=false",
    bitmagnetOpenRows:
      "Bitmagnet's pick sorts all due rows: index the order it picks in (queue, status is retry, priority, run_after, id) where a row is pending or retry, and let the crawler rest",
    bitmagnetNotTaken: "see whether Bitmagnet's queue_server worker runs, and its log",
    bitmagnetOrphaned:
      "a job runs inside one transaction for 10 min at most: look for the oldest transaction in pg_stat_activity, then restart the worker",
    peertubeOrphanChild:
      "delete these jobs in PeerTube and run the transcoding of their video again: nothing will ever release them",
    peertubeSilent:
      "restart the runner: a VOD job it reports in vain is not let go by itself; if the job stays in processing, cancel it",
    peertubeDeaf:
      "restart the runner: it missed that jobs are available; runners from March 2024 on ask again when their socket reconnects",
    peertubeNotUpdated:
      "cancel the job: its runner is there and does not work on it, and PeerTube's watchdog has not taken it back",
    peertubeProgress: "ffmpeg hangs on this job: restart the runner, and cancel the job if it hangs again",
    peertubeCompleting: "PeerTube never finished taking in the result: look at its log, then delete the job",
    peertubeBouncing:
      "PeerTube takes the job back and gives it out again: raise remote_runners.stalled_jobs if the line is slow, else look at the runner's log",
    peertubeMissing: "it was unregistered in PeerTube: register it again, or leave it and it is let go after a day",
    peertubeNotTaken: "no runner takes these: see which are registered, and whether their job types are enabled",
    kyooNotTaken:
      "Kyoo's scanner wakes only when told and never looks by itself: start a library scan, or restart the scanner",
    kyooOrphaned: "Kyoo takes it again after 30 min if a scanner runs: restart the scanner",
    riverOrphaned:
      "River rescues such jobs after an hour, if a leader is elected: see river_leader, and set JobTimeout",
    obanOrphaned: "add Oban's Lifeline plugin: without it nobody rescues executing jobs after a crash",
    graphileOrphaned: "Graphile Worker lets go of a lock after 4 h; forceUnlockWorkers does it at once",
    procrastinateOrphaned:
      "once the worker's row is pruned nobody sees them: retry the stalled jobs with get_stalled_jobs",
    solidQueueOrphaned: "Solid Queue fails the jobs of a dead process when a supervisor runs: start one",
    goodJobOrphaned: "GoodJob takes them again once the process row expires after 5 min: see that a process runs",
    laravelOrphaned: "Laravel gives them out again after retry_after: see that it is longer than the longest job",
    orphaned: "the worker that held them is gone or hangs: restart it, and use the system's own way to rescue jobs",
    notTaken: "see whether a worker runs and listens to this queue",
    starved: "fresh jobs are served before retries: add workers, or give retries a queue of their own",
    oneError: "one error makes nearly all failures: see what it depends on",
    runnerSilent: "restart the runner; its jobs are free again once its system gives up on it",
    runnerMissing: "it went with work in hand: see why it ended, and whether its jobs were taken up again",
    kyooLeaderless:
      "no scanner holds the lock 198347, so none looks at these: start or restart Kyoo's scanner; one in line takes the lock within 5 s",
    roadrunnerRedialing:
      "see that RoadRunner can reach the broker; it gives up after redial_timeout, 60 s unless set: set redial_timeout: 300 in whole seconds (300s is not read); held for longer than that, restart RoadRunner and make the queue durable",
    roadrunnerBroken:
      "RoadRunner's log names the pipeline, whose queue or connection is mostly gone: declare it with durable: true, restart RoadRunner, and upgrade to 2025.1 or newer",
    roadrunnerNotConsuming:
      "restart RoadRunner, unless somebody paused the pipeline; make its queue durable and upgrade to 2025.1 or newer, for before that a redial may come back without its consumer",
    roadrunnerGaveUp:
      "restart RoadRunner, its redial was given up; set redial_timeout: 300 in whole seconds and upgrade to 2024.2 or newer, which builds the pipeline anew; a heartbeat is set in amqp.addr (?heartbeat=30), there is no amqp.heartbeat",
    roadrunnerUnreachable:
      "see whether RoadRunner runs: from 2024.2 on it exits when a pipeline can neither redial nor be built anew, so let something start it again; else see that status.address is set",
    faststreamPublishSilent:
      "restart the application and upgrade FastStream to 0.5.0 or newer: before that, closing one broker object leaves the publishes of another waiting for ever; its health check stays 204 all the while",
    faststreamUnreachable:
      "see whether the application runs; its exporter answers from the event loop, so a handler that blocks the loop silences it, and soon its heartbeats to the broker too",
  },
} as const;
