import { z } from "zod";
import { LOCALES } from "@/lib/base/messages/locale";

type Method = "get" | "post" | "put" | "delete";

/** One operation of the API. */
export interface Operation {
  readonly path: string;
  readonly method: Method;
  readonly params: z.ZodObject;
  /** null: 204, without a body. */
  readonly view: z.ZodType | null;
  readonly status: number;
  /** Its sentences are in the language of `Accept-Language`. */
  readonly isTranslated: boolean;
  /** Anyone may call it. */
  readonly isOpen?: boolean;
  /** By default JSON. */
  readonly contentType?: string;
}

const ACCEPT_LANGUAGE = {
  name: "Accept-Language",
  in: "header",
  required: false,
  description: "The language of the alerts' sentences (summary, and why one is muted)",
  schema: { type: "string", enum: LOCALES, default: "en" },
} as const;

const IN_PATH = /\{(\w+)\}/g;
const PROBLEM = { $ref: "#/components/responses/Problem" };

/** Writes operations, and collects the schemas that they share by reference. */
export function operationWriter() {
  const shared: Record<string, unknown> = {};

  /** A recursive schema refers to definitions of its own, which a document has in one place. */
  function schemaOf(schema: z.ZodType): Record<string, unknown> {
    const { $defs = {}, ...whole } = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" });
    const names = Object.keys($defs).map((name, at) => [name, `Shared${Object.keys(shared).length + at}`] as const);
    const referring = (part: unknown): Record<string, unknown> =>
      JSON.parse(
        names.reduce(
          (text, [from, to]) => text.replaceAll(`"#/$defs/${from}"`, `"#/components/schemas/${to}"`),
          JSON.stringify(part),
        ),
      );
    for (const [from, to] of names) shared[to] = referring($defs[from]);
    return referring(whole);
  }

  function write(operation: Operation): object {
    const { path, method, params, isTranslated, isOpen = false } = operation;
    const pathNames = [...path.matchAll(IN_PATH)].flatMap(([, name]) => name ?? []);
    const inPath = pathNames.map((name) => ({ name, in: "path", required: true, schema: fieldOf(params, name) }));
    const others = Object.keys(params.shape).filter((name) => !pathNames.includes(name));
    const query = others.map((name) => ({ name, in: "query", required: false, schema: fieldOf(params, name) }));
    const parameters = [...inPath, ...(method === "get" ? query : []), ...(isTranslated ? [ACCEPT_LANGUAGE] : [])];
    const hasBody = method !== "get" && method !== "delete" && others.length > 0;
    return {
      operationId: operationId(method, path),
      ...(isOpen ? { security: [] } : {}),
      ...(parameters.length === 0 ? {} : { parameters }),
      ...(hasBody ? { requestBody: bodyOf(params, others) } : {}),
      responses: { ...answerOf(operation), ...refusalsOf(operation, pathNames.length > 0, hasBody), default: PROBLEM },
    };
  }

  function fieldOf(params: z.ZodObject, name: string): unknown {
    const schema = params.shape[name] ?? z.string();
    return Object(schemaOf(z.object({ [name]: schema })).properties)[name];
  }

  function bodyOf(params: z.ZodObject, names: readonly string[]) {
    const schema = schemaOf(
      z.object(Object.fromEntries(names.map((name) => [name, params.shape[name] ?? z.unknown()]))),
    );
    const required = Array.isArray(schema.required) && schema.required.length > 0;
    return { required, content: { "application/json": { schema } } };
  }

  const answerOf = ({ view, status, contentType = "application/json" }: Operation) =>
    view === null
      ? { 204: { description: "Done" } }
      : { [status]: { description: "The view", content: { [contentType]: { schema: schemaOf(view) } } } };

  return { write, schemaOf, shared };
}

/** `GET /api/v1/clients/{id}/sessions` is `getClientsIdSessions`: a generated client has a function of that name. */
function operationId(method: Method, path: string): string {
  const words = path.replace(/^\/api(?:\/v1)?/, "").match(/[a-z]+/gi) ?? [];
  return method + words.map((word) => word.slice(0, 1).toUpperCase() + word.slice(1)).join("");
}

/** 400: a parameter; 401: nobody; 403: another site or panel; 409 and 422: what the state or the settings do not allow. */
function refusalsOf({ method, isOpen = false, params }: Operation, hasPath: boolean, hasBody: boolean) {
  const codes = [
    ...(Object.keys(params.shape).length > 0 || method !== "get" ? [400] : []),
    ...(isOpen ? [] : [401, 403]),
    ...(hasPath ? [404] : []),
    ...(method === "get" ? [] : [409, 422, 429]),
    ...(hasBody ? [413] : []),
    ...(method === "get" ? [500, 503] : [500, 503, 507]),
  ];
  return Object.fromEntries(codes.map((code) => [code, PROBLEM]));
}
