import type { Ed2kHash } from './ed2k-hash.ts'
import type { Hello } from './hello.ts'
import type { ByteSpan } from './parts.ts'

/** One of a file, and nothing more. */
interface OfFile<Kind extends string> {
  readonly kind: Kind
  readonly hash: Ed2kHash
}

/** What a leecher says. */
export type Request =
  | { readonly kind: 'hello'; readonly hello: Hello }
  | OfFile<'ask-name' | 'ask-status' | 'ask-hashes' | 'ask-slot' | 'end'>
  | (OfFile<'ask-ranges'> & { readonly ranges: readonly ByteSpan[] })
  | { readonly kind: 'cancel' }
  /** Of ours: shows who pays for the chunks of this file. 32 bytes each. */
  | (OfFile<'grant'> & { readonly id: Uint8Array; readonly proof: Uint8Array })

/** What a seeder says. */
export type Answer =
  | { readonly kind: 'hello-answer'; readonly hello: Hello }
  | OfFile<'no-file'>
  | (OfFile<'name'> & { readonly name: string })
  | (OfFile<'status'> & {
      /** One a part, as many as `partCount` says; `undefined` when all of the file is there. */
      readonly parts: readonly boolean[] | undefined
    })
  | (OfFile<'hashes'> & { readonly partHashes: readonly Uint8Array[] })
  | { readonly kind: 'slot' | 'no-slot' }
  | { readonly kind: 'rank'; readonly rank: number }
  | (OfFile<'data'> & { readonly start: number; readonly data: Uint8Array })
  | (OfFile<'packed'> & {
      /** Of the block that the fragment is of, before it was packed. */
      readonly start: number
      /** Of the whole block. */
      readonly packedBytes: number
      readonly fragment: Uint8Array
    })
  /** Of ours: this chunk does not come, and why: `DONT_HAVE`, `PAYMENT_REQUIRED`, … */
  | (OfFile<'refused'> & { readonly chunkIndex: number; readonly code: string; readonly detail: string })

export type Message = Request | Answer
