/** An identifier as it has to be written in SQL: quoted only where it must be, so that a shown statement can be pasted. */
export const identifier = (name: string): string =>
  /^[a-z_][a-z0-9_]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`;
