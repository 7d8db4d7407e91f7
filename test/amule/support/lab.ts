import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect } from 'chai'
import { runTool } from '../../../src/chain/geth/run-tool.ts'
import { encodeNodesDat } from '../../../src/public-protocols/ed2k/kad/nodes-dat.ts'
import { KAD_VERSION } from '../../../src/public-protocols/ed2k/kad/responder.ts'
import { NameSpaces } from '../../support/name-spaces.ts'
import { seededRandom } from '../../support/seeded-random.ts'
import { Amule } from './amule.ts'
import { AMULE_PORTS } from './amule-conf.ts'
import { startKnowing, tradeBeside } from './market.ts'
import { SEEDER_PORTS, startSeeder } from './seeder.ts'

/** More than two parts of ed2k, the last a short one. */
export const SIZE_BYTES = 25_000_000

const LEECHER_PROGRAM = fileURLToPath(new URL('./leecher-main.ts', import.meta.url))
const OURS = { name: 'ours', address: '203.0.113.1' }
const THEIRS = { name: 'theirs', address: '203.0.113.2' }

/** Two machines: one of ours, and one with an aMule. Each run begins with an aMule that remembers nothing. */
export class AmuleLab {
  readonly #spaces = new NameSpaces()
  #folder = ''
  #stops: { stop(): Promise<void> }[] = []

  static areAllowed(): Promise<boolean> {
    return NameSpaces.areAllowed()
  }

  async begin(): Promise<void> {
    await this.#spaces.begin()
    for (const { name, address } of [OURS, THEIRS]) await this.#spaces.add(name, address)
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

  /** aMule knows one node of Kad, ours, and gets a link that names no source: it has to find our seeder. */
  async amuleFindsAndDownloads(content: Uint8Array): Promise<void> {
    const path = await this.#write('ours', content)
    const seeder = await startSeeder({ inside: this.#spaces.inside(OURS.name), path, host: OURS.address })
    this.#stops.push(seeder)
    const contact = { id: seeder.id, address: OURS.address, udpPort: SEEDER_PORTS.udp, tcpPort: SEEDER_PORTS.tcp }
    const amule = await this.#amule({ 'nodes.dat': encodeNodesDat([{ ...contact, version: KAD_VERSION }]) })
    await amule.add(seeder.link)
    const came = await amule.downloaded('film.bin')
    expect(Buffer.compare(came, content)).to.equal(0)
  }

  async weDownload(content: Uint8Array): Promise<void> {
    const path = await this.#write('theirs', content)
    const amule = await this.#amule()
    const link = await amule.share(path)
    const target = join(this.#folder, 'target')
    const [command = '', ...args] = [...this.#spaces.inside(OURS.name), process.execPath, LEECHER_PROGRAM]
    const address = `${THEIRS.address}:${AMULE_PORTS.tcp}`
    const { exitCode, output } = await runTool({ command, args: [...args, link, address, target] })
    expect(exitCode, output).to.equal(0)
    expect(Buffer.compare(await readFile(target), content)).to.equal(0)
  }

  /** A seller of ours and an aMule feed one download: it finds the aMule by Kad, and pays the seller alone. */
  async feedsADownload(content: Uint8Array): Promise<void> {
    const path = await this.#write('theirs', content)
    const amule = await this.#amule()
    const link = await amule.share(path)
    const kad = await startKnowing({ inside: this.#spaces.inside(THEIRS.name), link, host: THEIRS.address })
    this.#stops.push(kad)
    const inside = this.#spaces.inside(OURS.name)
    const { phase, error, ...bought } = await tradeBeside({ inside, path, kad: [THEIRS.address, kad.port] })
    expect(phase, error?.message).to.equal('done')
    expect(bought.isSame).to.equal(true)
    const of = (name: string) => bought.sources.find(({ peerId }) => peerId === name)
    const [sold, given] = [of(bought.seller.peerId), of(`ed2k:${THEIRS.address}:${AMULE_PORTS.tcp}`)]
    expect(sold?.chunks).to.be.greaterThan(0)
    expect(given?.chunks).to.be.greaterThan(0)
    expect(given).to.include({ verified: 0n, paid: 0n })
    expect(bought.spent).to.equal(sold?.verified)
    expect(bought.seller.received).to.equal(sold?.verified)
  }

  async #amule(files: Readonly<Record<string, Uint8Array>> = {}): Promise<Amule> {
    const inside = this.#spaces.inside(THEIRS.name)
    const amule = await Amule.start({ folder: join(this.#folder, 'amule'), inside, files })
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

/** Bytes that nothing packs. */
export function noise(seed: string): Uint8Array {
  return seededRandom(seed).bytes(SIZE_BYTES)
}

/** Text that packs to a third, in which no line is like another. */
export function prose(seed: string): Uint8Array {
  const random = seededRandom(seed)
  const words = Array.from({ length: 1_000 }, () => Buffer.from(random.bytes(6)).toString('hex'))
  const picks = new Uint16Array(random.bytes(2 * Math.ceil(SIZE_BYTES / 13)).buffer)
  return Buffer.from(Array.from(picks, (pick) => words[pick % words.length]).join(' ')).subarray(0, SIZE_BYTES)
}
