import "server-only";

/** The whole body, or null if it is longer than `bytesMax`: reading stops at the first byte beyond. */
export async function readBounded(body: AsyncIterable<Uint8Array> | null, bytesMax: number): Promise<Buffer | null> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body ?? []) {
    size += chunk.length;
    if (size > bytesMax) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

type DestroyableBody = AsyncIterable<Uint8Array> & { destroy(): unknown };

/** The start of a body as text: at most `bytesMax` bytes, and only what arrives within `withinMs`. Never throws. */
export async function readStart(
  body: DestroyableBody,
  { bytesMax, withinMs }: { readonly bytesMax: number; readonly withinMs: number },
): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  const timer = setTimeout(() => body.destroy(), withinMs);
  try {
    for await (const chunk of body) {
      chunks.push(chunk.subarray(0, bytesMax - size));
      size += chunk.length;
      if (size >= bytesMax) break;
    }
  } catch {
    // The timer or the server ended the body early: the part that arrived is used.
  } finally {
    clearTimeout(timer);
  }
  return Buffer.concat(chunks).toString("utf8");
}
