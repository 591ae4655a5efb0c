/** A refusal of the API. `title` is the class of fault, `detail` the sentence for whoever reads it. */
export class Refused extends Error {
  readonly status: number;
  readonly title: string;
  readonly headers: Readonly<Record<string, string>>;
  /** What is wrong with single fields of what was sent; empty where the fault is another. */
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

/** One fault of what was sent: where it stands, such as `match[1]`, and what would be right. */
export interface FieldError {
  readonly path: string;
  readonly message: string;
}
