import { chunkCount } from '../domain/chunk.ts'
import { cidOf } from '../domain/cid.ts'
import { filePrice } from '../domain/price.ts'
import { ANNOUNCED_OF_FOLDERS, type ScannedFolder } from './folder-scan.ts'
import type { StoredShare } from './share-store.ts'
import type { ShareView } from './types.ts'

/** What a person sees of a share. */
export function shareViewOf(
  share: StoredShare,
  now: {
    readonly announced: boolean
    readonly httpUrl: string | undefined
    readonly ed2kLink: string | undefined
    /** Where the copy is: files may be moved. */
    readonly path: string
    /** What was left out of a folder just now. */
    readonly left?: Pick<ScannedFolder, 'skipped' | 'skippedCount'> | undefined
  },
): ShareView {
  const { fileHash, sha256, name, folder } = share
  const { sizeBytes, pricePerMiB, lowestPricePerMiB } = folder ?? share
  const { skipped, skippedCount } = now.left ?? { skipped: [], skippedCount: 0 }
  return {
    fileHash,
    cid: cidOf(fileHash).toString(),
    sha256,
    name,
    path: now.path,
    sizeBytes,
    chunks: chunkCount(share.sizeBytes),
    pricePerMiB,
    ...(lowestPricePerMiB === undefined ? {} : { lowestPricePerMiB }),
    totalPrice: folder?.totalPrice ?? filePrice(pricePerMiB, sizeBytes),
    announced: now.announced,
    ...(now.httpUrl === undefined ? {} : { httpUrl: now.httpUrl }),
    ...(now.ed2kLink === undefined ? {} : { ed2kLink: now.ed2kLink }),
    ...(folder === undefined
      ? {}
      : {
          folder: {
            files: folder.files,
            ownRecords: Math.min(folder.files, ANNOUNCED_OF_FOLDERS),
            skipped,
            skippedCount,
          },
        }),
  }
}
