const OPENING = 123;
/** The bit by which `[` differs from `{`. */
const CASE = 32;
const COMMA = 44;

/**
 * JSON of at most `valuesMax` values, in any nesting; undefined for anything else. A value costs up to a hundred bytes
 * and a microsecond however few bytes spell it (20 million nested arrays are 20 MB, 2 GB parsed and 8 s on the event
 * loop), so they are counted before they are parsed. Signs within texts count too.
 */
export function parseBoundedJson(body: Uint8Array, valuesMax: number): unknown {
  if (body.length > valuesMax && hasMoreValuesThan(body, valuesMax)) return undefined;
  try {
    return JSON.parse(Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString("utf8"));
  } catch {
    return undefined;
  }
}

function hasMoreValuesThan(body: Uint8Array, max: number): boolean {
  let values = 1;
  for (const byte of body) {
    if (byte !== COMMA && (byte | CASE) !== OPENING) continue;
    values += 1;
    if (values > max) return true;
  }
  return false;
}
