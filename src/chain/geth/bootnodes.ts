import { ChiralError } from '../../domain/errors.ts'
import { formatEnode, parseEnode } from './enode.ts'

/** More do not make finding peers any surer; a stranger's list must not push out our own. */
export const MAX_BOOTNODES = 8

/** geth takes static nodes beyond its limit of 50 peers, so the limit has to be ours: room is left for others. */
export const MAX_STATIC_NODES = 32

/** Lists of enodes, the most trusted first: whoever fills the DHT with his own must not keep us from a bootnode that was chosen. */
export interface BootnodeSources {
  readonly commandLine: readonly string[]
  readonly settings: readonly string[]
  /** Verified records of the DHT. */
  readonly dht: readonly string[]
  /** Of this program; none yet. */
  readonly builtIn: readonly string[]
}

/** Merged in order of trust, each key once, at most eight. @throws DecodeError for one of the command line or the settings */
export function mergeBootnodes(sources: BootnodeSources): string[] {
  const merged = new Map<string, string>()
  const add = (text: string): void => {
    const enode = parseEnode(text)
    if (merged.size < MAX_BOOTNODES && !merged.has(enode.key)) merged.set(enode.key, formatEnode(enode))
  }
  for (const text of [...sources.commandLine, ...sources.settings]) add(text)
  for (const text of [...sources.dht, ...sources.builtIn])
    try {
      add(text)
    } catch {
      // a stranger's mistake is not ours
    }
  return [...merged.values()]
}

/** Each key once, as it was named first. All of them were chosen, so none is dropped. @throws DecodeError, ChiralError `USAGE` for too many */
export function mergeStaticNodes(enodes: readonly string[]): string[] {
  const merged = new Map<string, string>()
  for (const text of enodes) {
    const enode = parseEnode(text)
    if (!merged.has(enode.key)) merged.set(enode.key, formatEnode(enode))
  }
  if (merged.size > MAX_STATIC_NODES)
    throw new ChiralError(
      'USAGE',
      `${merged.size} static nodes are more than the ${MAX_STATIC_NODES} a node keeps: name fewer, or let discovery find the others.`,
    )
  return [...merged.values()]
}
