import { formatEnode, parseEnode } from './enode.ts'

/** More do not make finding peers any surer; a stranger's list must not push out our own. */
export const MAX_BOOTNODES = 8

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
