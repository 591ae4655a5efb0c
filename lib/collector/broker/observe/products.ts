import type { Connection } from "@/lib/rabbitmq/api/broker";
import { sessionId } from "@/lib/rabbitmq/sessions/advance";

type Product = Pick<Connection, "product" | "productVersion" | "platform">;

/** The products of clients, for lists that leave them out. Forgets connections that are no longer listed. */
export interface Products {
  /** Connections of the last list. */
  count(): number;
  /** How many of them have no known product yet. */
  missing(): number;
  /**
   * Rows with their products. From a list without them, a new connection without a name is left out until the
   * next whole list: its product is part of its identity, and it would become two clients.
   */
  fill(rows: readonly Connection[], whole: boolean): readonly Connection[];
}

export function createProductCache(broker: string): Products {
  let known: ReadonlyMap<string, Product> = new Map();
  let count = 0;
  let missing = 0;
  return {
    count: () => count,
    missing: () => missing,
    fill(rows, whole) {
      const next = new Map<string, Product>();
      const filled: Connection[] = [];
      for (const row of rows) {
        const id = sessionId(broker, row);
        const product = whole ? row : known.get(id);
        if (product !== undefined) {
          const { product: name, productVersion, platform } = product;
          next.set(id, { product: name, productVersion, platform });
          filled.push(whole ? row : { ...row, product: name, productVersion, platform });
        } else if (row.userProvidedName !== null) filled.push(row);
      }
      known = next;
      count = rows.length;
      missing = rows.length - next.size;
      return filled;
    },
  };
}
