import { parentPort } from 'node:worker_threads'
import { concatBytes } from '../domain/bytes.ts'
import { messageOf } from '../domain/errors.ts'
import { createSha256, type Sha256 } from '../system/sha256.ts'
import { chunkHashesOf } from './merkle.ts'

/** Work for a thread. `stream` names a running whole-file hash, which lives on one thread. */
export type HashTask =
  | { readonly kind: 'chunks'; readonly block: Uint8Array; readonly sizeBytes: number }
  | { readonly kind: 'update'; readonly stream: number; readonly block: Uint8Array; readonly isFirst: boolean }
  | { readonly kind: 'digest'; readonly stream: number }
  | { readonly kind: 'abandon'; readonly stream: number }

export interface HashRequest {
  readonly id: number
  readonly task: HashTask
}

/** `hashes`: the concatenated chunk hashes, or the digest. */
export type HashResponse =
  | { readonly id: number; readonly hashes: Uint8Array }
  | { readonly id: number; readonly failure: string }

const streams = new Map<number, Sha256>()
const nothing = new Uint8Array(0)

parentPort?.on('message', ({ id, task }: HashRequest) => {
  try {
    parentPort?.postMessage({ id, hashes: perform(task) } satisfies HashResponse)
  } catch (error) {
    parentPort?.postMessage({ id, failure: messageOf(error) } satisfies HashResponse)
  }
})

function perform(task: HashTask): Uint8Array {
  switch (task.kind) {
    case 'chunks':
      return concatBytes(...chunkHashesOf(task.block, task.sizeBytes))
    case 'update': {
      if (task.isFirst) streams.set(task.stream, createSha256())
      runningHash(task.stream).update(task.block)
      return nothing
    }
    case 'digest': {
      const digest = runningHash(task.stream).digest()
      streams.delete(task.stream)
      return new Uint8Array(digest)
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
