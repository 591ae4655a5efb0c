"use client";

import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { type ComponentType, useCallback, useState } from "react";

/** What a row is taken to be high until it was drawn, px: two lines and their padding. */
const ROW_PX = 53;
/** Rows drawn beyond the window, so that Tab and a fast wheel find something. */
const OVERSCAN = 8;

interface Column {
  readonly name: string;
  /** A class of width; without one a column takes what is left. */
  readonly width?: string;
}

/**
 * Any number of rows: only those in the window, and a few around it, are in the document. `Cells` draws the tds of one
 * row and is best a memo: while one scrolls the table is drawn dozens of times a second. On a small screen a row is a
 * card, for which `card` adds classes.
 */
export function WindowedTable<T>(props: {
  readonly label: string;
  readonly columns: readonly Column[];
  readonly rows: readonly T[];
  /** The same function at every drawing. */
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

/** The rows in the window, and how many px the others before and after them take. */
function useWindowed<T>(rows: readonly T[], keyOf: (row: T) => string) {
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

/** Stands for the rows that are not drawn. */
function Space({ px, columns }: { readonly px: number; readonly columns: number }) {
  if (px <= 0) return null;
  return (
    <tr className="max-sm:block">
      <td colSpan={columns} className="max-sm:block" style={{ height: px, padding: 0 }} />
    </tr>
  );
}
