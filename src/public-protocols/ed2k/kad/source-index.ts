import { SourceIndex } from '../../kademlia/source-index.ts'
import {
  MAX_INDEXED_FILES,
  MAX_INDEXED_SOURCES,
  MAX_SOURCES_PER_FILE,
  MAX_SOURCES_PER_PUBLISHER,
  SOURCE_LIFETIME_MS,
} from './limits.ts'
import type { ListedSource } from './message.ts'

/** The sources that others published here; each has a place in it by its address and TCP port. */
export function newSourceIndex(): SourceIndex<ListedSource> {
  return new SourceIndex({
    maxFiles: MAX_INDEXED_FILES,
    maxSourcesPerFile: MAX_SOURCES_PER_FILE,
    maxSources: MAX_INDEXED_SOURCES,
    maxSourcesPerAddress: MAX_SOURCES_PER_PUBLISHER,
    lifetimeMs: SOURCE_LIFETIME_MS,
    keyOf: ({ address, tcpPort }) => `${address}:${tcpPort}`,
  })
}
