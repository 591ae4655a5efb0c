"use client";

import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { useCallback, useState } from "react";

/** Rows drawn beyond the window, so that Tab and a fast wheel find something. */
const OVERSCAN = 8;

/**
 * The rows of a long table that are in the window: `body` goes to the tbody, `measure` and `data-index` to each row,
 * and two `Space`s of `before` and `after` px stand for the others. `rowPx` is what a row is taken to be until drawn.
 */
export function useWindowed<T>(rows: readonly T[], keyOf: (row: T) => string, rowPx: number) {
  const [top, setTop] = useState(0);
  const body = useCallback((element: HTMLElement | null) => {
    if (element !== null) setTop(element.getBoundingClientRect().top + window.scrollY);
  }, []);
  // A new function at every scroll would have all rows measured anew.
  const keyAt = useCallback(
    (at: number) => {
      const row = rows[at];
      return row === undefined ? `${at}` : keyOf(row);
    },
    [rows, keyOf],
  );
  const virtualizer = useWindowVirtualizer({
    count: rows.length,
    estimateSize: useCallback(() => rowPx, [rowPx]),
    overscan: OVERSCAN,
    scrollMargin: top,
    getItemKey: keyAt,
  });
  const items = virtualizer.getVirtualItems();
  const drawn = items.flatMap(({ index, key }) => {
    const row = rows[index];
    return row === undefined ? [] : [{ row, index, key }];
  });
  return {
    body,
    drawn,
    measure: virtualizer.measureElement,
    before: (items[0]?.start ?? top) - top,
    after: virtualizer.getTotalSize() - ((items.at(-1)?.end ?? top) - top),
  };
}

/** Stands for the rows that are not drawn. */
export function Space({ px, columns }: { readonly px: number; readonly columns: number }) {
  if (px <= 0) return null;
  return (
    <tr className="max-sm:block">
      <td colSpan={columns} className="max-sm:block" style={{ height: px, padding: 0 }} />
    </tr>
  );
}
