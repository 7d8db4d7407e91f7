import { expect } from 'chai'
import { toHex } from '../../../../src/domain/bytes.ts'
import { decodeDatagram, encodeDatagram } from '../../../../src/public-protocols/ed2k/kad/datagram.ts'
import type { KadMessage } from '../../../../src/public-protocols/ed2k/kad/message.ts'
import { parseEd2kLink } from '../../../../src/public-protocols/ed2k/link.ts'
import { type Capture, type CapturedScene, capturedBytes, plain } from '../../../support/ed2k-captures.ts'
import vectors from '../../../vectors/kad-captures.json' with { type: 'json' }

const SCENES: readonly CapturedScene[] = vectors.scenes as readonly CapturedScene[] // `from` is a string in JSON
/** The order and widths of the tags of a source are its writer's to choose. */
const WRITTEN_OTHERWISE: ReadonlySet<string | undefined> = new Set(['search-answer'])

const read = (capture: Capture): KadMessage | undefined => decodeDatagram(capturedBytes(capture))

describe('public-protocols/ed2k/kad: datagrams of and to an unmodified aMule', () => {
  for (const { scene, link, captures } of SCENES) {
    it(`reads them: ${scene}`, () => {
      for (const capture of captures) expect(plain(read(capture)), capture.bytes).to.deep.equal(capture.message)
    })

    it(`writes the same bytes: ${scene}`, () => {
      for (const capture of captures) {
        const message = read(capture)
        if (message === undefined || (capture.from === 'aMule' && WRITTEN_OTHERWISE.has(message.kind))) continue
        expect(toHex(encodeDatagram(message))).to.equal(capture.bytes)
      }
    })

    it(`finds in them what was there: ${scene}`, () => {
      const { hash, sizeBytes } = parseEd2kLink(link)
      for (const message of captures.map(read)) {
        if (message === undefined) continue
        if (message.kind === 'search') expect(message).to.include({ target: hash, sizeBytes, start: 0 })
        if (message.kind === 'publish')
          expect(message.source).to.deep.equal({ tcpPort: 4662, udpPort: 4672, sizeBytes })
        if (message.kind === 'publish' || message.kind === 'publish-answer') expect(message.target).to.equal(hash)
        if (message.kind !== 'search-answer') continue
        const [source, ...more] = message.sources
        expect(more).to.deep.equal([])
        expect(source).to.include({ tcpPort: 4662, udpPort: 4672, sizeBytes })
        expect(source?.address).to.be.oneOf(['203.0.113.1', '10.77.0.1'])
      }
    })
  }

  it('has an aMule that searches at us, takes what we publish, and tells it', () => {
    const heard = SCENES.flatMap(({ captures }) =>
      captures.filter(({ from }) => from === 'aMule').map((one) => read(one)?.kind),
    )
    expect(heard).to.include.members(['find', 'search', 'pong', 'bootstrap-answer', 'hello-answer', 'found'])
    expect(heard).to.include.members(['publish-answer', 'search-answer'])
  })
})
