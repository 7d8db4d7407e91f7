import { decodeDatagram, encodeDatagram } from '../../../../src/public-protocols/ed2k/kad/datagram.ts'
import type { KadId } from '../../../../src/public-protocols/ed2k/kad/kad-id.ts'
import { type KadEffect, type KadOptions, KadState } from '../../../../src/public-protocols/ed2k/kad/kad-state.ts'
import type { KadEndpoint, KadMessage, KadSource } from '../../../../src/public-protocols/ed2k/kad/message.ts'
import { endpointKey } from '../../../../src/public-protocols/kademlia/contact.ts'
import { seededRandom } from '../../../support/seeded-random.ts'

export const UDP_PORT = 4672
export const TCP_PORT = 4662
const STEP_MS = 250

interface Datagram {
  readonly from: KadEndpoint
  readonly to: KadEndpoint
  readonly bytes: Uint8Array
}

/** Nodes that send each other datagrams at once, under a clock that stands still until a test moves it. */
export class KadNetwork {
  now = 1_000_000
  /** Every datagram that was sent. */
  readonly sent: (Datagram & { readonly message: KadMessage })[] = []
  readonly #nodes = new Map<string, KadState>()
  readonly #found = new Map<string, readonly KadSource[]>()

  /** A node of this address; it knows those of `bootstrap`. */
  add(
    address: string,
    id: KadId,
    { bootstrap = [], ...over }: { bootstrap?: string[] } & Partial<Omit<KadOptions, 'bootstrap'>> = {},
  ): KadState {
    const node = new KadState({
      id,
      address: () => address,
      tcpPort: TCP_PORT,
      udpPort: UDP_PORT,
      allows: () => true,
      contactsPerAddress: 2,
      bootstrap: bootstrap.map((other) => ({ address: other, port: UDP_PORT })),
      random: seededRandom(address),
      ...over,
    })
    this.#nodes.set(endpointKey({ address, port: UDP_PORT }), node)
    return node
  }

  remove(address: string): void {
    this.#nodes.delete(endpointKey({ address, port: UDP_PORT }))
  }

  /** Lets time go by. */
  pass(ms: number): void {
    for (const end = this.now + ms; this.now < end; this.now += STEP_MS)
      for (const [key, node] of this.#nodes) this.#perform(key, node.tick(this.now))
  }

  /** Searches to the end. */
  search(address: string, target: KadId, sizeBytes: number): readonly KadSource[] {
    const key = endpointKey({ address, port: UDP_PORT })
    const search = this.#nodes.get(key)?.search(target, sizeBytes, this.now)
    for (let waited = 0; waited < 240 && !this.#found.has(`${key} ${search}`); waited++) this.pass(STEP_MS)
    const sources = this.#found.get(`${key} ${search}`)
    if (sources === undefined) throw new Error('the search does not end')
    return sources
  }

  /** Delivers a message as if it came from `from`; returns what was sent there in answer. */
  deliver(from: KadEndpoint, to: string, message: KadMessage): KadMessage[] {
    const before = this.sent.length
    this.#deliver({ from, to: { address: to, port: UDP_PORT }, bytes: encodeDatagram(message) })
    const answers = this.sent.slice(before).filter((one) => endpointKey(one.to) === endpointKey(from))
    return answers.map((one) => one.message)
  }

  #perform(key: string, effects: readonly KadEffect[]): void {
    const [address = '', port] = key.split(':')
    for (const effect of effects) {
      if (effect.kind === 'found') {
        this.#found.set(`${key} ${effect.search}`, effect.found)
        continue
      }
      const datagram = { from: { address, port: Number(port) }, to: effect.to, bytes: encodeDatagram(effect.message) }
      this.sent.push({ ...datagram, message: effect.message })
      this.#deliver(datagram)
    }
  }

  #deliver({ from, to, bytes }: Datagram): void {
    const key = endpointKey(to)
    const message = decodeDatagram(bytes)
    const node = this.#nodes.get(key)
    if (node !== undefined && message !== undefined) this.#perform(key, node.receive(from, message, this.now))
  }
}
