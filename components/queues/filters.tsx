import { useTranslations } from "next-intl";
import { QUEUE_HEALTHS, type QueueFilter, ROLES } from "@/lib/views/queues/schema";

const FIELD = "min-h-8 rounded-6 border border-line bg-ground px-2";

/** Filters by role, virtual host, state and text. The server applies them. */
export function Filters(props: {
  readonly filter: QueueFilter;
  readonly vhosts: readonly string[];
  readonly choose: (filter: QueueFilter) => void;
}) {
  const t = useTranslations("queues");
  const { filter, vhosts, choose } = props;
  return (
    <search className="mb-2 flex flex-wrap gap-2">
      <input
        type="search"
        className={`${FIELD} max-sm:w-full`}
        placeholder={t("search")}
        aria-label={t("search")}
        value={filter.text ?? ""}
        onChange={(event) => choose({ ...filter, text: event.target.value || undefined })}
      />
      <Choice
        label={t("role")}
        all={t("allRoles")}
        value={filter.role}
        options={ROLES.map((role) => [role, t(`roles.${role}`)] as const)}
        choose={(role) => choose({ ...filter, role: ROLES.find((one) => one === role) })}
      />
      <Choice
        label={t("state")}
        all={t("allStates")}
        value={filter.state}
        options={QUEUE_HEALTHS.map((state) => [state, t(`healths.${state}`)] as const)}
        choose={(state) => choose({ ...filter, state: QUEUE_HEALTHS.find((one) => one === state) })}
      />
      {vhosts.length < 2 ? null : (
        <Choice
          label={t("vhost")}
          all={t("allVhosts")}
          value={filter.vhost}
          options={vhosts.map((vhost) => [vhost, vhost] as const)}
          choose={(vhost) => choose({ ...filter, vhost: vhost || undefined })}
        />
      )}
    </search>
  );
}

function Choice(props: {
  readonly label: string;
  readonly all: string;
  readonly value: string | undefined;
  readonly options: readonly (readonly [value: string, label: string])[];
  readonly choose: (value: string) => void;
}) {
  return (
    <select
      aria-label={props.label}
      className={`${FIELD} max-w-full`}
      value={props.value ?? ""}
      onChange={(event) => props.choose(event.target.value)}
    >
      <option value="">{props.all}</option>
      {props.options.map(([value, label]) => (
        <option key={value} value={value}>
          {label}
        </option>
      ))}
    </select>
  );
}
