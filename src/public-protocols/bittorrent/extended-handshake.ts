import { DecodeError } from '../../domain/errors.ts'
import { type Bencoded, type BencodedDict, decodeDict, encodeBencode } from './bencode.ts'
import { MAX_PENDING_BLOCKS } from './limits.ts'

/** Ids this program gives to the extensions it speaks; the other side has its own. */
export const OWN_IDS = { ut_metadata: 1, chiral: 2 } as const
export type Extension = keyof typeof OWN_IDS

export const NONCE_BYTES = 32

/** What a peer says of itself beyond BEP 3, as far as it is used here. */
export interface ExtendedHandshake {
  /** The peer's ids of the extensions that it speaks. */
  readonly ids: { readonly [Each in Extension]?: number }
  /** Bytes of the metadata. */
  readonly metadataSize?: number | undefined
  /** Blocks that may be asked for at once. */
  readonly requestsAtOnce?: number | undefined
  /** Of a seeder of ours: what a grant is proved over. */
  readonly nonce?: Uint8Array | undefined
  /** Of a seeder of ours: nothing leaves without a grant. */
  readonly isPriced?: boolean | undefined
}

/** SPEC 12 §4.1. */
export function encodeExtendedHandshake(own: Omit<ExtendedHandshake, 'ids' | 'requestsAtOnce'>): Uint8Array {
  return encodeBencode({
    m: { chiral: OWN_IDS.chiral, ...(own.metadataSize === undefined ? {} : { ut_metadata: OWN_IDS.ut_metadata }) },
    reqq: MAX_PENDING_BLOCKS,
    v: 'Chiral',
    metadata_size: own.metadataSize,
    chiral_nonce: own.nonce,
    chiral_priced: own.isPriced === true ? 1 : undefined,
  })
}

/** What is not as it should be counts as not said: clients write all kinds of things there. @throws DecodeError for what is no dictionary */
export function decodeExtendedHandshake(payload: Uint8Array): ExtendedHandshake {
  const said = decodeDict(payload)
  const nonce = said.get('chiral_nonce')
  return {
    ids: idsIn(said.get('m')),
    metadataSize: positive(said.get('metadata_size')),
    requestsAtOnce: positive(said.get('reqq')),
    nonce: nonce instanceof Uint8Array && nonce.byteLength === NONCE_BYTES ? nonce.slice() : undefined,
    isPriced: said.get('chiral_priced') === 1,
  }
}

function idsIn(m: Bencoded | undefined): ExtendedHandshake['ids'] {
  if (!(m instanceof Map)) return {}
  const dict: BencodedDict = m
  const idOf = (name: Extension): { readonly [Each in Extension]?: number } => {
    const id = dict.get(name)
    return typeof id === 'number' && id >= 1 && id <= 255 ? { [name]: id } : {}
  }
  return { ...idOf('ut_metadata'), ...idOf('chiral') }
}

function positive(value: Bencoded | undefined): number | undefined {
  return typeof value === 'number' && value > 0 ? value : undefined
}

/** The bytes under a key. @throws DecodeError when there are none, or not so many */
export function bytesIn(dict: BencodedDict, key: string, length?: number): Uint8Array {
  const value = dict.get(key)
  if (value instanceof Uint8Array && (length === undefined || value.byteLength === length)) return value
  throw new DecodeError(`A bencoded dictionary has no good "${key}".`)
}

/** The number under a key, from 0 on. @throws DecodeError */
export function numberIn(dict: BencodedDict, key: string): number {
  const value = dict.get(key)
  if (typeof value === 'number' && value >= 0) return value
  throw new DecodeError(`A bencoded dictionary has no good "${key}".`)
}
