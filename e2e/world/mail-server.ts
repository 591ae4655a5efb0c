import { once } from "node:events";
import { SMTPServer, type SMTPServerOptions } from "smtp-server";

/** A received mail. */
export interface Mail {
  readonly from: string;
  readonly to: readonly string[];
  readonly secure: boolean;
  readonly user: string | null;
  /** The TLS server name (SNI) sent by the client. */
  readonly servername: string | null;
  /** Unfolded, keyed by lower-case name; several headers of one name are joined by a line break. */
  readonly headers: ReadonlyMap<string, string>;
  /** The text after the headers, with quoted-printable and base64 parts decoded. */
  readonly body: string;
}

export interface MailServer {
  readonly port: number;
  readonly mails: readonly Mail[];
  /** The number of login attempts. */
  logins(): number;
  stop(): Promise<void>;
}

interface MailServerOptions {
  /** Implicit TLS. */
  readonly secure?: boolean;
  /** Does not offer TLS. */
  readonly clear?: boolean;
  readonly login?: { readonly user: string; readonly pass: string };
  readonly bytesMax?: number;
  /** The reply to a recipient; null accepts it. */
  readonly refuses?: (address: string) => { readonly code: number } | null;
  /** The reply to a whole message; null accepts it. */
  readonly rejects?: () => { readonly code: number } | null;
  readonly onConnect?: SMTPServerOptions["onConnect"];
}

/** A mail server on 127.0.0.1 that enforces the given login, TLS and size. Its certificate is for `mail.test`. */
export async function startMailServer(options: MailServerOptions = {}): Promise<MailServer> {
  const mails: Mail[] = [];
  let logins = 0;
  const server = new SMTPServer({
    key: MAIL_KEY,
    cert: MAIL_CERTIFICATE,
    secure: options.secure ?? false,
    disabledCommands: options.clear === true ? ["STARTTLS"] : [],
    authOptional: options.login === undefined,
    allowInsecureAuth: true,
    logger: false,
    closeTimeout: 50,
    ...(options.bytesMax === undefined ? {} : { size: options.bytesMax }),
    ...(options.onConnect === undefined ? {} : { onConnect: options.onConnect }),
    onAuth(auth, _, callback) {
      logins++;
      const { user = "", pass = "" } = options.login ?? {};
      if (auth.username === user && auth.password === pass) return callback(null, { user });
      callback(refusal(535));
    },
    onRcptTo({ address }, _, callback) {
      const reply = options.refuses?.(address) ?? null;
      callback(reply === null ? null : refusal(reply.code));
    },
    onData(stream, session, callback) {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("end", () => {
        const reply = stream.sizeExceeded ? { code: 552 } : (options.rejects?.() ?? null);
        if (reply !== null) return callback(refusal(reply.code));
        const { mailFrom, rcptTo } = session.envelope;
        mails.push({
          from: mailFrom === false ? "" : mailFrom.address,
          to: rcptTo.map(({ address }) => address),
          secure: session.secure,
          user: typeof session.user === "string" ? session.user : null,
          servername: typeof session.servername === "string" ? session.servername : null,
          ...read(Buffer.concat(chunks).toString("utf8")),
        });
        callback(null);
      });
    },
  });
  server.on("error", () => undefined);
  const listening = server.listen(0, "127.0.0.1");
  await once(listening, "listening");
  const address = listening.address();
  return {
    port: typeof address === "object" && address !== null ? address.port : 0,
    mails,
    logins: () => logins,
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

const refusal = (responseCode: number): Error =>
  Object.assign(new Error("m4rk3d words of the server"), { responseCode });

function read(raw: string): Pick<Mail, "headers" | "body"> {
  const [head = "", ...rest] = raw.split("\r\n\r\n");
  const headers = new Map<string, string>();
  for (const line of head.replace(/\r\n[ \t]+/g, " ").split("\r\n")) {
    const at = line.indexOf(":");
    const name = line.slice(0, at).toLowerCase();
    const value = line.slice(at + 1).trim();
    headers.set(name, headers.has(name) ? `${headers.get(name)}\n${value}` : value);
  }
  const parts = rest.join("\r\n\r\n").split(/^--.*$/m);
  return { headers, body: parts.map(decoded).join("\n") };
}

function decoded(part: string): string {
  const text = part.slice(part.indexOf("\r\n\r\n") + 1);
  if (/transfer-encoding: base64/i.test(part)) return Buffer.from(text, "base64").toString("utf8");
  if (!/transfer-encoding: quoted-printable/i.test(part)) return part;
  const bytes = text.replace(/=\r\n/g, "").replace(/=([0-9A-F]{2})/g, (_, hex: string) => `%${hex}`);
  return bytes.replace(/(?:%[0-9A-F]{2})+/g, (run) => decodeURIComponent(run));
}

/** A worthless secret: used by this test server only. */
const MAIL_KEY = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgZMYFeUWLqkAHOI7X
mRoitEdg8o09dT5fNuqxiQeh/6+hRANCAAQC7QP3xY6vlPG/4ofYDTLCXP/KcLk5
8Li/Z7B/OPAi2revIevZZj9bpzz8zinVN2wyjoX4qRrM3jaCYT2jfEIw
-----END PRIVATE KEY-----`;

/** The certificate of the server above, for clients that must trust it. */
export const MAIL_CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBlTCCATugAwIBAgIUYJ+cEpyYT5hEQHWbaWk8flNKcqAwCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbWFpbC50ZXN0MCAXDTI2MTEyMTE3MDI0OFoYDzIxMjYxMDI4
MTcwMjQ4WjAUMRIwEAYDVQQDDAltYWlsLnRlc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAAQC7QP3xY6vlPG/4ofYDTLCXP/KcLk58Li/Z7B/OPAi2revIevZZj9b
pzz8zinVN2wyjoX4qRrM3jaCYT2jfEIwo2kwZzAdBgNVHQ4EFgQUMbx3zPKGyCel
TYhnBWs5zD0CUv4wHwYDVR0jBBgwFoAUMbx3zPKGyCelTYhnBWs5zD0CUv4wDwYD
VR0TAQH/BAUwAwEB/zAUBgNVHREEDTALggltYWlsLnRlc3QwCgYIKoZIzj0EAwID
SAAwRQIgBH+yyLXTQ4tgAWfrt8CdfSp8UcyEX5s1Xm5z/P06EXkCIQCPB8/xYkG1
dP/hT90PZjepo7Xxkq4P6uZVBHhteuH4iQ==
-----END CERTIFICATE-----`;
