import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** What the build is made from; a change of any of it is another folder, so that an old build is never taken for a new one. */
export const PINNED_GETH = { client: 'core-geth', version: '1.12.20', patch: 1 } as const

/** This checkout's own folder for what is installed: nothing is put anywhere else on the machine. */
const INSTALL_FOLDER = fileURLToPath(new URL('../../../.install', import.meta.url))

/** The Go module that pins geth and every source it is built from. */
export const GETH_MODULE = fileURLToPath(new URL('../../../tools/geth', import.meta.url))

/** Holds one folder for each pinned build. */
export const GETH_FOLDER = join(INSTALL_FOLDER, 'geth')

/** The pinned build. */
export const INSTALLED_GETH = join(
  GETH_FOLDER,
  `${PINNED_GETH.client}-${PINNED_GETH.version}-${PINNED_GETH.patch}`,
  'geth',
)

/** Mining data sets, 1 GiB and more each and the same on every chain: made once a checkout. */
export const DAG_FOLDER = join(INSTALL_FOLDER, 'ethash')
