import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect } from 'chai'
import { runTool } from '../../../src/chain/geth/run-tool.ts'
import { decodeMessage } from '../../../src/public-protocols/ed2k/decode-message.ts'
import { FrameReader } from '../../../src/public-protocols/ed2k/frames.ts'
import { decodeDatagram } from '../../../src/public-protocols/ed2k/kad/datagram.ts'
import type { KadMessage } from '../../../src/public-protocols/ed2k/kad/message.ts'
import { encodeNodesDat } from '../../../src/public-protocols/ed2k/kad/nodes-dat.ts'
import { KAD_VERSION } from '../../../src/public-protocols/ed2k/kad/responder.ts'
import { MAX_SLOTS } from '../../../src/public-protocols/ed2k/limits.ts'
import type { Message } from '../../../src/public-protocols/ed2k/messages.ts'
import { delay, systemClock } from '../../../src/system/clock.ts'
import { NameSpaces } from '../../support/name-spaces.ts'
import { seededRandom } from '../../support/seeded-random.ts'
import { Amule } from './amule.ts'
import { AMULE_PORTS } from './amule-conf.ts'
import { type Crowd, startCrowd } from './crowd.ts'
import { startKnowing, tradeBeside } from './market.ts'
import { readRecording, recordingInto } from './recording.ts'
import { SEEDER_PORTS, type Seeder, startSeeder } from './seeder.ts'

/** More than two parts of ed2k, the last a short one. */
export const SIZE_BYTES = 25_000_000

const LEECHER_PROGRAM = fileURLToPath(new URL('./leecher-main.ts', import.meta.url))
const FINDER_PROGRAM = fileURLToPath(new URL('./finder-main.ts', import.meta.url))
const MACHINES = ['ours', 'theirs', 'third'] as const
type Machine = (typeof MACHINES)[number]

/** Addresses as on the Internet, and as in a house: only there does aMule keep what others publish without a test of its firewall. */
export const NETWORKS = { internet: '203.0.113', house: '10.77.0' } as const

/** Our node publishes as soon as it knows a node; aMule takes up to 0.8 s for a message. */
const PUBLISHED_WITHIN_MS = 60_000
const POLL_MS = 250

/** Machines of ours and with an aMule, in one network. Each run begins with aMules that remember nothing. */
export class AmuleLab {
  readonly #spaces = new NameSpaces()
  readonly #network: string
  #folder = ''
  #stops: { stop(): Promise<void> }[] = []

  constructor(network: keyof typeof NETWORKS = 'internet') {
    this.#network = NETWORKS[network]
  }

  static areAllowed(): Promise<boolean> {
    return NameSpaces.areAllowed()
  }

  async begin(): Promise<void> {
    await this.#spaces.begin()
    for (const machine of MACHINES) await this.#spaces.add(machine, this.#addressOf(machine))
  }

  async end(): Promise<void> {
    await this.#spaces.end()
  }

  async beginRun(): Promise<void> {
    this.#folder = await mkdtemp(join(tmpdir(), 'chiral-amule-'))
  }

