import type { Carrier } from '../../src/bitswap/bitswap-client.ts'
import { ChiralError } from '../../src/domain/errors.ts'
import type { FileHash, PeerIdText } from '../../src/domain/ids.ts'
import type { ChunkSource } from '../../src/in-band/chunk-source.ts'
import type { StreamHandler } from '../../src/network/network.ts'
import type { Gate } from '../../src/public-protocols/gate.ts'
import { type Clock, within } from '../../src/system/clock.ts'
import { readFrames, writeFrame } from '../../src/system/framing.ts'
import type { PeerNetwork } from './simulated-network.ts'

/** A protocol that brings chunks and knows nothing of money: one question and one answer on a stream of its own. */
const PROTOCOL = '/simulation/carrier'
const MAX_FRAME_BYTES = 300_000
/** Nobody waits for ever for a machine that died. */
const ANSWER_TIMEOUT_MS = 15_000

interface Question {
  readonly fileHash: FileHash
  readonly chunkIndex: number
  readonly token?: string | undefined
}

/** Serves what the gate admits. */
export async function serveCarrier(
  network: PeerNetwork,
  { gate, chunks }: { readonly gate: Gate; readonly chunks: ChunkSource },
): Promise<void> {
  const answer: StreamHandler = async (stream, remote) => {
    try {
      for await (const frame of readFrames(stream.source, MAX_FRAME_BYTES)) {
        const { token, fileHash, chunkIndex }: Question = JSON.parse(new TextDecoder().decode(frame.subarray()))
        const admission = await gate.admit({ address: remote, grant: token }, { fileHash, chunkIndex })
        if (admission.kind !== 'admitted') {
          await writeFrame(stream, new TextEncoder().encode(admission.code))
          break
        }
        let left = false
        try {
          const bytes = await chunks.read(fileHash, chunkIndex)
          await writeFrame(stream, new TextEncoder().encode('OK'))
          await writeFrame(stream, bytes)
          left = true
        } finally {
          await admission.finished(left)
        }
        break
      }
      await stream.close()
    } catch (error) {
      stream.abort(error instanceof Error ? error : new Error(String(error)))
    }
  }
  await network.handle(PROTOCOL, answer, { maxInboundStreams: 64 })
}

/** The buyer's end of it. */
export function createCarrier(network: PeerNetwork, seller: PeerIdText, clock: Clock): Carrier {
  return {
    protocol: 'http',
    async open({ fileHash, token }) {
      const ended = Promise.withResolvers<Error>()
      let closed = false
      return {
        protocol: 'http',
        have: undefined,
        ended: ended.promise,
        async request({ chunkIndex }) {
          if (closed) throw failed('it was closed')
          return within(clock, ANSWER_TIMEOUT_MS, () => failed('nobody answered'), ask({ fileHash, chunkIndex, token }))
        },
        async close() {
          closed = true
          ended.resolve(failed('it was closed'))
        },
      }
    },
  }

  async function ask(question: Question): Promise<Uint8Array> {
    const stream = await network.openStream(seller, PROTOCOL, new AbortController().signal).catch((error: unknown) => {
      throw failed('it could not be reached', error)
    })
    try {
      await writeFrame(stream, new TextEncoder().encode(JSON.stringify(question)))
      let code: string | undefined
      for await (const frame of readFrames(stream.source, MAX_FRAME_BYTES)) {
        if (code === 'OK') return frame.slice()
        code = new TextDecoder().decode(frame.subarray())
        if (code !== 'OK') break
      }
      if (code === 'NOT_FOUND') throw new ChiralError('DONT_HAVE', 'It has not got it.')
      if (code !== undefined && code !== 'OK')
        throw new ChiralError('PAYMENT_REQUIRED', 'It wants to be paid.', { details: { code } })
      throw failed('the answer broke off')
    } catch (error) {
      if (error instanceof ChiralError && ['DONT_HAVE', 'PAYMENT_REQUIRED', 'TRANSFER_FAILED'].includes(error.code))
        throw error
      throw failed('the stream broke', error)
    } finally {
      stream.abort(new Error('done'))
    }
  }
}

function failed(what: string, cause?: unknown): ChiralError {
  return new ChiralError('TRANSFER_FAILED', `The chunk did not come: ${what}.`, { cause })
}
