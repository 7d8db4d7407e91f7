import { parentPort } from 'node:worker_threads'
import { messageOf } from '../../domain/errors.ts'
import { type Ed2kHashes, PartHasher } from './parts.ts'

/** Work for the thread: a block of a file, which may be shared memory; or, without one, the end of the file. */
export interface HashRequest {
  readonly id: number
  readonly file: number
  readonly block?: Uint8Array
  /** The file is not hashed to its end. */
  readonly isAbandoned?: boolean
}

export type HashResponse =
  | { readonly id: number; readonly hashes?: Ed2kHashes }
  | { readonly id: number; readonly failure: string }

const files = new Map<number, PartHasher>()
/** A hasher takes a moment to be made: what comes is done in its order. */
let last: Promise<void> = Promise.resolve()

parentPort?.on('message', (request: HashRequest) => {
  last = last.then(async () => {
    try {
      const hashes = await perform(request)
      parentPort?.postMessage({ id: request.id, ...(hashes && { hashes }) } satisfies HashResponse)
    } catch (error) {
      parentPort?.postMessage({ id: request.id, failure: messageOf(error) } satisfies HashResponse)
    }
  })
})

async function perform({ file, block, isAbandoned }: HashRequest): Promise<Ed2kHashes | undefined> {
  const hasher = files.get(file) ?? (await PartHasher.create())
  if (block !== undefined) {
    files.set(file, hasher)
    hasher.update(block)
    return undefined
  }
  files.delete(file)
  return isAbandoned === true ? undefined : hasher.digest()
}
