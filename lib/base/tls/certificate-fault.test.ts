import { expect, test } from "vitest";
import { certificateFault } from "@/lib/base/tls/certificate-fault";

test.each([
  ["DEPTH_ZERO_SELF_SIGNED_CERT", "certificateUntrusted"],
  ["SELF_SIGNED_CERT_IN_CHAIN", "certificateUntrusted"],
  ["UNABLE_TO_GET_ISSUER_CERT_LOCALLY", "certificateUntrusted"],
  ["UNABLE_TO_VERIFY_LEAF_SIGNATURE", "certificateUntrusted"],
  ["CERT_HAS_EXPIRED", "certificateOutdated"],
  ["ERR_TLS_CERT_ALTNAME_INVALID", "certificateOfOtherName"],
  ["ERR_SSL_WRONG_VERSION_NUMBER", "tlsNotSpoken"],
  ["ERR_SSL_SSL/TLS_ALERT_HANDSHAKE_FAILURE", "tlsRefused"],
  ["ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE", "tlsRefused"],
  ["ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION", "tlsRefused"],
  ["ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED", "clientCertificateRefused"],
  ["ERR_SSL_TLSV1_ALERT_UNKNOWN_CA", "clientCertificateRefused"],
  ["ERR_SSL_SSL/TLS_ALERT_BAD_CERTIFICATE", "clientCertificateRefused"],
])("%s is %s", (code, expected) => expect(certificateFault(code)?.code).toBe(expected));

test.each(["ECONNREFUSED", "UND_ERR_SOCKET", "28P01", ""])("%s has nothing to do with TLS", (code) =>
  expect(certificateFault(code)).toBeNull(),
);
