import { createServer } from "node:net";

/**
 * Speaks the PostgreSQL protocol on a unix socket for one embedded database.
 *
 * The database is one backend under every connection. So a batch (all messages up to Sync, or one simple query) is
 * handed over whole and alone, and while a connection is inside a transaction nobody else is served. Handing over
 * message by message is not enough: a statement larger than one read of the socket was measured to lose its unnamed
 * prepared statement to a neighbour's, whose text was then bound to the wrong values.
 *
 * Not spoken, because `pg` does not ask for it: TLS, cancel requests, COPY from the client, Flush without Sync.
 */

/** One statement of ours carries a few MB at the largest tick; beyond this a client is broken or hostile. */
const MESSAGE_BYTES_MAX = 256 * 1024 * 1024;
/** More than every pool of this process together. */
const CONNECTIONS_MAX = 64;
/** A transaction holds up everybody else: one left open by a client that went astray is rolled back. */
const IDLE_TRANSACTION_MS = 30_000;

const STARTUP_VERSION_3 = 196_608;
const SSL_REQUEST = 80_877_103;
const CANCEL_REQUEST = 80_877_102;
const GSS_REQUEST = 80_877_104;
const SYNC = 0x53;
const QUERY = 0x51;
const TERMINATE = 0x58;

/**
 * @typedef {object} Engine What is used of PGlite.
 * @property {(message: Uint8Array, options: { onRawData: (data: Uint8Array) => void }) => Promise<void>} execProtocolRawStream
 * @property {(sql: string) => Promise<unknown>} exec
 * @property {() => boolean} isInTransaction
 *
 * @typedef {object} Job
 * @property {number | null} from The connection it serves; null for our own upkeep.
 * @property {() => Promise<void>} work
 */

/**
 * Listens on `path`. `run` queues upkeep between the statements of others, never inside a transaction; `stop` closes
 * every connection, rolls back what is open and waits for the queue to run dry.
 *
 * @param {Engine} engine
 * @param {string} path
 * @param {(error: unknown) => void} onBroken The engine itself failed and must not be used again.
 */
export async function serve(engine, path, onBroken) {
  const turns = takeTurns(engine, onBroken);
  /** @type {Set<import("node:net").Socket>} */
  const sockets = new Set();
  let connections = 0;
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    connections += 1;
    converse(socket, connections, engine, turns);
  });
  server.maxConnections = CONNECTIONS_MAX;
  await new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(path, () => resolve(undefined));
  });
  return {
    run: turns.run,
    async stop() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
      await turns.run(async () => {});
    },
  };
}

/**
 * One job at a time; inside a transaction only jobs of its own connection.
 *
 * @param {Engine} engine
 * @param {(error: unknown) => void} onBroken
 */
function takeTurns(engine, onBroken) {
  /** @type {Job[]} */
  const waiting = [];
  /** @type {number | null} */
  let holder = null;
  let busy = false;
  /** @type {Map<number, () => void>} */
  const evict = new Map();
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
      const leave = evict.get(holder);
      idle = setTimeout(() => leave?.(), IDLE_TRANSACTION_MS);
    }
  }

  function next() {
    if (holder === null) return waiting.shift();
    const at = waiting.findIndex((job) => job.from === holder);
    return at === -1 ? undefined : waiting.splice(at, 1)[0];
  }

  /** @param {Job} job */
  function add(job) {
    waiting.push(job);
    void pump();
  }

  return {
    add,
    /** @param {number} from @param {() => void} leave */
    enter(from, leave) {
      evict.set(from, leave);
    },
    /** @param {number} from */
    leave(from) {
      evict.delete(from);
      for (let at = waiting.length - 1; at >= 0; at -= 1) if (waiting[at]?.from === from) waiting.splice(at, 1);
      // Queued rather than done here: the statement that opens the transaction may be running at this moment.
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
 * @param {ReturnType<typeof takeTurns>} turns
 */
function converse(socket, id, engine, turns) {
  /** @type {Buffer[]} */
  let batch = [];
  turns.enter(id, () => socket.destroy());
  socket.setNoDelay(true);
  socket.on("error", () => socket.destroy());
  socket.on("close", () => turns.leave(id));
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
    turns.add({ from: id, work: () => answer(whole) });
  };
  const answer = (/** @type {Uint8Array} */ whole) =>
    engine.execProtocolRawStream(whole, {
      // The engine reuses its buffer, so what is written must be a copy.
      onRawData: (data) => void (socket.writable && socket.write(Buffer.from(data))),
    });
  cutMessages(socket, onMessage);
}

/**
 * Cuts the byte stream into protocol messages. The first ones (TLS request, startup) have no type byte.
 *
 * @param {import("node:net").Socket} socket
 * @param {(message: Buffer, greeting: boolean) => unknown} onMessage
 */
function cutMessages(socket, onMessage) {
  /** @type {Buffer[]} */
  let chunks = [];
  let have = 0;
  let need = 0;
  let greeting = true;
  socket.on("data", (chunk) => {
    chunks.push(chunk);
    have += chunk.length;
    if (have < need) return;
    let rest = chunks.length === 1 ? chunk : Buffer.concat(chunks);
    for (;;) {
      const header = greeting ? 8 : 5;
      if (rest.length < header) {
        need = header;
        break;
      }
      need = greeting ? rest.readInt32BE(0) : 1 + rest.readInt32BE(1);
      if (need < header || need > MESSAGE_BYTES_MAX) {
        socket.destroy();
        return;
      }
      if (rest.length < need) break;
      const message = rest.subarray(0, need);
      rest = rest.subarray(need);
      const first = greeting;
      if (first && message.readInt32BE(4) === STARTUP_VERSION_3) greeting = false;
      onMessage(message, first);
    }
    chunks = rest.length === 0 ? [] : [rest];
    have = rest.length;
  });
}
