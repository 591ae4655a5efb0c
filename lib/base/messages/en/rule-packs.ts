/**
 * What is known of each built-in rule, in whole sentences: what it watches, why it matters, the likely cause, the next
 * step; and what five systems make of it. Facts about products were read in their code or measured. No placeholders:
 * the API says these texts as they stand.
 */
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
    rules: {
      "node-down": {
        title: "Node of a cluster down",
        summary: "The other nodes of the cluster do not reach one that belongs to it.",
        why: "Its clients reconnect elsewhere, classic queues that lived on it are away, and quorum queues have one vote fewer.",
        cause: "It was stopped for an upgrade, ran out of memory or disk, or the network between the nodes is cut.",
        next: "See its page for who went with it and who is back; read the node's own log. While it is down, clients-not-back is muted by it: who is away still when it is back is told then.",
      },
      "webhook-failing": {
        title: "Webhook refuses or does not answer",
        summary: "Every attempt at this webhook has failed for five minutes.",
        why: "Alerts for it wait. Whoever watches only there believes that all is well.",
        cause: "The receiver is down or slow, its address or token changed, or a proxy stands between.",
        next: "Read the answers on the page Deliveries, then send a test from there. What waits is sent in order once it accepts; after an hour it is still there.",
      },
      "webhook-dead": {
        title: "Deliveries that were given up",
        summary: "Deliveries of this webhook were tried for as long as they may be, or refused for good.",
        why: "Nobody has read these alerts, and nothing sends them again by itself.",
        cause:
          "The receiver was away for longer than deliveries are tried, answered 410, or refuses the message itself.",
        next: "Mend the receiver, then send the dead deliveries again, one by one or all, on the page Deliveries: each keeps its webhook-id.",
      },
      "heartbeat-late": {
        title: "Client about to be dropped",
        summary: "A client has sent nothing for longer than its heartbeat timeout.",
        why: "The broker closes a connection two to three timeouts after its last byte: 120 to 180 s at 60 s. What the client held unacknowledged is then delivered again.",
        cause:
          "The client's thread or event loop is busy and sends no heartbeat, its machine is overloaded or frozen, or the connection is half open.",
        next: "See what keeps it busy: smaller batches, CPU work off the event loop. A longer timeout is a setting of the client; aiormq, for one, ignores what the broker proposes and takes ?heartbeat= from its URL.",
      },
      "client-flapping": {
        title: "Client reconnects again and again",
        summary: "The same client has reconnected several times within 10 minutes.",
        why: "Each reconnect gives its unacknowledged messages out again: work goes round instead of forward, and the broker pays for every new connection.",
        cause:
          "Missed heartbeats, a proxy that cuts idle connections, or a worker that dies at its start. Everybody at once is the broker or the network.",
        next: "Read on the client's page why its last sessions ended, then the broker's log of that minute; give the client a pause between attempts that grows.",
      },
      "client-lost": {
        title: "Client did not come back",
        summary: "A client has been away for longer than its library goes on trying, and a minute more.",
        why: "Nobody does its work, and nothing will bring it back by itself.",
        cause: "Its library gave up while the broker was away, or its process ended and nobody started it again.",
        next: "Restart it, then let it try for longer than the broker takes to restart; for RoadRunner that is redial_timeout: 300, a whole number of seconds.",
      },
      "clients-not-back": {
        title: "Clients did not come back after the broker",
        summary: "The broker or a node went; some of the clients it took along have not returned in their time.",
        why: "The broker is well again and looks it, while the work of those clients stands still.",
        cause: "Their libraries gave up redialling, or came back to a queue that was not durable and was gone.",
        next: "The alert names them: restart those. Then raise their redial time above the longest restart of the broker, and make their queues durable.",
      },
      "client-not-consuming": {
        title: "Connected, not consuming",
        summary: "A client that usually consumes has had no consumer for a minute while messages wait for it.",
        why: "Its connection looks healthy everywhere, and nobody takes the work.",
        cause:
          "It reconnected without its consumer: RoadRunner before 2025.1, aio-pika before 9.4.1, or its queue went with the broker because it was not durable.",
        next: "Restart the worker now; upgrade the library, and declare the queue durable (an existing queue has to be deleted first; RabbitMQ 4.3 refuses those that are neither durable nor exclusive).",
      },
      "client-consumers-gone": {
        title: "Consumers are gone",
        summary: "A client that usually consumes has had no consumer for five minutes; nothing waits for it yet.",
        why: "The next message will find nobody.",
        cause:
          "A reconnect that did not restore the consumer, a consumer cancelled by the broker, or a worker that paused itself.",
        next: "See on the client's page when the consumers went; restart the worker if nobody paused it on purpose.",
      },
      "client-publish-silent": {
        title: "Publisher silent, consumer alive",
        summary: "A client that published within the last hour publishes nothing any more, and is still given work.",
        why: "What it should pass on is missing further down, and its connection and health check look well.",
        cause:
          "A publish that waits for ever: a channel closed under it (FastStream before 0.5.0), a broker that was away, or a confirm that never came.",
        next: "Look for a publish without a timeout in its handlers, and give it one; upgrade FastStream to 0.5.0 or later, or use one broker object a process.",
      },
      "client-unacked-pinned": {
        title: "Unacknowledged messages pinned",
        summary: "A client holds as many messages as its prefetch allows and has acknowledged none for ten minutes.",
        why: "It takes nothing more, and after consumer_timeout (30 min by default) the broker closes its channel and gives the messages out again.",
        cause: "A handler hangs, or one message takes longer than anybody expected.",
        next: "Look at what its handler waits for. Long work: acknowledge earlier, or raise consumer_timeout on the broker.",
      },
      "client-blocked": {
        title: "Publisher blocked",
        summary: "The broker has stopped reading from a client that publishes, because of an alarm.",
        why: "Its publishes wait, and so does whatever waits for them. The broker reads nothing of such a connection, acknowledgements neither.",
        cause: "A node is above its memory limit or below its free disk.",
        next: "End the alarm: free disk or memory, drain long queues. Afterwards publish and consume on two connections, so that an alarm stops only one of them.",
      },
      "client-connections-leaked": {
        title: "Connections leaked",
        summary: "A client has many more connections than it usually has.",
        why: "Each costs the broker memory and a file handle; at the limit nobody can connect any more.",
        cause:
          "It opens a connection for each message or request, or leaves old ones open when it reconnects; or it was scaled up.",
        next: "Use one connection for the process and channels for the threads. If it was scaled up, the usual number follows within a day.",
      },
      "broker-alarm": {
        title: "Memory or disk alarm",
        summary: "A node has raised its memory or disk alarm; the broker blocks publishers.",
        why: "Nobody can publish on any node of the cluster until it ends.",
        cause: "Queues have grown, consumers stand still, or something else fills the disk.",
        next: "See which queues are long and who should consume them; free the disk, or raise the limits only if the machine has room.",
      },
      "broker-unreachable": {
        title: "Broker cannot be seen",
        summary: "The management API has not answered for 15 seconds, or refused.",
        why: "Lastbeat is blind there: its other alerts about this broker are held, they neither fire nor resolve.",
        cause: "The broker or its node is down, the management plugin is off, or the address or password has changed.",
        next: "The alert says what came back: 401 is the user (it needs the tag monitoring), a refused connection the port or the plugin, a time-out the node or the network.",
      },
      "retry-backlog": {
        title: "Retries pile up",
        summary: "More retries are due than the limit, for five minutes.",
        why: "What failed once is not tried again in time, and a backlog slows many job tables down by itself.",
        cause: "Workers are too few or busy with fresh jobs, or whatever the jobs depend on fails.",
        next: "See on the jobs page which error most of them have and whether they drain; mend what they depend on before adding workers.",
      },
      "retry-not-draining": {
        title: "Retries do not drain",
        summary: "Due retries have not become fewer for five minutes or more.",
        why: "They will not go away by waiting: something keeps them from being taken, or they fail as fast as they are.",
        cause:
          "No worker takes them, fresh jobs are served before them, or each attempt fails with the same error. The alert says which the table shows.",
        next: "Follow the cause in the alert; if it names none, look at the newest errors of the source on the jobs page.",
      },
      "jobs-not-taken": {
        title: "Work waits and nobody takes it",
        summary: "Jobs are due, none is running, and none has been taken for five minutes or more.",
        why: "Workers may look idle and healthy while nothing is done at all.",
        cause: "No worker runs or listens to this queue, or it missed the wake-up that tells it of new work.",
        next: "See that a worker runs and listens to this queue. If it does, wake it: add a job, or restart it.",
      },
      "jobs-orphaned": {
        title: "Orphaned jobs",
        summary: "Jobs have been running for longer than their system allows, or their owner is gone.",
        why: "Nobody works on them, and many systems never give them out again by themselves.",
        cause: "Their worker was killed or hangs, and the system's own rescuer is off or has not come by.",
        next: "Restart the worker, then use the system's own way to rescue jobs; the alert names it where it is known.",
      },
      "source-unreachable": {
        title: "Source cannot be read",
        summary: "A job table or endpoint has not been readable for a minute.",
        why: "Lastbeat is blind there: other alerts about this source are held.",
        cause:
          "The database or service is down, the role has lost its grant, a table was renamed, or the query ran out of time.",
        next: "The alert says what came back; for a missing grant, the source's page names the exact statement to run.",
      },
      "source-behind": {
        title: "Standby behind",
        summary: "The database a source is read from is a standby that lags behind its primary.",
        why: "All that is shown and judged of the source is as old as the lag: new trouble comes late.",
        cause:
          "Its replay is paused or held up by a long query, it cannot keep up with the writes, or it has lost its primary.",
        next: "Look at pg_stat_wal_receiver and pg_is_wal_replay_paused() there; until it has caught up, read the primary.",
      },
      "runner-silent": {
        title: "Runner silent",
        summary: "A runner that holds work has not been in contact for longer than its system allows.",
        why: "Its jobs make no progress anybody can see, and may be given to nobody else meanwhile.",
        cause: "It hangs, lost the network, was killed, or goes on with a job its server no longer knows.",
        next: "Restart the runner; see afterwards whether its jobs were taken up again, and cancel those that were not.",
      },
      "runner-missing": {
        title: "Runner missing",
        summary: "A runner disappeared from its system while it had work in hand.",
        why: "Its work may be lost, or wait for a rescue that nobody runs.",
        cause: "It was unregistered or killed; a deployment replaces its runners within two minutes.",
        next: "See why it ended and whether its jobs were taken up again.",
      },
      "runners-short": {
        title: "Fewer runners than expected",
        summary: "A source has fewer runners than runners.expected in lastbeat.yaml says.",
        why: "Work is done more slowly than planned, and the next failure may leave none.",
        cause: "One did not start or register again, or the number in the file is old.",
        next: "Start the missing ones, or correct runners.expected.",
      },
      "retry-conflict-loop": {
        title: "Conflict loop of retries",
        summary:
          "Retries whose key a pending twin holds: each attempt breaks the unique key and is rolled back, and nothing drains.",
        why: "No such retry can ever be stored, and the first of them keeps a worker busy twice a minute while the rest wait behind it.",
        cause:
          "Bitmagnet before 0.10.0-beta.4 admits a pending and a retry row of one fingerprint; when the pending one fails, its update violates the key.",
        next: "Upgrade Bitmagnet to 0.10, or delete only retry rows that have a pending twin. Deleting all retries lets new torrents in and loses the old ones for good.",
      },
      "runner-stuck": {
        title: "Runner stuck on a job",
        summary: "A runner is in contact, and its job stands still.",
        why: "The runner counts as busy and the job as processing; neither ends by itself.",
        cause:
          "ffmpeg hangs (progress unchanged for 15 min), PeerTube's watchdog does not watch this type of job, or a result was never taken in.",
        next: "Restart the runner; if the job stays in processing, cancel or delete it in PeerTube.",
      },
      "runner-deaf": {
        title: "Runner deaf",
        summary: "A runner holds nothing and has not asked for a job that has waited for five minutes.",
        why: "Transcoding waits although a runner is registered and free.",
        cause:
          "It missed the available-jobs event, or stopped asking after five failed requests. Runners do not poll while idle.",
        next: "Restart the runner. Runners from March 2024 on ask again when their socket reconnects: upgrade older ones.",
      },
      "runner-bouncing": {
        title: "Job bounces",
        summary: "The same job was given out three times within an hour, and no failure was counted.",
        why: "Hours of transcoding are thrown away; an abort does not raise the number of failures, so nothing ever stops it.",
        cause:
          "Progress reaches PeerTube later than remote_runners.stalled_jobs allows, or the runner dies in the middle.",
        next: "Raise remote_runners.stalled_jobs if the line is slow; else look at the runner's log for what ends it.",
      },
      "application-redialing": {
        title: "RoadRunner redials",
        summary: "The answer of /jobs hangs, so one of its pipelines is trying to reach the broker again.",
        why: "Meanwhile that pipeline neither publishes nor consumes; after redial_timeout it gives up.",
        cause: "The broker restarts, cannot be reached from there, or the queue is gone and each attempt fails on it.",
        next: "See that it reaches the broker. Held for longer than redial_timeout (60 s unless set), restart it; set redial_timeout: 300, a whole number, and durable: true.",
      },
      "pipeline-broken": {
        title: "RoadRunner pipeline broken",
        summary: "One failing pipeline has made /jobs answer 503 for half a minute.",
        why: "That pipeline does nothing, and none of the others can be seen while it fails.",
        cause: "Its queue or connection is gone; a queue that is not durable goes with the broker.",
        next: "RoadRunner's log names the pipeline. Declare its queue with durable: true, restart RoadRunner, and upgrade to 2025.1 or later.",
      },
      "pipeline-not-consuming": {
        title: "Pipeline connected, not consuming",
        summary: "A pipeline's client is connected to the broker and has had no consumer for a minute.",
        why: "Messages pile up in its queue while RoadRunner's health stays green.",
        cause:
          "A redial that came back without its consumer, a queue lost with the broker, or a pipeline somebody paused.",
        next: "Restart RoadRunner unless it was paused on purpose; upgrade to 2025.1 or later and make the queue durable.",
      },
      "pipeline-gave-up": {
        title: "Pipeline gave up",
        summary: "A pipeline has had no connection to the broker for two minutes.",
        why: "Up to RoadRunner 2024.1 it stays dead until restarted, and its status may still say ok.",
        cause: "The broker was away for longer than redial_timeout, 60 s by default.",
        next: "Restart RoadRunner; set redial_timeout: 300 (whole seconds) and upgrade to 2024.2 or later, better 2025.1.",
      },
      "subscriber-publish-silent": {
        title: "FastStream publishes nothing",
        summary: "Handlers hold messages and the application has published nothing for a minute or more.",
        why: "Work goes in and nothing comes out, while its health check stays green.",
        cause:
          "Before 0.5.0, closing the newest broker object leaves the publishes of the others that name an exchange waiting for ever.",
        next: "Restart the application, upgrade FastStream to 0.5.0 or later, or use one broker object a process.",
      },
      "leader-absent": {
        title: "No scanner leads",
        summary: "Requests wait and no Kyoo scanner has held the leader's lock for a minute.",
        why: "Only the leader watches files and scans: nothing new is found, and nobody wakes the others.",
        cause: "No scanner runs, or its database connection is gone; those in line try again every 5 s.",
        next: "Start or restart Kyoo's scanner, then start a library scan to wake it.",
      },
      "jobs-orphan-child": {
        title: "Orphan child",
        summary: "A job has waited for five minutes for a parent that has ended.",
        why: "Nothing starts it any more, and the video it belongs to is never finished.",
        cause: "PeerTube ended the parent without releasing its children: a crash, or a restart at that moment.",
        next: "Look at PeerTube's log of the time the parent ended; cancel the child and start the transcoding of that video again.",
      },
      "open-rows": {
        title: "Too many open rows",
        summary: "A job table holds more waiting jobs and retries than it can serve well.",
        why: "Many systems look through all that is due at each pick, so a backlog slows the work that should shrink it.",
        cause:
          "More is put in than is done: too few workers, a crawler that never rests, or retries that do not drain.",
        next: "Let whoever fills the table rest, see whether retries drain, and look for the index that the pick can use.",
      },
    },
    inSystem: {
      kyoo: {
        "heartbeat-late":
          "Kyoo 4's scanner walks folders and guesses names in its event loop, so no heartbeat leaves meanwhile. Raising the broker's heartbeat does nothing: aiormq uses 60 s unless its URL says otherwise, and 4.7.1 builds no URL. Versions after it take RABBITMQ_URL with ?heartbeat=; else scan fewer folders at once.",
        "client-lost":
          "Kyoo's queues are not durable: a restart of the broker loses what waited in them, and RabbitMQ 4.3 refuses them. After the restart, start a library scan.",
        "jobs-not-taken":
          "Kyoo 5's scanner wakes only when told and never looks by itself; what is left waits for the next NOTIFY. Start a library scan, or restart the scanner.",
        "jobs-orphaned": "Kyoo 5 takes a request again after 30 min if a scanner runs: restart the scanner.",
      },
      roadrunner: {
        "heartbeat-late":
          "RoadRunner beats every 10 s. There is no amqp.heartbeat; the address takes it, as ?heartbeat=30.",
        "client-lost":
          "RoadRunner gives up after redial_timeout: 60 s by default, a whole number such as 300, not 300s. Up to 2024.1 it stays dead until restarted, and its status may still say ok; from 2024.2 on it rebuilds the pipeline, and exits if that fails.",
        "client-not-consuming":
          "After a redial RoadRunner may publish and not consume: the connection then has 2 channels instead of 3. Restart it, and upgrade to 2025.1 or later; 2023.3.10 changed nothing here.",
        "client-connections-leaked":
          "Failed attempts of a redial leave their connection open, it seems (inferred): restart it, and see that its queues are durable.",
      },
      bitmagnet: {
        "open-rows":
          "Bitmagnet's pick sorts all due rows: 0.3 s at 100,000 open ones, 4 s at a million (measured, PostgreSQL 15). Let the crawler rest; an index of the open rows in the very order of the pick (queue, whether it is a retry, priority, run_after, id) makes it 0.05 ms.",
        "retry-backlog":
          "A retry due for more than five minutes is never normal. Bitmagnet 0.10 takes retries only when nothing pending is due, and its pick sorts all due rows: a backlog slows itself down.",
        "retry-not-draining":
          "Where one error makes nearly all failures and it is TMDB: use a personal key, or set tmdb.enabled=false. Do not delete all retries.",
        "jobs-not-taken": "Its worker looks every 30 s. See whether queue_server runs, and its log.",
        "jobs-orphaned":
          "A job runs inside one transaction for 10 min at most: look for the oldest transaction in pg_stat_activity, then restart the worker.",
      },
      peertube: {
        "runner-silent":
          "An idle runner does not contact PeerTube, so an old Last Contact alone means nothing: this rule asks for work in hand. A VOD job reported in vain (Cannot send job progress) goes on until ffmpeg ends: restart the runner, and cancel the job if it stays.",
        "jobs-not-taken": "See which runners are registered, and whether the job's type is enabled for remote runners.",
        "jobs-orphaned":
          "PeerTube's watchdog takes stalled jobs back every 30 s, except types it does not watch: cancel those.",
      },
      faststream: {
        "client-publish-silent":
          "Before 0.5.0 all broker objects of a process share one declarer: once the newest is closed, publishes of the others that name an exchange wait for ever, while subscribers go on. The health check stays green. Upgrade, or use one broker object a process.",
        "client-unacked-pinned":
          "A handler that publishes hangs with its message, so unacknowledged messages climb to the prefetch: see whether it publishes to an exchange.",
        "heartbeat-late":
          "heartbeat in client_properties works, and so does ?heartbeat= in the URL; give the connection a ?name= as well.",
      },
    },
  },
} as const;
