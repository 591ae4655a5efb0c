/** An error response of the API. `title` is the class of the fault, `detail` a sentence about this one. */
export class Refused extends Error {
  readonly status: number;
  readonly title: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The faults of single fields of the request; empty for any other fault. */
  readonly errors: readonly FieldError[];
  constructor(
    status: number,
    title: string,
    detail: string,
    headers: Readonly<Record<string, string>> = {},
    errors: readonly FieldError[] = [],
  ) {
    super(detail);
    this.status = status;
    this.title = title;
    this.headers = headers;
    this.errors = errors;
  }
}

/** One fault of a request: the path of the field, such as `match[1]`, and what would be valid. */
export interface FieldError {
  readonly path: string;
  readonly message: string;
}
