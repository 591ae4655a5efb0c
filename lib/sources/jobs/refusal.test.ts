import { expect, test } from "vitest";
import { reason } from "@/lib/base/messages/reason";
import { renderReason } from "@/lib/base/messages/render-reason";
import { refusal } from "@/lib/sources/jobs/refusal";

const URL_WITH_SECRET = "postgres://ro%20le:s3cret@db.example.com:6432/jobs?sslmode=verify-full";
const error = (code: string, message = "") => Object.assign(new Error(message), { code });

test.each<[Error, string, string, string]>([
  [error("ECONNREFUSED"), "unreachable", "refused", "db.example.com:6432 refuses connections."],
  [error("ENOTFOUND", "getaddrinfo"), "unreachable", "refused", "db.example.com:6432 is not a known host name."],
  [error("ETIMEDOUT"), "unreachable", "timeout", "db.example.com:6432 did not answer in time."],
  [
    new Error("timeout exceeded when trying to connect"),
    "unreachable",
    "timeout",
    "db.example.com:6432 did not answer in time.",
  ],
  [new Error("Query read timeout"), "unreachable", "timeout", "db.example.com:6432 did not answer in time."],
  [
    new Error("Connection terminated unexpectedly"),
    "unreachable",
    "unavailable",
    "db.example.com:6432 closed the connection.",
  ],
  [error("57P01"), "unreachable", "unavailable", "db.example.com:6432 is shutting down."],
  [
    error("3D000", 'database "s3cret" does not exist'),
    "unreachable",
    "unavailable",
    "db.example.com:6432 has no database of that name.",
  ],
  [
    error("DEPTH_ZERO_SELF_SIGNED_CERT"),
    "unreachable",
    "unavailable",
    "db.example.com:6432 could not be used: its certificate is of an authority that is not trusted here (DEPTH_ZERO_SELF_SIGNED_CERT); name that authority's file as caFile.",
  ],
  [
    new Error("The server does not support SSL connections"),
    "unreachable",
    "unavailable",
    "db.example.com:6432 does not offer TLS, which the URL asks for.",
  ],
  [new Error("something about s3cret"), "unreachable", "unavailable", "db.example.com:6432 could not be read."],
  [
    error("28P01", "password authentication failed"),
    "unauthorized",
    "unauthorized",
    "db.example.com:6432 refused the sign-in of ro le.",
  ],
  [
    error("28000", 'no pg_hba.conf entry for host "10.0.0.7", user "ro le", database "jobs", no encryption'),
    "unauthorized",
    "unauthorized",
    "db.example.com:6432 does not let ro le in without TLS. Add ?sslmode=require to the URL.",
  ],
  [
    error("28000", 'no pg_hba.conf entry for host "10.0.0.7", user "ro le", database "jobs", SSL encryption'),
    "unauthorized",
    "unauthorized",
    "db.example.com:6432 refused the sign-in of ro le.",
  ],
  [error("28000"), "unauthorized", "unauthorized", "db.example.com:6432 refused the sign-in of ro le."],
  [
    new Error("SASL: client password must be a string"),
    "unauthorized",
    "unauthorized",
    "db.example.com:6432 asks ro le for a password and the URL has none.",
  ],
  [
    error("42501", "permission denied for table runnerJob"),
    "unauthorized",
    "unauthorized",
    'ro le may not read everything this source needs. Run: GRANT SELECT ON "runnerJob" TO "ro le";',
  ],
  [
    error("42501", "permission denied for schema app"),
    "unauthorized",
    "unauthorized",
    'ro le may not read everything this source needs. Run: GRANT USAGE ON SCHEMA app TO "ro le";',
  ],
  [error("42501"), "unauthorized", "unauthorized", "ro le may not read everything this source needs."],
  [error("57014"), "timeout", "timeout", "The database did not answer within the time a poll may cost it."],
  [error("55P03"), "timeout", "timeout", "Another session holds a lock on the table, as a migration does."],
  [
    error("42P01", 'relation "queue_jobs" does not exist'),
    "incompatible",
    "incompatible",
    "The database has no table queue_jobs.",
  ],
  [
    error("42703", 'column "runnerId" does not exist'),
    "incompatible",
    "incompatible",
    'The database has no column "runnerId".',
  ],
  [
    error("42703", "column j.run_after does not exist"),
    "incompatible",
    "incompatible",
    'The database has no column "j.run_after".',
  ],
  [
    error("22P02", 'invalid input value for enum: "s3cret"'),
    "incompatible",
    "incompatible",
    "The table does not fit: SQLSTATE 22P02.",
  ],
])("%s", (driverError, state, code, because) => {
  const result = refusal.fromError(driverError, URL_WITH_SECRET);
  expect(result).toMatchObject({ ok: false, state, code });
  expect(renderReason(result.reason)).toBe(because);
  expect(JSON.stringify(result)).not.toContain("s3cret");
});

test.each([
  ["postgres://role@/jobs?host=/run/postgresql", "/run/postgresql refuses connections."],
  ["postgres://role:s3cret@localhost/jobs", "localhost:5432 refuses connections."],
  ["postgres://role:s3cret@[::1]:5433/jobs", "[::1]:5433 refuses connections."],
  ["postgres://role:s3%cret@h/jobs", "h:5432 refuses connections."],
  ["s3cret", "The databaseUrl of this source is not a URL."],
])("names the address: %s", (databaseUrl, because) => {
  expect(renderReason(refusal.fromError(error("ECONNREFUSED"), databaseUrl).reason)).toBe(because);
});

test("the reason of an adapter's failure is unchanged", () => {
  const why = reason("tableMissing", { name: "queue_jobs" });
  expect(refusal.fromFailure({ code: "incompatible", retry: false, reason: why })).toEqual({
    ok: false,
    state: "incompatible",
    code: "incompatible",
    reason: why,
  });
});
