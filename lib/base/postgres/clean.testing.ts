import "server-only";

const SCHEMAS = `SELECT nspname FROM pg_namespace WHERE nspname NOT LIKE 'pg\\_%' AND nspname <> 'information_schema'`;
const ROLES = `SELECT rolname FROM pg_roles WHERE rolname NOT LIKE 'pg\\_%' AND rolname <> current_user`;

/**
 * Statements, each sent alone, that reset a PGlite database to the state of a new one, whatever was done to it: for tests
 * that share one, since creating one takes a second of a core and this a hundredth of it. They also drop session settings,
 * temporary tables and prepared statements, so there may be no other user.
 */
export const CLEAN: readonly string[] = [
  "ROLLBACK",
  "DISCARD ALL",
  "ALTER DATABASE postgres RESET ALL",
  `DO $$ DECLARE name text; BEGIN
    FOR name IN ${SCHEMAS} LOOP EXECUTE format('DROP SCHEMA %I CASCADE', name); END LOOP;
    FOR name IN ${ROLES} LOOP EXECUTE format('DROP OWNED BY %I; DROP ROLE %I', name, name); END LOOP;
    CREATE SCHEMA public AUTHORIZATION pg_database_owner;
    GRANT USAGE ON SCHEMA public TO PUBLIC;
  END $$`,
];
