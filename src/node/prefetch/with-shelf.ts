import type { ContentStore } from '../../content/content-store.ts'
import { codeOf, messageOf } from '../../domain/errors.ts'
import type { Logger } from '../../system/logger.ts'
import type { Shelf } from './shelf.ts'

/** What downloads use of the store. */
export type DownloadContent = Pick<ContentStore, 'manifestOf' | 'haveAt' | 'statusAt' | 'read' | 'beginDownload'>

/** When a disk is full in one of these ways, what was fetched ahead gives way to what is wanted. */
const FULL = new Set(['CAPACITY_EXCEEDED', 'DISK_FULL'])

/** The store, in which a file that was fetched ahead counts as held wherever it is wanted, and is moved there when its download begins. */
export function withShelf(content: ContentStore, shelf: Shelf, log: Logger): DownloadContent {
  const never = new AbortController().signal
  return {
    manifestOf: content.manifestOf.bind(content),
    statusAt: content.statusAt.bind(content),
    read: content.read.bind(content),
    haveAt(fileHash, targetPath) {
      const have = content.haveAt(fileHash, targetPath)
      return have === undefined && shelf.hasWhole(fileHash) ? content.have(fileHash) : have
    },
    async beginDownload(manifest, targetPath, options) {
      try {
        await shelf.moveTo(manifest.fileHash, targetPath, never)
      } catch (error) {
        // Another file is there, or a part of this one: the download finds that itself, and gets what is missing from others.
        log.debug({ code: codeOf(error), reason: messageOf(error) }, 'a file fetched ahead was not used')
      }
      try {
        return await content.beginDownload(manifest, targetPath, options)
      } catch (error) {
        if (!FULL.has(codeOf(error) ?? '') || shelf.isPlace(targetPath) || !(await shelf.clear())) throw error
        return content.beginDownload(manifest, targetPath, options)
      }
    },
  }
}
