import type { NextConfig } from "next";

const config: NextConfig = {
  output: "standalone",
  poweredByHeader: false,
  reactStrictMode: true,
  serverExternalPackages: ["pg", "@electric-sql/pglite", "pino"],
  // The database worker is started by path, so file tracing does not find it (lib/base/postgres/embedded/embedded.ts).
  outputFileTracingIncludes: {
    "/*": ["lib/base/postgres/embedded/*.mjs", "node_modules/@electric-sql/pglite/**/*"],
  },
};

export default config;
