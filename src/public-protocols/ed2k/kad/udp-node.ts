import { startUdpNode, type UdpNodeParts } from '../../kademlia/udp-node.ts'
import { decodeDatagram, encodeDatagram } from './datagram.ts'
import type { KadId } from './kad-id.ts'
import { type KadOptions, KadState } from './kad-state.ts'
import type { KadMessage, KadSource } from './message.ts'
import type { OwnFile } from './publications.ts'

export interface KadNodeParts
  extends Omit<KadOptions, 'udpPort'>,
    Pick<UdpNodeParts<KadMessage, KadState>, 'clock' | 'log' | 'metrics'> {}

/** A node of Kad at a UDP port. */
export interface KadNode {
  readonly port: number
  /** Nodes that answered. */
  contacts(): number
  /** The files that are published from now on, and told to whoever searches here. */
  serve(files: Iterable<OwnFile>): void
  /**
   * Who serves a file, as far as the nodes closest to it know: some ten seconds.
   *
   * @param target the ed2k hash
   * @throws ChiralError `RATE_LIMITED` when too many searches wait, `STREAM_CLOSED` when the node stops; the signal's reason
   */
  findSources(target: KadId, sizeBytes: number, signal?: AbortSignal): Promise<readonly KadSource[]>
  /** Twice is fine. */
  stop(): Promise<void>
}

/** Takes part in Kad. @param at an IPv4 address, and a port of which 0 is any. @throws ChiralError `LISTEN_FAILED` */
export async function startKadNode(
  parts: KadNodeParts,
  at: { readonly host: string; readonly port: number },
): Promise<KadNode> {
  const { clock, log, metrics } = parts
  const node = await startUdpNode<KadMessage, readonly KadSource[], KadState>(
    {
      ...{ clock, log, metrics, name: 'Kad', encode: encodeDatagram, decode: decodeDatagram },
      createState: (udpPort) => new KadState({ ...parts, udpPort }),
    },
    at,
  )
  const { port, state } = node
  return {
    port,
    contacts: () => state.contacts,
    serve: (files) => state.serve(files, clock.monotonic()),
    findSources: (target, sizeBytes, signal) => node.find((now) => state.search(target, sizeBytes, now), signal),
    stop: () => node.stop(),
  }
}
