import { Publications } from '../../kademlia/publications.ts'
import type { KadId } from './kad-id.ts'
import { ENOUGH_NODES, MAX_PUBLISHED_FILES, PUBLISH_PAUSE_MS, PUBLISH_RETRY_MS, REPUBLISH_MS } from './limits.ts'

/** A file this node serves over ed2k. */
export interface OwnFile {
  /** Its ed2k hash. */
  readonly target: KadId
  readonly sizeBytes: number
}

export function newPublications(): Publications<OwnFile> {
  return new Publications({
    most: MAX_PUBLISHED_FILES,
    pauseMs: PUBLISH_PAUSE_MS,
    repeatMs: REPUBLISH_MS,
    enough: ENOUGH_NODES,
    retryMs: PUBLISH_RETRY_MS,
  })
}
