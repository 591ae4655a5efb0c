/** The packs in which the page of rules lists them. */
export const rulePacks = {
  rulePacks: {
    packs: {
      rabbitmq: { title: "RabbitMQ", about: "Clients and the broker itself, whatever they are written in." },
      work: { title: "Job tables and runners", about: "Any job system Lastbeat reads, whoever wrote it." },
      kyoo: { title: "Kyoo", about: "Scanner on RabbitMQ (4.x) or on a table of requests (5.x)." },
      roadrunner: { title: "RoadRunner", about: "PHP workers behind one AMQP connection a pipeline." },
      bitmagnet: { title: "Bitmagnet", about: "Its queue_jobs, and retries that hold each other up." },
      peertube: { title: "PeerTube", about: "Remote runners and the jobs they hold." },
      faststream: { title: "FastStream", about: "Python services, and publishers that fall silent." },
      lastbeat: { title: "Lastbeat itself", about: "Whether its own alerts get through." },
      yours: { title: "Yours", about: "Rules of lastbeat.yaml and of this page that stand for no built-in one." },
    },
  },
} as const;
