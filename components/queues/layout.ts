import type { GroupView, Role } from "@/lib/views/queues/schema";

const BOX = { width: 184, height: 36, gapX: 72, gapY: 12, margin: 30 } as const;
/** Columns from left to right, in the direction of the message flow. */
const ORDER: readonly Role[] = ["delay", "work", "retry", "dead-letter"];

export interface PlacedQueue {
  readonly queue: GroupView["queues"][number];
  readonly x: number;
  readonly y: number;
}

interface QueueLink {
  readonly key: string;
  readonly path: string;
  readonly sure: boolean;
}

export interface QueueGraph {
  readonly width: number;
  readonly height: number;
  readonly boxes: readonly PlacedQueue[];
  readonly ways: readonly QueueLink[];
}

export const BOX_WIDTH = BOX.width;
export const BOX_HEIGHT = BOX.height;

/**
 * Places the queues of a group in columns by role and computes an SVG path for each link, in pixels.
 * Forward links join the upper parts of the boxes, backward links the lower parts.
 */
export function layout(group: GroupView): QueueGraph {
  const columns = ORDER.map((role) => group.queues.filter((queue) => queue.role === role)).filter(
    (one) => one.length > 0,
  );
  const boxes = columns.flatMap((column, at) =>
    column.map((queue, row) => ({
      queue,
      x: BOX.margin + at * (BOX.width + BOX.gapX),
      y: BOX.margin + row * (BOX.height + BOX.gapY),
    })),
  );
  const byName = new Map(boxes.map((box) => [box.queue.name, box]));
  const ways = group.ways.flatMap(({ from, to, sure }) => {
    const [a, b] = [byName.get(from), byName.get(to)];
    return a && b ? [{ key: `${from}\0${to}`, path: pathOf(a, b), sure }] : [];
  });
  const rows = Math.max(...columns.map((column) => column.length));
  return {
    width: 2 * BOX.margin + columns.length * (BOX.width + BOX.gapX) - BOX.gapX,
    height: 2 * BOX.margin + rows * (BOX.height + BOX.gapY) - BOX.gapY,
    boxes,
    ways,
  };
}

function pathOf(a: PlacedQueue, b: PlacedQueue): string {
  const third = BOX.height / 3;
  const right = a.x + BOX.width;
  if (b.x > a.x) {
    const bend = (b.x - right) / 2;
    return `M${right} ${a.y + third} C${right + bend} ${a.y + third} ${b.x - bend} ${b.y + third} ${b.x} ${b.y + third}`;
  }
  const end = b.x + BOX.width;
  const low = 2 * third;
  if (b.x < a.x) {
    const bend = (a.x - end) / 2;
    return `M${a.x} ${a.y + low} C${a.x - bend} ${a.y + low} ${end + bend} ${b.y + low} ${end} ${b.y + low}`;
  }
  // A link within a column or from a queue to itself is an arc on the right side.
  const out = right + BOX.gapX / 2;
  return `M${right} ${a.y + third} C${out} ${a.y + third} ${out} ${b.y + low} ${end} ${b.y + low}`;
}
