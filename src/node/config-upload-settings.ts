import { z } from 'zod'
import { setting } from './config-setting.ts'
import { rate, transferProtocols } from './config-values.ts'
import { NAT_DEFAULTS } from './select-protocol.ts'

/** How files are served. */
export const UPLOAD_SETTINGS = {
  maxUploadRate: setting({
    key: 'uploads.max_rate',
    env: 'CHIRAL_MAX_UPLOAD_RATE',
    schema: rate,
    description: 'Most bytes a second of files sent to others; 0 is no limit.',
    standard: '0',
  }),
  natDefault: setting({
    key: 'uploads.nat_default',
    env: 'CHIRAL_NAT_DEFAULT',
    schema: z.enum(NAT_DEFAULTS),
    description:
      'What a node serves files by beside its own protocols when others cannot dial it: "webtorrent", "bittorrent" or "both". Of no effect with a public address, where a router forwards its ports, or with uploads.protocols.',
    standard: 'both',
  }),
  uploadProtocols: setting({
    key: 'uploads.protocols',
    env: 'CHIRAL_UPLOAD_PROTOCOLS',
    schema: transferProtocols,
    description:
      'What files are served by, such as "bitswap,http"; what has a price and comes by one of the others is paid by bitswap, which is served then as well.',
    standard:
      'what others can reach: on the Internet all with a public address or a router that forwards ports, else those of nat_default; all in a LAN and on one machine',
  }),
}
