import type { NextConfig } from "next";
import { basePathOf, buildFolder } from "./lib/server/launch/base-path.mjs";

const basePath = basePathOf(process.env.LASTBEAT_BASE_PATH);

const config: NextConfig = {
  distDir: buildFolder(basePath),
  // Next adds the folder's types to this file, and two builds must not share them.
  ...(basePath === "" ? {} : { basePath, typescript: { tsconfigPath: "tsconfig.base-path.json" } }),
  // Inlined wherever code names it: lib/base/http/base-path.ts.
  env: { LASTBEAT_BASE_PATH: basePath },
  output: "standalone",
  poweredByHeader: false,
  reactStrictMode: true,
  serverExternalPackages: ["pg", "ioredis", "mysql2", "@electric-sql/pglite", "pino"],
  // The database worker is started by path, so file tracing does not find it (lib/base/postgres/embedded/embedded.ts).
  outputFileTracingIncludes: {
    "/*": ["lib/base/postgres/embedded/*.mjs", "node_modules/@electric-sql/pglite/**/*"],
  },
};

export default config;
