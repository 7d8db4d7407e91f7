import { resolve } from 'node:path'
import { z } from 'zod'
import { ChiralError } from '../domain/errors.ts'
import { setting } from './config-setting.ts'
import type { SettingValues } from './config-settings.ts'
import { dhtNodes, httpListen, listenAddress, onOrOff, peerAddress, trackerUrls } from './config-values.ts'
import type { BittorrentConfig, TlsFiles } from './node-config.ts'

/** What serves files over BitTorrent and WebTorrent. */
export const BITTORRENT_SETTINGS = {
  bittorrentListen: setting({
    key: 'bittorrent.listen',
    env: 'CHIRAL_BITTORRENT_LISTEN',
    schema: httpListen,
    description: 'Where files are served over BitTorrent, such as 0.0.0.0:6881, or "off".',
    standard: 'port 6881 in scope lan and with a public address; a free port of 127.0.0.1 in scope loopback',
  }),
  bittorrentAnnounce: setting({
    key: 'bittorrent.announce',
    env: 'CHIRAL_BITTORRENT_ANNOUNCE',
    schema: peerAddress,
    description:
      'The IP address and port at which others reach that, when they do not where it listens: of a router that passes it on.',
  }),
  bittorrentTrackers: setting({
    key: 'bittorrent.trackers',
    env: 'CHIRAL_BITTORRENT_TRACKERS',
    schema: trackerUrls,
    description:
      'Trackers, such as wss://tracker.example or udp://192.0.2.7:6969. Those on WebSockets let this node be reached over WebTorrent; the others are told of files that cost nothing.',
    standard: 'those of the bootstrap peers that run one',
  }),
  bittorrentBootstrapTrackers: setting({
    key: 'bittorrent.bootstrap_trackers',
    env: 'CHIRAL_BITTORRENT_BOOTSTRAP_TRACKERS',
    schema: onOrOff,
    description: 'Use the trackers that bootstrap peers run, where bittorrent.trackers names none.',
    standard: 'true',
  }),
  bittorrentServeTracker: setting({
    key: 'bittorrent.serve_tracker',
    env: 'CHIRAL_BITTORRENT_SERVE_TRACKER',
    schema: onOrOff,
    description: 'Be a tracker for others, over HTTP, UDP and WebSocket; this node uses it as well.',
    standard: 'false',
  }),
  bittorrentTrackerListen: setting({
    key: 'bittorrent.tracker_listen',
    env: 'CHIRAL_BITTORRENT_TRACKER_LISTEN',
    schema: listenAddress,
    description: 'Where that tracker listens, over TCP and UDP, such as 0.0.0.0:6969.',
    standard: 'port 6969; a free port of 127.0.0.1 in scope loopback',
  }),
  bittorrentTrackerCertificate: setting({
    key: 'bittorrent.tracker_certificate',
    env: 'CHIRAL_BITTORRENT_TRACKER_CERTIFICATE',
    schema: z.string().min(1, { error: 'a file name is needed' }),
    description:
      'Certificate chain (PEM) of that tracker: it then speaks HTTPS and WSS in place of HTTP and WebSocket, under the first DNS name of the certificate, else its first IP address. Read at the start.',
  }),
  bittorrentTrackerKey: setting({
    key: 'bittorrent.tracker_key',
    env: 'CHIRAL_BITTORRENT_TRACKER_KEY',
    schema: z.string().min(1, { error: 'a file name is needed' }),
    description: 'The key of that certificate (PEM, without a password).',
  }),
  bittorrentDhtBootstrap: setting({
    key: 'bittorrent.dht_bootstrap',
    env: 'CHIRAL_BITTORRENT_DHT_BOOTSTRAP',
    schema: dhtNodes,
    description:
      'Take part in the BitTorrent DHT, and announce there the files that cost nothing: nodes to begin with, such as router.example:6881 or 192.0.2.7:6881. Without them it is off.',
    standard: 'none',
  }),
} as const

/** @throws ChiralError `CONFIG_INVALID` when there is a certificate without a key, or a key without a certificate */
export function bittorrentConfig(values: SettingValues, workingDirectory: string): BittorrentConfig {
  return {
    listen: values.bittorrentListen,
    announce: values.bittorrentAnnounce,
    trackers: values.bittorrentTrackers,
    bootstrapTrackers: values.bittorrentBootstrapTrackers,
    serveTracker: values.bittorrentServeTracker,
    trackerListen: values.bittorrentTrackerListen,
    trackerTls: trackerTls(values, workingDirectory),
    dhtBootstrap: values.bittorrentDhtBootstrap,
  }
}

function trackerTls(
  { bittorrentTrackerCertificate: certificate, bittorrentTrackerKey: key }: SettingValues,
  workingDirectory: string,
): TlsFiles | undefined {
  if (certificate === undefined && key === undefined) return undefined
  if (certificate === undefined || key === undefined)
    throw new ChiralError(
      'CONFIG_INVALID',
      'bittorrent.tracker_certificate and bittorrent.tracker_key: a certificate needs its key, so give both or neither.',
    )
  return { certificate: resolve(workingDirectory, certificate), key: resolve(workingDirectory, key) }
}
