/** A refusal of the API. `title` is the class of fault, `detail` the sentence for whoever reads it. */
export class Refused extends Error {
  readonly status: number;
  readonly title: string;
  readonly headers: Readonly<Record<string, string>>;
  constructor(status: number, title: string, detail: string, headers: Readonly<Record<string, string>> = {}) {
    super(detail);
    this.status = status;
    this.title = title;
    this.headers = headers;
  }
}
