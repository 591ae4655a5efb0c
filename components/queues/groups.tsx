import { useTranslations } from "next-intl";
import { useId } from "react";
import { BOX_HEIGHT, BOX_WIDTH, layout, type PlacedQueue } from "@/components/queues/layout";
import { SHAPE } from "@/components/ui/state-word";
import { useWords } from "@/components/ui/words";
import type { GroupView } from "@/lib/views/queues/schema";

/** Number of graphs shown initially; the others are in a collapsed section. */
const OPEN_MAX = 4;
const NAME_MAX = 24;
/** Half of a large screen. In one column a wider graph would be scaled down until its text is unreadable. */
const WIDE_PX = 800;

/** Shortens a name in the middle, because "orders.eu.retry" and "orders.eu.dead" differ at their ends. */
function shortened(name: string): string {
  if (name.length <= NAME_MAX) return name;
  const half = (NAME_MAX - 1) / 2;
  return `${name.slice(0, Math.ceil(half))}…${name.slice(-Math.floor(half))}`;
}

/** The message flow: one small graph for each group of queues that pass messages to one another. */
export function Groups({ groups }: { readonly groups: readonly GroupView[] }) {
  const t = useTranslations("queues");
  if (groups.length === 0) return null;
  const rest = groups.slice(OPEN_MAX);
  return (
    <section aria-labelledby="ways" className="mb-6">
      <h2 id="ways" className="mb-1 text-16 font-semibold">
        {t("flow")}
      </h2>
      <p className="mb-2 text-13 text-quiet">{t("flowHint")}</p>
      <Pictures groups={groups.slice(0, OPEN_MAX)} />
      {rest.length === 0 ? null : (
        <details className="mt-2">
          <summary className="cursor-pointer text-quiet">{t("moreGroups", { n: rest.length })}</summary>
          <Pictures groups={rest} />
        </details>
      )}
    </section>
  );
}

const Pictures = ({ groups }: { readonly groups: readonly GroupView[] }) => (
  <ul className="grid grid-flow-dense gap-2 xl:grid-cols-2">
    {groups.map((group) => (
      <Group key={`${group.broker}${group.vhost}${group.queues[0]?.name}`} group={group} />
    ))}
  </ul>
);

function Group({ group }: { readonly group: GroupView }) {
  const t = useTranslations("queues");
  const arrow = useId();
  const { width, height, boxes, ways } = layout(group);
  return (
    <li className={`min-w-0 rounded-6 border border-line p-2 ${width > WIDE_PX ? "xl:col-span-2" : ""}`}>
      <p className="text-12 text-quiet">
        {group.broker} · {group.vhost}
      </p>
      <div className="overflow-hidden max-sm:hidden">
        <svg viewBox={`0 0 ${width} ${height}`} style={{ width: "100%", maxWidth: width }} aria-hidden="true">
          <defs>
            <marker id={arrow} viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" orient="auto">
              <path d="M0 0 L8 4 L0 8 z" fill="var(--quiet)" />
            </marker>
          </defs>
          {ways.map((way) => (
            <path
              key={way.key}
              d={way.path}
              fill="none"
              stroke="var(--quiet)"
              strokeWidth="1.25"
              markerEnd={`url(#${arrow})`}
              {...(way.sure ? {} : { strokeDasharray: "4 3" })}
            />
          ))}
          {boxes.map((box) => (
            <Box key={box.queue.name} box={box} />
          ))}
        </svg>
      </div>
      <ul className="text-13 sm:sr-only">
        {group.ways.map(({ from, to, sure }) => (
          <li key={`${from}\0${to}`} className="break-words">
            {t(sure ? "edge" : "edgePossible", { from, to })}
          </li>
        ))}
      </ul>
      {group.more > 0 ? <p className="text-13 text-quiet">{t("moreQueues", { n: group.more })}</p> : null}
    </li>
  );
}

function Box({ box }: { readonly box: PlacedQueue }) {
  const t = useTranslations("queues");
  const { number } = useWords();
  const { queue, x, y } = box;
  const severity = queue.standing?.severity ?? null;
  const name = shortened(queue.name);
  return (
    <g transform={`translate(${x} ${y})`}>
      <title>{queue.name}</title>
      <rect
        width={BOX_WIDTH}
        height={BOX_HEIGHT}
        rx="6"
        fill="var(--raised)"
        stroke={severity === null ? "var(--line)" : `var(--${severity}-fill)`}
        strokeWidth={severity === null ? 1 : 2}
      />
      <text x="8" y="15" fontSize="12" fontWeight="600" fill="var(--ink)">
        {severity === null ? null : <tspan fill={`var(--${severity})`}>{`${SHAPE[severity]} `}</tspan>}
        {name}
      </text>
      <text x="8" y="29" fontSize="11" fill="var(--quiet)">
        {t(`roles.${queue.role}`)} · {t("depth", { n: queue.ready === null ? "–" : number(queue.ready) })}
      </text>
    </g>
  );
}
