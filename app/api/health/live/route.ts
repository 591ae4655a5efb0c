export const dynamic = "force-dynamic";

/** The process answers: nothing more is claimed. */
export const GET = () => Response.json({ status: "ok" });
