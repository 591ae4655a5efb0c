/**
 * What to do, by product and version, in one sentence that also fits an alert's webhook. Names in it are those of the
 * products. No placeholders: the alert engine says these texts as they stand.
 */
export const remedies = {
  remedies: {
    bitmagnetConflict:
      "upgrade Bitmagnet to 0.10, or delete only the retry rows that have a pending twin; deleting all retries loses torrents for good",
    bitmagnetStarved:
      "Bitmagnet takes retries only when nothing pending is due: let the crawler rest until the pending ones are done",
    bitmagnetOneError:
      "one error makes nearly all failures; where it is TMDB, use a personal key or set tmdb.enabled=false",
    bitmagnetNotTaken: "see whether Bitmagnet's queue_server worker runs, and its log",
    bitmagnetOrphaned:
      "a job runs inside one transaction for 10 min at most: look for the oldest transaction in pg_stat_activity, then restart the worker",
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
  },
} as const;
