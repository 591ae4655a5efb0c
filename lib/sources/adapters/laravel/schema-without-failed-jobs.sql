-- Laravel's `make:queue-table` alone (laravel/framework Queue/Console/stubs @bd71b45fbb): `make:queue-failed-table` makes failed_jobs
CREATE TABLE jobs (
    id           bigserial    PRIMARY KEY,
    queue        varchar(255) NOT NULL,
    payload      text         NOT NULL,
    attempts     smallint     NOT NULL,
    reserved_at  integer,
    available_at integer      NOT NULL,
    created_at   integer      NOT NULL
);
CREATE INDEX jobs_queue_index ON jobs (queue);
