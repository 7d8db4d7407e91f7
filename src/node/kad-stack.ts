import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { isIPv6 } from 'node:net'
import { toHex } from '../domain/bytes.ts'
import { ChiralError, messageOf } from '../domain/errors.ts'
import type { FileHash } from '../domain/ids.ts'
import { scopeAllowsIp } from '../network/addresses.ts'
import type { Network } from '../network/network.ts'
import { KAD_ID_BYTES, parseKadId } from '../public-protocols/ed2k/kad/kad-id.ts'
import type { KadEndpoint } from '../public-protocols/ed2k/kad/message.ts'
import { createKadMetrics } from '../public-protocols/ed2k/kad/metrics.ts'
import { parseNodesDat } from '../public-protocols/ed2k/kad/nodes-dat.ts'
import type { OwnFile } from '../public-protocols/ed2k/kad/publications.ts'
import { type KadNode, startKadNode } from '../public-protocols/ed2k/kad/udp-node.ts'
import { parseEd2kLink } from '../public-protocols/ed2k/link.ts'
import { endpointOf } from '../public-protocols/kademlia/contact.ts'
import { MAX_CONTACTS_PER_ADDRESS } from '../public-protocols/kademlia/limits.ts'
import type { CounterFactory } from '../system/metrics.ts'
import type { Ed2kStack } from './ed2k-stack.ts'
import type { KadBootstrap, NodeConfig } from './node-config.ts'
import type { NodeSystem } from './node-system.ts'
import { ipsOf } from './reached-at.ts'
import type { RouterPorts } from './router-ports.ts'
import type { StoredShare } from './share-store.ts'
import { startAtPort } from './start-at-port.ts'

/** The UDP port that eDonkey clients have. */
const DEFAULT_PORT = 4_672
/** How often it is looked at what is served: a price may have changed, or an address become known. */
const LOOK_MS = 60_000

/** The files that this node serves over ed2k, published in Kad. */
export interface KadStack {
  /** A UDP port; `undefined` while Kad is off. */
  readonly port: number | undefined
  /** For who looks for sources; `undefined` while Kad is off. */
  readonly node: Pick<KadNode, 'findSources'> | undefined
  add(share: StoredShare): void
  forget(fileHash: FileHash): void
  /** Stopping twice is fine. */
  stop(): Promise<void>
}

export interface KadParts {
  readonly system: NodeSystem
  readonly network: Pick<Network, 'addresses'>
  /** Of the router in front of this node; absent: there is none. */
  readonly ports?: RouterPorts | undefined
  readonly counter: CounterFactory
  readonly ed2k: Pick<Ed2kStack, 'self' | 'endpointOf'>
  /** A file of this node that is for whoever asks. */
  share(fileHash: FileHash): StoredShare | undefined
}

/** Takes part in Kad, where the configuration says whom to meet and files are served over ed2k. @throws ChiralError `CONFIG_INVALID`, `LISTEN_FAILED` */
export async function openKad(config: NodeConfig, parts: KadParts): Promise<KadStack> {
  const met = config.ed2k?.kadBootstrap
  const { ed2k, network, system } = parts
  if (met === undefined || ed2k.self.port === 0) return OFF
  const { clock, log, random } = system
  const { scope } = config.network
  const options = {
    // Made of what names this node over restarts, and telling nobody what that is.
    id: parseKadId(
      toHex(createHash('sha256').update('kad').update(ed2k.self.userHash).digest().subarray(0, KAD_ID_BYTES)),
    ),
    tcpPort: ed2k.self.port,
    address: () => ipsOf(network.addresses()).find((ip) => !isIPv6(ip)),
    allows: (address: string) => scopeAllowsIp(scope, address),
    contactsPerAddress: scope === 'public' ? MAX_CONTACTS_PER_ADDRESS : Number.POSITIVE_INFINITY,
    bootstrap: await endpointsOf(met),
    random,
    clock,
    log,
    metrics: createKadMetrics(parts.counter),
  }
  const host = scope === 'loopback' ? '127.0.0.1' : '0.0.0.0'
  const node = await startAtPort(scope === 'loopback' ? 0 : DEFAULT_PORT, (port) =>
    startKadNode(options, { host, port }),
  )
  void parts.ports?.map({ port: node.port, protocol: 'udp' }) // it never rejects
  const shared = new Set<FileHash>()
  const tell = (): void => node.serve([...shared].flatMap((fileHash) => publishedOf(parts, fileHash)))
  let cancel = clock.schedule(LOOK_MS, look)
  function look(): void {
    cancel = clock.schedule(LOOK_MS, look)
    tell()
  }
  return {
    port: node.port,
    node,
    add({ fileHash }) {
      shared.add(fileHash)
      tell()
    },
    forget(fileHash) {
      shared.delete(fileHash)
      tell()
    },
    stop() {
      cancel()
      return node.stop()
    },
  }
}

const OFF: KadStack = { port: undefined, node: undefined, add() {}, forget() {}, async stop() {} }

/** What is published of a file: nothing of one that has a price, which a client that knows only ed2k cannot pay. */
function publishedOf({ share, ed2k }: KadParts, fileHash: FileHash): OwnFile[] {
  const found = share(fileHash)
  const link = found === undefined || found.pricePerMiB > 0n ? undefined : ed2k.endpointOf(found)?.link
  if (link === undefined) return []
  const { hash, sizeBytes } = parseEd2kLink(link)
  return [{ target: parseKadId(hash), sizeBytes }]
}

async function endpointsOf(met: KadBootstrap): Promise<KadEndpoint[]> {
  if (met.kind === 'node') return [{ address: met.address, port: met.port }]
  try {
    return parseNodesDat(await readFile(met.path)).map(endpointOf)
  } catch (error) {
    const message = `ed2k.kad_bootstrap: ${met.path} cannot be used: ${messageOf(error)}`
    throw new ChiralError('CONFIG_INVALID', message, { cause: error })
  }
}
