import "server-only";

/** The whole body, unpacked, or null when it is longer than `bytesMax`: the rest is not waited for then. */
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
