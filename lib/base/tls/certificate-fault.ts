import { type Reason, reason } from "@/lib/base/messages/reason";

/** Codes of Node's verification (X509_verify_cert) and of OpenSSL, by what an operator can do about them. */
const FAULTS = [
  // CERT_SIGNATURE_FAILURE: an authority of the same name with another key.
  [
    /SELF_SIGNED_CERT|^UNABLE_TO_(GET_ISSUER|VERIFY_LEAF)|^CERT_UNTRUSTED$|^CERT_SIGNATURE_FAILURE$/,
    "certificateUntrusted",
  ],
  [/^CERT_HAS_EXPIRED$|^CERT_NOT_YET_VALID$/, "certificateOutdated"],
  [/^ERR_TLS_CERT_ALTNAME_INVALID$|^HOSTNAME_MISMATCH$/, "certificateOfOtherName"],
  [/^ERR_SSL_(WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG)$/, "tlsNotSpoken"],
  [/^ERR_SSL_.*ALERT_(HANDSHAKE_FAILURE|PROTOCOL_VERSION)$/, "tlsRefused"],
  [/^ERR_SSL_.*ALERT_((NO|BAD|UNSUPPORTED)_CERTIFICATE|CERTIFICATE_\w+|UNKNOWN_CA)$/, "clientCertificateRefused"],
] as const;

/** What is wrong with a TLS connection, from the code of its error; null for an error of another kind. */
export function certificateFault(code: string): Reason | null {
  const [, known] = FAULTS.find(([pattern]) => pattern.test(code)) ?? [];
  return known === undefined ? null : reason(known, { code });
}
