import { setting } from './config-setting.ts'
import { httpListen } from './config-values.ts'

/** What serves files over BitTorrent. */
export const BITTORRENT_SETTINGS = {
  bittorrentListen: setting({
    key: 'bittorrent.listen',
    env: 'CHIRAL_BITTORRENT_LISTEN',
    schema: httpListen,
    description: 'Where files are served over BitTorrent, such as 0.0.0.0:6881, or "off".',
    standard: 'port 6881 in scope lan and with a public address; a free port of 127.0.0.1 in scope loopback',
  }),
} as const