  /** Ends what the run started, also when it failed. */
  async endRun(): Promise<void> {
    for (const one of this.#stops.splice(0).reverse()) await one.stop()
    await rm(this.#folder, { recursive: true, force: true })
  }

  /** aMule knows one node of Kad, ours, and gets a link that names no source: it has to find our seeder. Returns the link that aMule's own tool makes. */
  async amuleFindsAndDownloads(content: Uint8Array, record?: string): Promise<string> {
    const { seeder, path } = await this.#seeder(content, record)
    const amule = await this.#amuleThatKnows(seeder)
    await amule.add(seeder.link)
    const came = await amule.downloaded('film.bin')
    expect(Buffer.compare(came, content)).to.equal(0)
    return amule.linkOf(path)
  }

  /** All slots of our seeder are taken when aMule asks for one. It leaves, a slot becomes free, and our seeder calls it. */
  async amuleIsCalledInItsTurn(content: Uint8Array): Promise<void> {
    const record = join(this.#folder, 'record')
    const { seeder } = await this.#seeder(content, record)
    const crowds: Crowd[] = []
    for (const machine of ['ours', 'third'] as const) {
      const [inside, host] = [this.#spaces.inside(machine), this.#addressOf('ours')]
      const crowd = await startCrowd({ inside, link: seeder.link, host, count: MAX_SLOTS / 2 })
      this.#stops.push(crowd)
      crowds.push(crowd)
    }
    const amule = await this.#amuleThatKnows(seeder)
    await amule.add(seeder.link)
    await seeder.untilWaiting({ connected: 1, away: 0 })
    await seeder.untilWaiting({ connected: 0, away: 1 })
    await crowds[0]?.giveBack()
    const came = await amule.downloaded('film.bin')
    expect(Buffer.compare(came, content)).to.equal(0)
    const said = (await readRecording(record)).filter(({ line, from }) => line === 'tcp' && from === 'us')
    const kinds = said.map(({ bytes }) => kindOf(bytes))
    const [rank, call, data] = [kinds.indexOf('rank'), kinds.indexOf('hello'), kinds.indexOf('data')]
    expect(rank).to.be.greaterThan(-1)
    expect(call).to.be.greaterThan(rank)
    expect(data).to.be.greaterThan(call)
  }

  async weDownload(content: Uint8Array, record?: string): Promise<string> {
    const path = await this.#write('theirs', content)
    const amule = await this.#amule('theirs')
    const link = await amule.share(path)
    const target = join(this.#folder, 'target')
    const address = `${this.#addressOf('theirs')}:${AMULE_PORTS.tcp}`
    await this.#runOurs('ours', [LEECHER_PROGRAM, link, address, target], record)
    expect(Buffer.compare(await readFile(target), content)).to.equal(0)
    return link
  }

  /**
   * Our node publishes at an aMule and leaves Kad: from then on that aMule alone knows of our seeder. Another node of ours, which knows that aMule
   * alone, finds it. (Another aMule would read no private address out of a nodes.dat.)
   */
  async amuleKeepsWhatWePublish(
    content: Uint8Array,
    records: { readonly publisher?: string; readonly finder?: string } = {},
  ): Promise<string> {
    const [host, nearby] = [this.#addressOf('ours'), this.#addressOf('theirs')]
    const amule = await this.#amule('theirs')
    const record = records.publisher ?? join(this.#folder, 'record')
    const { seeder, path } = await this.#seeder(content, record, nearby)
    await this.#published(record)
    await seeder.leaveKad()
    const finder = [FINDER_PROGRAM, seeder.link, this.#addressOf('third'), nearby]
    const found: unknown = JSON.parse(await this.#runOurs('third', finder, records.finder))
    expect(found).to.deep.equal([{ address: host, tcpPort: SEEDER_PORTS.tcp, udpPort: SEEDER_PORTS.udp }])
    expect(await kindsHeard(record))
      .to.include('publish-answer')
      .and.not.to.include('search')
    return amule.linkOf(path)
  }

  /** A seller of ours and an aMule feed one download: it finds the aMule by Kad, and pays the seller alone. */
  async feedsADownload(content: Uint8Array): Promise<void> {
    const path = await this.#write('theirs', content)
    const amule = await this.#amule('theirs')
    const link = await amule.share(path)
    const [theirs, inside] = [this.#addressOf('theirs'), this.#spaces.inside('ours')]
    const kad = await startKnowing({ inside: this.#spaces.inside('theirs'), link, host: theirs })
    this.#stops.push(kad)
    const { phase, error, ...bought } = await tradeBeside({ inside, path, kad: [theirs, kad.port] })
    expect(phase, error?.message).to.equal('done')
    expect(bought.isSame).to.equal(true)
    const of = (name: string) => bought.sources.find(({ peerId }) => peerId === name)
    const [sold, given] = [of(bought.seller.peerId), of(`ed2k:${theirs}:${AMULE_PORTS.tcp}`)]
    expect(sold?.chunks).to.be.greaterThan(0)
    expect(given?.chunks).to.be.greaterThan(0)
    expect(given).to.include({ verified: 0n, paid: 0n })
    expect(bought.spent).to.equal(sold?.verified)
    expect(bought.seller.received).to.equal(sold?.verified)
  }

  /** Until aMule answered that it took the publication. */
  async #published(record: string): Promise<void> {
    const end = systemClock.monotonic() + PUBLISHED_WITHIN_MS
    while (!(await kindsHeard(record)).includes('publish-answer')) {
      if (systemClock.monotonic() > end) throw new Error('aMule took no publication.')
      await delay(systemClock, POLL_MS)
    }
  }

  #addressOf(machine: Machine): string {
    return `${this.#network}.${MACHINES.indexOf(machine) + 1}`
  }

  /** Runs a program of ours to its end; what it printed. */
  async #runOurs(machine: Machine, program: readonly string[], record?: string): Promise<string> {
    const recording = recordingInto(record)
    const [command = '', ...args] = [...this.#spaces.inside(machine), process.execPath, ...recording.args, ...program]
    const { exitCode, output } = await runTool({ command, args, env: recording.env })
    expect(exitCode, output).to.equal(0)
    return output
  }

  /** Our seeder of a file, and the file. */
  async #seeder(content: Uint8Array, record?: string, nearby?: string): Promise<{ seeder: Seeder; path: string }> {
    const [inside, host] = [this.#spaces.inside('ours'), this.#addressOf('ours')]
    const path = await this.#write('ours', content)
    const meeting = nearby === undefined ? {} : { nearby }
    const seeder = await startSeeder({ inside, path, host, record, ...meeting })
    this.#stops.push(seeder)
    return { seeder, path }
  }

  /** An aMule that knows our seeder's node of Kad, and no other. */
  #amuleThatKnows({ id }: Seeder): Promise<Amule> {
    const contact = { id, address: this.#addressOf('ours'), udpPort: SEEDER_PORTS.udp, tcpPort: SEEDER_PORTS.tcp }
    return this.#amule('theirs', { 'nodes.dat': encodeNodesDat([{ ...contact, version: KAD_VERSION }]) })
  }

  async #amule(machine: Machine, files: Readonly<Record<string, Uint8Array>> = {}): Promise<Amule> {
    const inside = this.#spaces.inside(machine)
    const amule = await Amule.start({ folder: join(this.#folder, `amule-${machine}`), inside, files })
    this.#stops.push(amule)
    return amule
  }

  async #write(folder: string, content: Uint8Array): Promise<string> {
    await mkdir(join(this.#folder, folder))
    const path = join(this.#folder, folder, 'film.bin')
    await writeFile(path, content)
    return path
  }
}

/** The messages of Kad that a recorded program got. */
async function kindsHeard(record: string): Promise<(KadMessage['kind'] | undefined)[]> {
  const heard = (await readRecording(record)).filter(({ line, from }) => line === 'udp' && from === 'them')
  return heard.map(({ bytes }) => decodeDatagram(bytes)?.kind)
}

/** Of a frame that was recorded; `undefined` for what our codec does not know. */
function kindOf(bytes: Uint8Array): Message['kind'] | undefined {
  const [frame] = new FrameReader(bytes.byteLength).push(bytes)
  return frame === undefined ? undefined : decodeMessage(frame)?.kind
}

/** Bytes that nothing packs. */
export function noise(seed: string, sizeBytes = SIZE_BYTES): Uint8Array {
  return seededRandom(seed).bytes(sizeBytes)
}

/** Text that packs to a third, in which no line is like another. */
export function prose(seed: string, sizeBytes = SIZE_BYTES): Uint8Array {
  const random = seededRandom(seed)
  const words = Array.from({ length: 1_000 }, () => Buffer.from(random.bytes(6)).toString('hex'))
  const picks = new Uint16Array(random.bytes(2 * Math.ceil(sizeBytes / 13)).buffer)
  return Buffer.from(Array.from(picks, (pick) => words[pick % words.length]).join(' ')).subarray(0, sizeBytes)
}
