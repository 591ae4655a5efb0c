import { createServer } from "node:net";

/**
 * Serves the PostgreSQL protocol on a unix socket for one embedded database.
 *
 * The database is one backend for all connections. So a batch (all messages up to Sync, or one simple query) is executed
 * as a whole and alone, and while a connection is inside a transaction no other one is served. Executing single messages
 * is not enough: a statement larger than one read of the socket was measured to lose its unnamed prepared statement to
 * that of another connection, whose text was then bound to the wrong values.
 *
 * Not supported, because `pg` does not use it: TLS, cancel requests, COPY from the client, Flush without Sync.
 */

/** One statement of the largest tick has a few MB; a client that sends more than this is broken or hostile. */
const MESSAGE_BYTES_MAX = 256 * 1024 * 1024;
/** More than all pools of this process together open. */
const CONNECTIONS_MAX = 64;
/** An open transaction blocks every other connection: one that its client leaves idle for this long is rolled back. */
const IDLE_TRANSACTION_MS = 30_000;

const STARTUP_VERSION_3 = 196_608;
const SSL_REQUEST = 80_877_103;
const CANCEL_REQUEST = 80_877_102;
const GSS_REQUEST = 80_877_104;
const SYNC = 0x53;
const QUERY = 0x51;
const TERMINATE = 0x58;

/**
 * @typedef {object} Engine The part of PGlite that is used.
 * @property {(message: Uint8Array, options: { onRawData: (data: Uint8Array) => void }) => Promise<void>} execProtocolRawStream
 * @property {(sql: string) => Promise<unknown>} exec
 * @property {() => boolean} isInTransaction
 *
 * @typedef {object} Job
 * @property {number | null} from The connection it serves; null for maintenance.
 * @property {() => Promise<void>} work
 */

/**
 * Listens on `path`. `run` queues maintenance between the statements of connections, never inside a transaction; `stop`
 * closes every connection, rolls back open transactions and waits until the queue is empty.
 *
 * @param {Engine} engine
 * @param {string} path
 * @param {(error: unknown) => void} onBroken The engine failed and must not be used again.
 */
export async function serve(engine, path, onBroken) {
  const queue = createQueue(engine, onBroken);
  /** @type {Set<import("node:net").Socket>} */
  const sockets = new Set();
  let connections = 0;
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    connections += 1;
    serveConnection(socket, connections, engine, queue);
  });
  server.maxConnections = CONNECTIONS_MAX;
  await new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(path, () => resolve(undefined));
  });
  return {
    run: queue.run,
    async stop() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
      await queue.run(async () => {});
    },
  };
}

/**
 * Runs one job at a time; inside a transaction only jobs of the connection that opened it.
 *
 * @param {Engine} engine
 * @param {(error: unknown) => void} onBroken
 */
function createQueue(engine, onBroken) {
  /** @type {Job[]} */
  const jobs = [];
  /** @type {number | null} */
  let holder = null;
  let busy = false;
  /** @type {Map<number, () => void>} */
  const closers = new Map();
  /** @type {NodeJS.Timeout | undefined} */
  let idle;

  async function pump() {
    if (busy) return;
    busy = true;
    clearTimeout(idle);
    for (let job = next(); job !== undefined; job = next()) {
      try {
        await job.work();
        holder = engine.isInTransaction() ? (job.from ?? holder) : null;
      } catch (error) {
        onBroken(error);
        return;
      }
    }
    busy = false;
    if (holder !== null) {
      const close = closers.get(holder);
      idle = setTimeout(() => close?.(), IDLE_TRANSACTION_MS);
    }
  }

  function next() {
    if (holder === null) return jobs.shift();
    const at = jobs.findIndex((job) => job.from === holder);
    return at === -1 ? undefined : jobs.splice(at, 1)[0];
  }

  /** @param {Job} job */
  function add(job) {
    jobs.push(job);
    void pump();
  }

  return {
    add,
    /** @param {number} from @param {() => void} close */
    register(from, close) {
      closers.set(from, close);
    },
    /** @param {number} from */
    unregister(from) {
      closers.delete(from);
      for (let at = jobs.length - 1; at >= 0; at -= 1) if (jobs[at]?.from === from) jobs.splice(at, 1);
      // Queued, because the statement that opens the transaction may be running at this moment.
      add({
        from,
        work: async () => {
          if (holder === from && engine.isInTransaction()) await engine.exec("ROLLBACK");
        },
      });
    },
    /** @param {() => Promise<unknown>} work */
    run(work) {
      return new Promise((resolve) => add({ from: null, work: () => work().then(resolve) }));
    },
  };
}

/**
 * @param {import("node:net").Socket} socket
 * @param {number} id
 * @param {Engine} engine
 * @param {ReturnType<typeof createQueue>} queue
 */
function serveConnection(socket, id, engine, queue) {
  /** @type {Buffer[]} */
  let batch = [];
  queue.register(id, () => socket.destroy());
  socket.setNoDelay(true);
  socket.on("error", () => socket.destroy());
  socket.on("close", () => queue.unregister(id));
  const onMessage = (/** @type {Buffer} */ message, /** @type {boolean} */ greeting) => {
    if (greeting) {
      const code = message.readInt32BE(4);
      if (code === SSL_REQUEST || code === GSS_REQUEST) return socket.write("N");
      if (code === CANCEL_REQUEST || code !== STARTUP_VERSION_3) return socket.destroy();
    }
    if (message[0] === TERMINATE) return socket.end();
    batch.push(message);
    if (!greeting && message[0] !== SYNC && message[0] !== QUERY) return;
    const whole = new Uint8Array(Buffer.concat(batch));
    batch = [];
    queue.add({ from: id, work: () => execute(whole) });
  };
  const execute = (/** @type {Uint8Array} */ whole) =>
    engine.execProtocolRawStream(whole, {
      // The engine reuses its buffer, so the socket gets a copy.
      onRawData: (data) => void (socket.writable && socket.write(Buffer.from(data))),
    });
  splitMessages(socket, onMessage);
}

/**
 * Splits the byte stream into protocol messages. The first ones (TLS request, startup) have no type byte.
 *
 * @param {import("node:net").Socket} socket
 * @param {(message: Buffer, greeting: boolean) => unknown} onMessage
 */
function splitMessages(socket, onMessage) {
  /** @type {Buffer[]} */
  let chunks = [];
  let received = 0;
  let needed = 0;
  let greeting = true;
  socket.on("data", (chunk) => {
    chunks.push(chunk);
    received += chunk.length;
    if (received < needed) return;
    let rest = chunks.length === 1 ? chunk : Buffer.concat(chunks);
    for (;;) {
      const header = greeting ? 8 : 5;
      if (rest.length < header) {
        needed = header;
        break;
      }
      needed = greeting ? rest.readInt32BE(0) : 1 + rest.readInt32BE(1);
      if (needed < header || needed > MESSAGE_BYTES_MAX) {
        socket.destroy();
        return;
      }
      if (rest.length < needed) break;
      const message = rest.subarray(0, needed);
      rest = rest.subarray(needed);
      const first = greeting;
      if (first && message.readInt32BE(4) === STARTUP_VERSION_3) greeting = false;
      onMessage(message, first);
    }
    chunks = rest.length === 0 ? [] : [rest];
    received = rest.length;
  });
}
