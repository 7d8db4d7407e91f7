import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'

/** The two words every mining data set begins with. */
const DAG_MAGIC = Buffer.from('fecaddbaaddee1fe', 'hex')
/** What the file of epoch 1 is named for: the hash of epoch 0's seed, which is zero. */
const SECOND_SEED = '290decd9548b62a8'

/**
 * A folder of mining data for a chain that never gets near block 30,000: that of epoch 0, which is real, and for epoch 1 the beginning of a
 * file. geth then believes that it has the next one too, which it would make at once otherwise, with all cores for minutes.
 */
export async function makeShortDagFolder(folder: string, dagFile: string): Promise<string> {
  const dagFolder = join(folder, 'ethash')
  await mkdir(dagFolder, { recursive: true })
  await symlink(dagFile, join(dagFolder, basename(dagFile)))
  const next = basename(dagFile).replace(/-(?:0-)?0{16}$/, (epoch) => (epoch.startsWith('-0-') ? '-1-' : '-'))
  await writeFile(join(dagFolder, `${next}${SECOND_SEED}`), DAG_MAGIC)
  return dagFolder
}
