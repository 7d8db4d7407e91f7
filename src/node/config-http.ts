import { setting } from './config-setting.ts'
import { httpListen, httpUrl, number, onOrOff } from './config-values.ts'

/** What serves files over HTTP. */
export const HTTP_SETTINGS = {
  httpListen: setting({
    key: 'http.listen',
    env: 'CHIRAL_HTTP_LISTEN',
    schema: httpListen,
    description: 'Where files are served over HTTP, such as 0.0.0.0:8080, or "off".',
    standard: 'port 8080 in scope lan and with a public address; a free port of 127.0.0.1 in scope loopback',
  }),
  httpTls: setting({
    key: 'http.tls',
    env: 'CHIRAL_HTTP_TLS',
    schema: onOrOff,
    description: 'Serve with TLS and a certificate of our own; false for a proxy in front that has its own.',
    standard: 'true; false in scope loopback',
  }),
  httpAnnounceUrl: setting({
    key: 'http.announce_url',
    env: 'CHIRAL_HTTP_ANNOUNCE_URL',
    schema: httpUrl,
    description: 'Where others reach that server, when they do not where it listens.',
  }),
  httpFreeRate: setting({
    key: 'http.free_rate',
    env: 'CHIRAL_HTTP_FREE_RATE',
    schema: number(1, 1_000_000),
    description: 'MiB per second that are given away of files that cost nothing.',
    standard: '512',
  }),
  httpFreeRateEach: setting({
    key: 'http.free_rate_each',
    env: 'CHIRAL_HTTP_FREE_RATE_EACH',
    schema: number(1, 1_000_000),
    description: 'The same, to one address.',
    standard: '256',
  }),
  httpVouchers: setting({
    key: 'http.vouchers',
    env: 'CHIRAL_HTTP_VOUCHERS',
    schema: onOrOff,
    description:
      'Sell chunks over HTTP for vouchers that come with the requests, as x402 has it; only for what is paid ahead.',
    standard: 'true',
  }),
} as const
