import { endpointKey, type UdpEndpoint } from '../../src/public-protocols/kademlia/contact.ts'
import type { NodeEffect, NodeState } from '../../src/public-protocols/kademlia/udp-node.ts'

const STEP_MS = 250

interface Datagram<Message> {
  readonly from: UdpEndpoint
  readonly to: UdpEndpoint
  readonly bytes: Uint8Array
  readonly message: Message
}

export interface NetworkCodec<Message> {
  /** Of all nodes. */
  readonly udpPort: number
  encode(message: Message): Uint8Array
  decode(bytes: Uint8Array): Message | undefined
}

/** Nodes that send each other datagrams at once, under a clock that stands still until a test moves it. */
export class DatagramNetwork<Message, Found, State extends NodeState<Message, Found>> {
  now = 1_000_000
  /** Every datagram that was sent. */
  readonly sent: Datagram<Message>[] = []
  readonly #codec: NetworkCodec<Message>
  readonly #nodes = new Map<string, State>()
  readonly #found = new Map<string, Found>()

  constructor(codec: NetworkCodec<Message>) {
    this.#codec = codec
  }

  join(address: string, node: State): State {
    this.#nodes.set(this.#keyOf(address), node)
    return node
  }

  remove(address: string): void {
    this.#nodes.delete(this.#keyOf(address))
  }

  /** Lets time go by. */
  pass(ms: number): void {
    for (const end = this.now + ms; this.now < end; this.now += STEP_MS)
      for (const [key, node] of this.#nodes) this.#perform(key, node.tick(this.now))
  }

  /** Searches to the end. */
  find(address: string, begin: (node: State, now: number) => number | undefined): Found {
    const key = this.#keyOf(address)
    const node = this.#nodes.get(key)
    const search = node && begin(node, this.now)
    for (let waited = 0; waited < 240 && !this.#found.has(`${key} ${search}`); waited++) this.pass(STEP_MS)
    const found = this.#found.get(`${key} ${search}`)
    if (found === undefined) throw new Error('the search does not end')
    return found
  }

  /** Does what a node decided outside of its turns. */
  perform(address: string, effects: readonly NodeEffect<Message, Found>[]): void {
    this.#perform(this.#keyOf(address), effects)
  }

  /** Delivers a message as if it came from `from`; returns what was sent there because of it. */
  deliver(from: UdpEndpoint, to: string, message: Message): Message[] {
    const before = this.sent.length
    const bytes = this.#codec.encode(message)
    this.#deliver({ from, to: { address: to, port: this.#codec.udpPort }, bytes, message })
    const answers = this.sent.slice(before).filter((one) => endpointKey(one.to) === endpointKey(from))
    return answers.map((one) => one.message)
  }

  #keyOf(address: string): string {
    return endpointKey({ address, port: this.#codec.udpPort })
  }

  #perform(key: string, effects: readonly NodeEffect<Message, Found>[]): void {
    const [address = '', port] = key.split(':')
    for (const effect of effects) {
      if (effect.kind === 'found') {
        this.#found.set(`${key} ${effect.search}`, effect.found)
        continue
      }
      const { to, message } = effect
      const datagram = { from: { address, port: Number(port) }, to, bytes: this.#codec.encode(message), message }
      this.sent.push(datagram)
      this.#deliver(datagram)
    }
  }

  #deliver({ from, to, bytes }: Datagram<Message>): void {
    const key = endpointKey(to)
    const message = this.#codec.decode(bytes)
    const node = this.#nodes.get(key)
    if (node !== undefined && message !== undefined)
      this.#perform(key, node.receive(from, message, this.now, bytes.byteLength))
  }
}
