import { setting } from './config-setting.ts'
import { httpListen, peerAddress } from './config-values.ts'

/** What serves files over BitTorrent. */
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
} as const
