export const sourcePage = {
  sourcePage: {
    troubled:
      "{troubled, number} of {n, number} {n, plural, one {queue} other {queues}} of {source} {troubled, plural, one {needs} other {need}} attention.",
    sourceTroubled: "{source} needs attention.",
    answer: {
      fine: "{source} has answered since {clock}.",
      slow: "{source} has answered slowly since {clock}.",
      hanging: "{source} has not answered since {clock}.",
      broken: "{source} has been broken since {clock}.",
      stopping: "{source} has been shutting down since {clock}.",
      absent: "{source} has had no jobs since {clock}.",
    },
    gone: "{source} has been gone since {clock} (inferred). {because}",
    publishFailing:
      "Publishes of {source} have raised {exception, select, none {exceptions} other {{exception}}} since {clock}.",
    publishing: {
      moving: "{source} has been OK since {clock}.",
      stalled: "{source} has published nothing since {clock} (inferred).",
      unknown: "{source} answers; whether it publishes is not measured.",
    },
  },
} as const;
