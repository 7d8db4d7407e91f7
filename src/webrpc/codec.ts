import { encode as encodeFrame } from 'it-length-prefixed'
import type { Uint8ArrayList } from 'uint8arraylist'
import { decodeFrame, encodeChunkMessage } from '../in-band/chunk-message.ts'
import { encodeAmount } from '../in-band/fields.ts'
import type { MessageCodec } from '../in-band/message-codec.ts'
import { fromWire } from './decode.ts'
import { toWire } from './encode.ts'
import type { Message } from './message.ts'
import * as wire from './messages.js'
import { MAX_PAYEE_FRAME_BYTES, MAX_PAYER_FRAME_BYTES } from './protocol.ts'

const CHUNK_DATA_FIELD = 8
const FILE_RESPONSE_FIELD = 9

/** What the ends of a stream are given. */
export const CODEC: MessageCodec<Message> = {
  encode: encodeMessage,
  decode: decodeMessage,
  errorOf: (failure) => ({ type: 'error', ...failure }),
  maxPayerFrameBytes: MAX_PAYER_FRAME_BYTES,
  maxPayeeFrameBytes: MAX_PAYEE_FRAME_BYTES,
}

/** One frame: varint length, then the message. A chunk in it is referred to and not copied. */
export function encodeMessage(message: Message): Uint8ArrayList {
  return encodeFrame.single(encodeBody(message), { maxDataLength: MAX_PAYEE_FRAME_BYTES })
}

/**
 * A frame without its length. A chunk in it lies in memory of its own.
 * @throws DecodeError for anything that is not exactly one message within the limits
 */
export function decodeMessage(frame: Uint8ArrayList): Message {
  return decodeFrame(frame, (reader, ownMemory) => fromWire(wire.Message.decode(reader), ownMemory))
}

function encodeBody(message: Message): Uint8Array | Uint8ArrayList {
  switch (message.type) {
    case 'chunk-data': {
      const { requestId, chunkIndex, credit, proof, chunk } = message
      const head = wire.ChunkData.encode({ requestId, chunkIndex, credit: encodeAmount(credit), proof: [...proof] })
      return encodeChunkMessage({ field: CHUNK_DATA_FIELD, head: head.finish(), chunk })
    }
    case 'file-response': {
      const { requestId, chunkIndex, credit, proof, chunk, isLastChunk, nextChunkHash } = message
      const head = wire.FileResponse.encode({
        requestId,
        chunkIndex,
        credit: encodeAmount(credit),
        proof: [...proof],
        isLastChunk,
        ...(nextChunkHash === undefined ? {} : { nextChunkHash }),
      })
      return encodeChunkMessage({ field: FILE_RESPONSE_FIELD, head: head.finish(), chunkField: 1, chunk })
    }
    default:
      return wire.Message.encode(toWire(message)).finish()
  }
}
