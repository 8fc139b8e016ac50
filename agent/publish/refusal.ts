export type BrokerCode =
  | 'broker-unreachable'
  | 'broker-login-refused'
  | 'broker-certificate'
  | 'broker-refuses-certificate'
  | 'broker-error';

// CONNACK: MQTT 3.1.1 section 3.2.2.3 return codes 4 and 5, MQTT 5 section 3.2.2.2 reason codes 0x86, 0x87 and 0x8C.
const LOGIN = new Set([4, 5, 0x86, 0x87, 0x8c]);

// Names of OpenSSL's verification errors as Node.js gives them (X509_V_ERR_*), and of the check of the host name.
const X509 =
  /CERT|CRL|SELF_SIGNED|ISSUER|SIGNATURE|INVALID_(CA|PURPOSE)|PATH_LENGTH|ALTNAME|HOSTNAME|^ERR_(SSL|TLS)/;

/** What an operator can do about an error of the connection to the broker; nothing of the login is in it. */
export function refusalOf(error: Error & { code?: unknown }): {
  code: BrokerCode;
  message: string;
  remedy: string;
} {
  const { code } = error;
  if (typeof code === 'number' && LOGIN.has(code))
    return {
      code: 'broker-login-refused',
      message: 'The broker refuses the login.',
      remedy: 'Check mqtt.username, the content of mqtt.passwordFile and the access rules of the broker.',
    };
  // An alert is what the other side says (RFC 8446, section 6.2): our certificate, not its own.
  if (typeof code === 'string' && /ALERT_\w*(CERTIFICATE|UNKNOWN_CA|ACCESS_DENIED|HANDSHAKE)/.test(code))
    return {
      code: 'broker-refuses-certificate',
      message: `The broker does not accept our certificate (${code}).`,
      remedy:
        'Put one into mqtt.tls.certFile, with its key in keyFile, that is from the authority of the broker, neither expired nor revoked.',
    };
  if (typeof code === 'string' && X509.test(code))
    return {
      code: 'broker-certificate',
      message: `The certificate of the broker is not accepted (${code}).`,
      remedy: 'Name the CA that signed it in mqtt.tls.caFile, and use the host name that it was made for.',
    };
  if (typeof code === 'string' && /^E[A-Z_]+$/.test(code))
    return {
      code: 'broker-unreachable',
      message: `The broker does not answer (${code}).`,
      remedy: 'Check mqtt.url, and whether the broker runs.',
    };
  return {
    code: 'broker-error',
    message: `The connection to the broker failed${typeof code === 'number' ? ` (reason code ${code})` : ''}.`,
    remedy: 'The log of the broker says why.',
  };
}
