import { setting } from './config-setting.ts'
import { httpListen } from './config-values.ts'

/** What serves files over ed2k. */
export const ED2K_SETTINGS = {
  ed2kListen: setting({
    key: 'ed2k.listen',
    env: 'CHIRAL_ED2K_LISTEN',
    schema: httpListen,
    description: 'Where files are served over ed2k, such as 0.0.0.0:4662, or "off".',
    standard: 'port 4662 in scope lan and with a public address; a free port of 127.0.0.1 in scope loopback',
  }),
} as const
