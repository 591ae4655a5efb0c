/** An identifier in SQL syntax, quoted only if necessary, so that a displayed statement can be pasted. */
export const identifier = (name: string): string =>
  /^[a-z_][a-z0-9_]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`;
