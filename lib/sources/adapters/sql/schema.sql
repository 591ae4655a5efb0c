-- An application's own job table, for a source of kind "sql": the operator writes the statements that read it.
CREATE TYPE phase AS ENUM ('new', 'busy', 'broken', 'off');

CREATE TABLE own_jobs (
    id      serial,
    topic   text        NOT NULL,
    phase   phase       NOT NULL,
    tries   int         NOT NULL DEFAULT 0,
    due     timestamptz NOT NULL DEFAULT now(),
    why     text,
    payload text        NOT NULL DEFAULT 's3cret'
);

CREATE TABLE own_workers (
    name text,
    seen timestamptz
);
