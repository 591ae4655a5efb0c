/**
 * The cycles of a directed graph: each set of nodes that all reach one another (Tarjan's strongly connected
 * components), including a node that leads to itself. Without recursion: chains of queues may be thousands long.
 */
export function cyclesOf(next: ReadonlyMap<string, readonly string[]>): readonly (readonly string[])[] {
  const found: string[][] = [];
  const number = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const onStack = new Set<string>();
  const lower = (node: string, to: number) => low.set(node, Math.min(low.get(node) ?? to, to));
  const open = (node: string) => {
    number.set(node, number.size);
    lower(node, number.size - 1);
    stack.push(node);
    onStack.add(node);
    return { node, rest: (next.get(node) ?? []).values() };
  };
  const close = (node: string) => {
    if (low.get(node) !== number.get(node)) return;
    const members = stack.splice(stack.lastIndexOf(node));
    for (const member of members) onStack.delete(member);
    if (members.length > 1 || next.get(node)?.includes(node)) found.push(members);
  };
  for (const start of next.keys()) {
    if (number.has(start)) continue;
    const path = [open(start)];
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const step = top.rest.next();
      if (step.done) {
        path.pop();
        close(top.node);
        const above = path.at(-1);
        if (above) lower(above.node, low.get(top.node) ?? 0);
      } else if (!number.has(step.value)) path.push(open(step.value));
      else if (onStack.has(step.value)) lower(top.node, number.get(step.value) ?? 0);
    }
  }
  return found;
}
