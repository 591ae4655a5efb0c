"use client";

import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { type ComponentType, useCallback, useState } from "react";

/** The estimated height of a row before it is rendered, px: two lines and their padding. */
const ROW_PX = 53;
/** Rows rendered beyond the viewport, so that Tab and fast scrolling find content. */
const OVERSCAN = 8;

interface Column {
  readonly name: string;
  /** A CSS class for the width; without one the column fills the remaining space. */
  readonly width?: string;
}

/**
 * A virtualised table: only the rows in the viewport, and a few around it, are in the document. `cells` renders the
 * `td` elements of one row and should be a memo component: during scrolling the table renders dozens of times a
 * second. On a small screen a row is a card, to which `card` adds classes.
 */
export function WindowedTable<T>(props: {
  readonly label: string;
  readonly columns: readonly Column[];
  readonly rows: readonly T[];
  /** Must be the same function at every render. */
  readonly keyOf: (row: T) => string;
  readonly cells: ComponentType<{ readonly row: T }>;
  readonly card?: string;
}) {
  const { label, columns, rows, keyOf, cells: Cells, card = "" } = props;
  const { body, drawn, before, after, measure } = useWindowed(rows, keyOf);
  return (
    <table
      aria-label={label}
      aria-rowcount={rows.length + 1}
      className="w-full table-fixed border-collapse max-sm:block"
    >
      <thead className="max-sm:sr-only">
        <tr aria-rowindex={1} className="text-left text-12 text-quiet">
          {columns.map(({ name, width }) => (
            <th key={name} scope="col" className={width}>
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody ref={body} className="max-sm:block">
        <Space px={before} columns={columns.length} />
        {drawn.map(({ row, index, key }) => (
          <tr
            key={key}
            ref={measure}
            data-index={index}
            aria-rowindex={index + 2}
            className={`border-t border-line align-top max-sm:grid max-sm:gap-1 max-sm:py-2 sm:[&>td]:py-1.5 sm:[&>td]:pr-4 ${card}`}
          >
            <Cells row={row} />
          </tr>
        ))}
        <Space px={after} columns={columns.length} />
      </tbody>
    </table>
  );
}

/** The rows to render, and the height of the rows before and after them, px. */
function useWindowed<T>(rows: readonly T[], keyOf: (row: T) => string) {
  const [top, setTop] = useState(0);
  const body = useCallback((element: HTMLElement | null) => {
    if (element !== null) setTop(element.getBoundingClientRect().top + window.scrollY);
  }, []);
  // A new function at every scroll would cause all rows to be measured again.
  const keyAt = useCallback(
    (at: number) => {
      const row = rows[at];
      return row === undefined ? `${at}` : keyOf(row);
    },
    [rows, keyOf],
  );
  const virtualizer = useWindowVirtualizer({
    count: rows.length,
    estimateSize: rowPx,
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

const rowPx = (): number => ROW_PX;

/** A placeholder for the rows that are not rendered. */
function Space({ px, columns }: { readonly px: number; readonly columns: number }) {
  if (px <= 0) return null;
  return (
    <tr className="max-sm:block">
      <td colSpan={columns} className="max-sm:block" style={{ height: px, padding: 0 }} />
    </tr>
  );
}
