import http from "node:http";

const SEGMENTS = /^(\/[A-Za-z0-9._~-]+)+$/;

/**
 * The path under which Lastbeat is served, from LASTBEAT_BASE_PATH: `/lastbeat`, or an empty text for the root of its host.
 * Throws where it is no path.
 * @param {string | undefined} text
 */
export function basePathOf(text) {
  const path = `/${(text ?? "").trim().replace(/^\/+|\/+$/g, "")}`;
  if (path === "/") return "";
  if (SEGMENTS.test(path) && !/\/\.\.?(\/|$)/.test(path)) return path;
  throw new Error("LASTBEAT_BASE_PATH must be a path such as /lastbeat");
}

/**
 * The folder of a build. Next compiles the base path into it, so a build with one stands beside the build without.
 * @param {string} basePath
 */
export const buildFolder = (basePath) => (basePath === "" ? ".next" : ".next-base-path");

/**
 * The path of a request below `basePath`, whether or not a reverse proxy has removed it. Next redirects a slash at the
 * end, and nginx redirects to it: the page of the base path itself is the same with and without.
 * @param {string} url
 * @param {string} basePath
 */
export function belowBasePath(url, basePath) {
  const queryAt = url.indexOf("?");
  const path = queryAt < 0 ? url : url.slice(0, queryAt);
  const query = queryAt < 0 ? "" : url.slice(queryAt);
  if (path === "/" || path === `${basePath}/`) return `${basePath}${query}`;
  return path === basePath || path.startsWith(`${basePath}/`) ? url : `${basePath}${url}`;
}

/**
 * Makes the servers of this process take requests with and without the base path.
 * @param {string} basePath
 */
export function acceptStrippedPaths(basePath) {
  const { createServer } = http;
  http.createServer = (...args) => {
    const server = createServer(...args);
    server.prependListener("request", (request) => {
      request.url = belowBasePath(request.url ?? "/", basePath);
    });
    return server;
  };
}
