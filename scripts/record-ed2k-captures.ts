/**
 * Records what our seeder, leecher and node of Kad say to an unmodified aMule and hear from it, in name spaces made for it, into
 * test/vectors/ed2k-captures.json and kad-captures.json. As root, with Debian's amule-daemon and amule-utils. No two recordings are alike: names of
 * clients and nodes are random.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { decodeMessage } from '../src/public-protocols/ed2k/decode-message.ts'
import { FrameReader } from '../src/public-protocols/ed2k/frames.ts'
import { decodeDatagram } from '../src/public-protocols/ed2k/kad/datagram.ts'
import { MAX_ANSWER_FRAME_BYTES } from '../src/public-protocols/ed2k/limits.ts'
import { AmuleLab, type NETWORKS, noise, prose } from '../test/amule/support/lab.ts'
import { type Recorded, readRecording } from '../test/amule/support/recording.ts'
import { type Capture, type CapturedScene, capture } from '../test/support/ed2k-captures.ts'
import { repositoryRoot } from './generated-files.ts'

/** Two parts of ed2k, so that hashes of parts are asked for. */
const SIZE_BYTES = 10_000_000
/** Of the messages of one kind from one side in a scene. */
const KEPT_OF_A_KIND = 3

const folder = await mkdtemp(join(tmpdir(), 'chiral-captures-'))
const recordOf = (name: string): string => join(folder, name)
const scenes: { scene: string; link: string; record: string }[] = []

await inLab('internet', async (lab) => {
  const link = await lab.amuleFindsAndDownloads(noise('ours', SIZE_BYTES), recordOf('seeding'))
  scenes.push({ scene: 'aMule finds our seeder by Kad and downloads from it', link, record: recordOf('seeding') })
})
await inLab('internet', async (lab) => {
  const link = await lab.weDownload(noise('theirs', SIZE_BYTES), recordOf('leeching'))
  scenes.push({ scene: 'our leecher downloads from aMule', link, record: recordOf('leeching') })
})
await inLab('internet', async (lab) => {
  const link = await lab.weDownload(prose('theirs', SIZE_BYTES), recordOf('unpacking'))
  scenes.push({ scene: 'our leecher downloads what aMule packs', link, record: recordOf('unpacking') })
})
await inLab('house', async (lab) => {
  const link = await lab.amuleKeepsWhatWePublish(noise('published', SIZE_BYTES), {
    publisher: recordOf('publishing'),
    finder: recordOf('finding'),
  })
  scenes.push({ scene: 'our node publishes at aMule', link, record: recordOf('publishing') })
  scenes.push({ scene: 'our node searches at aMule', link, record: recordOf('finding') })
})
await write('ed2k-captures.json', 'tcp', decodeFrame)
await write('kad-captures.json', 'udp', decodeDatagram)
await rm(folder, { recursive: true })

async function inLab(network: keyof typeof NETWORKS, run: (lab: AmuleLab) => Promise<void>): Promise<void> {
  const lab = new AmuleLab(network)
  try {
    await lab.begin()
    await lab.beginRun()
    await run(lab)
  } finally {
    await lab.endRun()
    await lab.end()
  }
}

async function write(name: string, line: Recorded['line'], decode: (bytes: Uint8Array) => unknown): Promise<void> {
  const about = `What went over the line between us and an unmodified aMule 2.3.3: node scripts/record-ed2k-captures.ts. Of a kind of message from one side, the first ${KEPT_OF_A_KIND} of each scene; of bytes of a file, the first.`
  const captured: CapturedScene[] = []
  for (const { scene, link, record } of scenes) {
    const messages = (await readRecording(record)).filter((recorded) => recorded.line === line)
    const captures = firstOfEachKind(messages).map(
      ({ from, bytes }): Capture => capture(from === 'us' ? 'us' : 'aMule', bytes, decode(bytes)),
    )
    if (captures.length > 0) captured.push({ scene, link, captures })
  }
  await writeFile(
    join(repositoryRoot, 'test/vectors', name),
    `${JSON.stringify({ about, scenes: captured }, null, 2)}\n`,
  )
  console.log(`wrote test/vectors/${name}`)
}

function firstOfEachKind(messages: readonly Recorded[]): Recorded[] {
  const counts = new Map<string, number>()
  return messages.filter(({ line, from, bytes }) => {
    const kind = `${from} ${bytes[0]} ${bytes[line === 'tcp' ? 5 : 1]}`
    const count = (counts.get(kind) ?? 0) + 1
    counts.set(kind, count)
    return count <= KEPT_OF_A_KIND
  })
}

function decodeFrame(bytes: Uint8Array): unknown {
  const [frame] = new FrameReader(MAX_ANSWER_FRAME_BYTES).push(bytes)
  return frame === undefined ? undefined : decodeMessage(frame)
}
