import { registerHooks } from "node:module";

/** A process of its own that collects as `npm start` does, without the pages; its settings are in its environment. */
const root = new URL("../../", import.meta.url);
const urlOf = (specifier) => {
  if (specifier.startsWith("@/")) return new URL(`${specifier.slice(2)}.ts`, root).href;
  return specifier === "server-only" ? new URL("node_modules/server-only/empty.js", root).href : specifier;
};
registerHooks({ resolve: (specifier, context, next) => next(urlOf(specifier), context) });

const { start } = await import("./start.ts");
await start();
process.stdout.write("collecting\n");
