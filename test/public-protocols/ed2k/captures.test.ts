import { expect } from 'chai'
import { concatBytes, toHex } from '../../../src/domain/bytes.ts'
import { decodeMessage } from '../../../src/public-protocols/ed2k/decode-message.ts'
import { encodeMessage } from '../../../src/public-protocols/ed2k/encode-message.ts'
import { FrameReader } from '../../../src/public-protocols/ed2k/frames.ts'
import { MAX_ANSWER_FRAME_BYTES } from '../../../src/public-protocols/ed2k/limits.ts'
import { parseEd2kLink } from '../../../src/public-protocols/ed2k/link.ts'
import type { Message } from '../../../src/public-protocols/ed2k/messages.ts'
import { rootOf } from '../../../src/public-protocols/ed2k/parts.ts'
import { type Capture, type CapturedScene, capturedBytes, plain } from '../../support/ed2k-captures.ts'
import vectors from '../../vectors/ed2k-captures.json' with { type: 'json' }

const SCENES: readonly CapturedScene[] = vectors.scenes as readonly CapturedScene[] // `from` is a string in JSON
/** aMule writes the tags of its hellos in the short form, which we read. */
const WRITTEN_OTHERWISE: ReadonlySet<string | undefined> = new Set(['hello', 'hello-answer'])

function read(capture: Capture): Message | undefined {
  const [frame, ...more] = new FrameReader(MAX_ANSWER_FRAME_BYTES).push(capturedBytes(capture))
  expect(more).to.deep.equal([])
  return frame === undefined ? undefined : decodeMessage(frame)
}

describe('public-protocols/ed2k: messages of and to an unmodified aMule', () => {
  for (const { scene, link, captures } of SCENES) {
    it(`reads them: ${scene}`, () => {
      for (const capture of captures) expect(plain(read(capture)), capture.bytes).to.deep.equal(capture.message)
    })

    it(`writes the same bytes: ${scene}`, () => {
      for (const capture of captures) {
        const message = read(capture)
        if (message === undefined) continue
        const written = encodeMessage(message)
        if (capture.from === 'aMule' && WRITTEN_OTHERWISE.has(message.kind)) continue
        expect(toHex(written), capture.bytes).to.equal(toHex(capturedBytes(capture)))
      }
    })

    it(`finds in them what was there: ${scene}`, () => {
      const { hash, name, sizeBytes } = parseEd2kLink(link)
      for (const message of captures.map(read)) {
        if (message === undefined) continue
        if ('hash' in message) expect(message.hash).to.equal(hash)
        if (message.kind === 'name') expect(message.name).to.equal(name)
        if (message.kind === 'hashes') expect(rootOf(message.partHashes)).to.equal(hash)
        if (message.kind === 'ask-ranges')
          for (const { start, end } of message.ranges) expect(start).to.be.below(end).and.to.be.below(sizeBytes)
        if (message.kind === 'data') expect(message.start + message.data.byteLength).to.be.at.most(sizeBytes)
        if (message.kind === 'packed') expect(message.fragment.byteLength).to.be.at.most(message.packedBytes)
      }
    })
  }

  it('reads who aMule says it is', () => {
    const hellos = SCENES.flatMap(({ captures }) => captures.filter(({ from }) => from === 'aMule').map(read)).filter(
      (message) => message?.kind === 'hello' || message?.kind === 'hello-answer',
    )
    expect(hellos.map(({ hello }) => [hello.name, hello.port, hello.unpacks, hello.largeFiles])).to.deep.equal(
      SCENES.map(() => ['test', 4662, true, true]),
    )
    for (const { hello } of hellos) expect([hello.userHash[5], hello.userHash[14]]).to.deep.equal([0x0e, 0x6f])
  })

  it('has every message that a download of aMule needs, from either side', () => {
    const kinds = (from: Capture['from']): string[] =>
      SCENES.flatMap(({ captures }) =>
        captures.filter((one) => one.from === from).flatMap((one) => read(one)?.kind ?? []),
      )
    const asked = ['hello', 'ask-name', 'ask-status', 'ask-hashes', 'ask-slot', 'ask-ranges']
    const answered = ['hello-answer', 'name', 'status', 'hashes', 'slot', 'data']
    expect(kinds('us')).to.include.members([...asked, ...answered])
    expect(kinds('aMule')).to.include.members([...asked, ...answered, 'packed', 'cancel'])
  })

  it('cuts them out of one stream', () => {
    const captures = SCENES.flatMap((scene) => scene.captures)
    const frames = [...new FrameReader(MAX_ANSWER_FRAME_BYTES).push(concatBytes(...captures.map(capturedBytes)))]
    expect(frames.map((frame) => plain(decodeMessage(frame)))).to.deep.equal(captures.map(({ message }) => message))
  })
})
