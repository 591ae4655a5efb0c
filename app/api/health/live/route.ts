export const dynamic = "force-dynamic";

/** Liveness: the process answers. It says nothing about the database or the brokers. */
export const GET = () => Response.json({ status: "ok" });
