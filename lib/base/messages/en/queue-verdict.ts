export const queueVerdict = {
  queueVerdict: {
    down: "{n, plural, one {# queue is down} other {# queues are down}}",
    since: "since {time}",
    sinceUnknown: "start unknown",
  },
} as const;
