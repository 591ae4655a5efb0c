// PGlite behind a TCP port on 127.0.0.1, in its own process: if PostgreSQL is not installed, it holds the demo's job
// tables. Exits when its stdin closes.
import { openAsBlob } from "node:fs";
import { PGlite } from "@electric-sql/pglite";
import { btree_gin } from "@electric-sql/pglite/contrib/btree_gin";
import { PGLiteSocketServer } from "@electric-sql/pglite-socket";

const CONNECTIONS_MAX = 20;

const port = Number(process.argv[2]);
const snapshot = process.argv[3];
process.stdin.resume().on("end", () => process.exit(0));
process.on("SIGTERM", () => process.exit(0));

const db = await PGlite.create({
  extensions: { btree_gin },
  ...(snapshot === undefined ? {} : { loadDataDir: await openAsBlob(snapshot) }),
});
const server = new PGLiteSocketServer({ db, port, host: "127.0.0.1", maxConnections: CONNECTIONS_MAX });
await server.start();
console.log("ready");
