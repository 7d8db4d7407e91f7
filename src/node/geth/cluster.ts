import { lookup } from 'node:dns/promises'
import { statfs } from 'node:fs/promises'
import { get } from 'node:http'
import { isIP } from 'node:net'
import { z } from 'zod'
import { isReachableHost, parseEnode } from '../../chain/geth/enode.ts'
import { gethPaths } from '../../chain/geth/geth-directory.ts'
import { createGethIpc } from '../../chain/geth/geth-ipc.ts'
import { ChiralError, messageOf } from '../../domain/errors.ts'
import { type Clock, delay } from '../../system/clock.ts'
import type { Logger } from '../../system/logger.ts'
import { chainControl, gethDirectory } from './chain-node.ts'

/** Nodes of a cluster look for each other this often: a new one is in the chain within this time. */
const MEET_EVERY_MS = 15_000
/** A node of the same cluster answers at once, or is away. */
const ASK_TIMEOUT_MS = 5_000
/** What was told longer ago says nothing of where the cluster is now. */
const HEIGHT_VALID_MS = 60_000
/** Addresses of a name that are asked: more than a cluster of ours has, and a bound on what a wrong name can cause. */
const MAX_ADDRESSES = 64
const MAX_ANSWER_BYTES = 4_096

const nodeSchema = z.object({ enode: z.string(), height: z.int().nonnegative() })

export interface ClusterOptions {
  readonly dataDirectory: string
  /** DNS name behind which the proxies of all nodes stand, such as a headless service; without it nobody is looked for. */
  readonly name?: string | undefined
  /** Port of those proxies. */
  readonly port: number
}

/** The geth of a data directory, for the proxy beside it. */
export interface ClusterNode {
  facts(): Promise<{ readonly diskFreeBytes: number; readonly warnings: readonly string[] }>
  enode(): Promise<string>
  clusterHeight(): number
  stop(): void
}

/** Keeps the geth of a data directory connected with the others behind a DNS name, whatever addresses they have at the time. */
export function joinCluster(
  { clock, log }: { readonly clock: Clock; readonly log: Logger },
  { dataDirectory, name, port }: ClusterOptions,
): ClusterNode {
  const stopped = new AbortController()
  const ipc = createGethIpc({ clock }, gethPaths(gethDirectory(dataDirectory)).ipc)
  const control = chainControl(dataDirectory)
  let told: { readonly height: number; readonly at: number } = { height: 0, at: Number.NEGATIVE_INFINITY }
  const enode = async (): Promise<string> => {
    const { status } = await control.status()
    if (status.enode === undefined)
      throw new ChiralError('GETH_SILENT', 'geth does not know yet at which address others reach it.')
    return status.enode
  }
  const meet = async (from: string): Promise<void> => {
    const own = parseEnode(await enode()).key
    const addresses = (await lookup(from, { all: true })).slice(0, MAX_ADDRESSES)
    const found = await Promise.allSettled(addresses.map(({ address }) => askNode(address, port)))
    const others = found.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
    const reachable = others.filter(({ enode: text }) => {
      const { key, host } = parseEnode(text)
      return key !== own && isReachableHost(host)
    })
    if (reachable.length > 0)
      told = { height: Math.max(...reachable.map(({ height }) => height)), at: clock.monotonic() }
    for (const other of reachable) await ipc.addPeer(other.enode) // one it has already changes nothing
  }
  const run = async (from: string): Promise<void> => {
    while (!stopped.signal.aborted) {
      await meet(from).catch((error: unknown) =>
        log.debug({ name: from, reason: messageOf(error) }, 'The cluster was not asked'),
      )
      await delay(clock, MEET_EVERY_MS, stopped.signal).catch(() => {}) // only its end interrupts the pause
    }
  }
  if (name !== undefined) void run(name)
  return {
    enode,
    clusterHeight: () => (clock.monotonic() - told.at < HEIGHT_VALID_MS ? told.height : 0),
    async facts() {
      const [{ health }, { bavail, bsize }] = await Promise.all([control.status(), statfs(dataDirectory)])
      return { diskFreeBytes: bavail * bsize, warnings: (health?.warnings ?? []).map(({ code }) => code) }
    },
    stop: () => stopped.abort(),
  }
}

/** What the proxy of another node tells of it. */
function askNode(address: string, port: number): Promise<z.infer<typeof nodeSchema>> {
  const host = isIP(address) === 6 ? `[${address}]` : address
  return new Promise((resolve, reject) => {
    const asked = get(`http://${host}:${port}/node`, { signal: AbortSignal.timeout(ASK_TIMEOUT_MS) }, (answer) => {
      let text = ''
      answer.setEncoding('utf8')
      answer.on('error', reject)
      answer.on('data', (part: string) => {
        text += part
        if (text.length > MAX_ANSWER_BYTES) asked.destroy(new ChiralError('GETH_SILENT', `${host} answers at length.`))
      })
      answer.on('end', () => {
        try {
          resolve(nodeSchema.parse(JSON.parse(text)))
        } catch (error) {
          reject(error)
        }
      })
    })
    asked.on('error', reject)
  })
}
