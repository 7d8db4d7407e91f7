import { parentPort } from 'node:worker_threads'
import { concatBytes, equalBytes } from '../domain/bytes.ts'
import { messageOf } from '../domain/errors.ts'
import { createSha256, type Sha256 } from '../system/sha256.ts'
import { chunkHashesOf, chunkHashOf } from './merkle.ts'

/** Work for a thread. `stream` names a running whole-file hash, which lives on one thread. */
export type HashTask =
  | { readonly kind: 'chunks'; readonly block: Uint8Array; readonly sizeBytes: number }
  | { readonly kind: 'verify'; readonly chunk: Uint8Array; readonly expected: Uint8Array; readonly sizeBytes: number }
  | { readonly kind: 'update'; readonly stream: number; readonly block: Uint8Array; readonly isFirst: boolean }
  | { readonly kind: 'digest'; readonly stream: number }
  | { readonly kind: 'abandon'; readonly stream: number }

/** `bytes`: concatenated chunk hashes, the digest, or the chunk handed back. */
export interface HashReply {
  readonly bytes: Uint8Array
  readonly valid: boolean
}

export interface HashRequest {
  readonly id: number
  readonly task: HashTask
}

export type HashResponse =
  | { readonly id: number; readonly reply: HashReply }
  | { readonly id: number; readonly failure: string }

const streams = new Map<number, Sha256>()
const nothing: HashReply = { bytes: new Uint8Array(0), valid: true }

parentPort?.on('message', ({ id, task }: HashRequest) => {
  try {
    const reply = perform(task)
    const transfer = task.kind === 'verify' ? [task.chunk.buffer as ArrayBuffer] : []
    parentPort?.postMessage({ id, reply } satisfies HashResponse, transfer)
  } catch (error) {
    parentPort?.postMessage({ id, failure: messageOf(error) } satisfies HashResponse)
  }
})

function perform(task: HashTask): HashReply {
  switch (task.kind) {
    case 'chunks':
      return { bytes: concatBytes(...chunkHashesOf(task.block, task.sizeBytes)), valid: true }
    case 'verify': {
      const valid = equalBytes(chunkHashOf(task.chunk, task.sizeBytes), task.expected)
      return { bytes: task.chunk, valid }
    }
    case 'update': {
      if (task.isFirst) streams.set(task.stream, createSha256())
      runningHash(task.stream).update(task.block)
      return nothing
    }
    case 'digest': {
      const digest = runningHash(task.stream).digest()
      streams.delete(task.stream)
      return { bytes: new Uint8Array(digest), valid: true }
    }
    case 'abandon':
      streams.delete(task.stream)
      return nothing
  }
}

/** A thread that was restarted has lost its running hashes: that must fail, not hash the rest of the file alone. */
function runningHash(stream: number): Sha256 {
  const whole = streams.get(stream)
  if (whole === undefined) throw new Error('a hashing thread was restarted')
  return whole
}
