import { setting } from './config-setting.ts'
import { rate, transferProtocols } from './config-values.ts'

/** How files are served. */
export const UPLOAD_SETTINGS = {
  maxUploadRate: setting({
    key: 'uploads.max_rate',
    env: 'CHIRAL_MAX_UPLOAD_RATE',
    schema: rate,
    description: 'Most bytes a second of files sent to others; 0 is no limit.',
    standard: '0',
  }),
  uploadProtocols: setting({
    key: 'uploads.protocols',
    env: 'CHIRAL_UPLOAD_PROTOCOLS',
    schema: transferProtocols,
    description:
      'What files are served by, such as "bitswap,http"; what has a price and comes over "http", "bittorrent" or "ed2k" is paid by bitswap, which is served then as well.',
    standard: 'all',
  }),
}
