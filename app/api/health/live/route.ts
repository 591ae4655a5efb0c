export const dynamic = "force-dynamic";

/** Liveness: the process responds. It does not check the database or the brokers. */
export const GET = () => Response.json({ status: "ok" });
