import { registerHooks } from "node:module";
import { dirname, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "../../..");

/** Runs the TypeScript sources without a build: Node strips the types, and "@/" is resolved as tsconfig.json does. */
export function withSources() {
  registerHooks({
    resolve(specifier, context, next) {
      if (!specifier.startsWith("@/")) return next(specifier, context);
      return next(pathToFileURL(resolve(root, `${specifier.slice("@/".length)}.ts`)).href, context);
    },
  });
}
