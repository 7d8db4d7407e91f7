import { resolve } from 'node:path'
import { setting } from './config-setting.ts'
import { httpListen, kadBootstrap } from './config-values.ts'
import type { Ed2kConfig, KadBootstrap } from './node-config.ts'

/** What serves files over ed2k. */
export const ED2K_SETTINGS = {
  ed2kListen: setting({
    key: 'ed2k.listen',
    env: 'CHIRAL_ED2K_LISTEN',
    schema: httpListen,
    description: 'Where files are served over ed2k, such as 0.0.0.0:4662, or "off".',
    standard: 'port 4662 in scope lan and with a public address; a free port of 127.0.0.1 in scope loopback',
  }),
  ed2kKadBootstrap: setting({
    key: 'ed2k.kad_bootstrap',
    env: 'CHIRAL_ED2K_KAD_BOOTSTRAP',
    schema: kadBootstrap,
    description:
      'Take part in Kad, and publish there the files that cost nothing: the path of a nodes.dat, or an address such as 192.0.2.7:4672. Without it Kad is off.',
  }),
} as const

export function ed2kConfig(
  values: { readonly ed2kListen?: Ed2kConfig['listen']; readonly ed2kKadBootstrap?: KadBootstrap | undefined },
  workingDirectory: string,
): Ed2kConfig {
  const { ed2kListen: listen, ed2kKadBootstrap: met } = values
  return { listen, kadBootstrap: met?.kind === 'file' ? { ...met, path: resolve(workingDirectory, met.path) } : met }
}
