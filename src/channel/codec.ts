import { parseWei, type Wei } from '../domain/amount.ts'
import { fromHex, toHex } from '../domain/bytes.ts'
import type { SmallDepositRule } from '../domain/confirmation-rule.ts'
import { DecodeError, messageOf } from '../domain/errors.ts'
import { type Address, parseAddress, parseChannelId, parseFileHash } from '../domain/ids.ts'
import type { Delivered } from '../domain/receipt.ts'
import type { DownloadBudget } from './budget.ts'
import type { AgreedEnd, Channel, EscrowTerms } from './channel-state.ts'
import type { PayeePair } from './payee-state.ts'
import type { LostPurchases, PayerPair } from './payer-state.ts'

/**
 * The stored form of pairs and budgets: JSON, amounts as decimal strings (SQLite's integers have 64 bits). Every version that was
 * ever released stays readable: test/persisted/ holds a sample of each. Decoders throw only `DecodeError`.
 */
const VERSION = 1

export function encodePayerPair(pair: PayerPair): string {
  return encode(pair)
}

export function decodePayerPair(payee: Address, text: string): PayerPair {
  const fields = decode(text)
  return {
    payee,
    verified: fields.wei('verified'),
    ...(fields.has('lost') ? { lost: decodeLost(fields.nested('lost')) } : {}),
    settledOnClosed: fields.wei('settledOnClosed'),
    ...decodeTransferred(fields),
    channels: fields.list('channels').map(decodeChannel),
  }
}

export function encodePayeePair(pair: PayeePair): string {
  return encode(pair)
}

export function decodePayeePair(payer: Address, text: string): PayeePair {
  const fields = decode(text)
  return {
    payer,
    settledOnClosed: fields.wei('settledOnClosed'),
    ...decodeTransferred(fields),
    channels: fields.list('channels').map(decodeChannel),
    committed: fields.wei('committed'),
    writtenOff: fields.wei('writtenOff'),
    ...(fields.has('opening') ? { opening: fields.wei('opening') } : {}),
    chunkPrice: fields.wei('chunkPrice'),
    penalty: fields.integer('penalty'),
    cleanChunks: fields.integer('cleanChunks'),
    defaulted: fields.flag('defaulted'),
    activeAt: fields.integer('activeAt'),
    ...(fields.has('endedAt') ? { endedAt: fields.integer('endedAt') } : {}),
    ...(fields.has('recovered') ? { recovered: true as const } : {}),
  }
}

export function encodeBudget(budget: DownloadBudget): string {
  return encode(budget)
}

export function decodeBudget(text: string): DownloadBudget {
  const fields = decode(text)
  return {
    limit: fields.wei('limit'),
    signed: fields.wei('signed'),
    exposed: fields.wei('exposed'),
    gasReserved: fields.wei('gasReserved'),
    gasSpent: fields.wei('gasSpent'),
    ended: fields.flag('ended'),
  }
}

function encode(record: object): string {
  return JSON.stringify(shown({ version: VERSION, ...record }))
}

/** What JSON has in the place of a value. A replacer of `JSON.stringify` does the same, and makes it cost half as much again. */
function shown(value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString()
  if (typeof value !== 'object' || value === null) return value
  if (value instanceof Uint8Array) return toHex(value) // not what its own toJSON makes of it: a Buffer has one
  if (Array.isArray(value)) return value.map(shown)
  const fields: Record<string, unknown> = { ...value }
  for (const name in fields) fields[name] = shown(fields[name])
  return fields
}

function decode(text: string): Fields {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw new DecodeError(`A stored channel record is not JSON: ${messageOf(error)}.`)
  }
  const fields = new Fields(value)
  const version = fields.integer('version')
  if (version !== VERSION) throw new DecodeError(`A stored channel record has version ${version}: update this program.`)
  return fields
}

function decodeChannel(value: unknown): Channel {
  const fields = new Fields(value)
  const base = {
    channelId: parseChannelId(fields.text('channelId')),
    salt: fields.wei('salt') as bigint,
    best: fields.wei('best'),
    confirmations: fields.integer('confirmations'),
    ...(fields.has('small') ? { small: decodeSmall(fields.nested('small')) } : {}),
    ...(fields.has('signature') ? { signature: fromHex(fields.text('signature')) } : {}),
    ...(fields.has('heldSince') ? { heldSince: fields.integer('heldSince') } : {}),
    ...(fields.has('delivered') ? { delivered: decodeDelivered(fields.nested('delivered')) } : {}),
    ...(fields.has('escrow') ? { escrow: decodeEscrowTerms(fields.nested('escrow')) } : {}),
  }
  const phase = fields.text('phase')
  if (phase === 'opening') return { ...base, phase, deposit: fields.wei('deposit') }
  const funded = {
    ...base,
    deposit: fields.wei('deposit'),
    confirmed: fields.wei('confirmed'),
    settled: fields.wei('settled'),
  }
  const recovered = fields.has('recovered') ? { recovered: true as const } : {}
  switch (phase) {
    case 'open': {
      if (!fields.has('topUp')) return { ...funded, phase, ...recovered }
      const topUp = fields.nested('topUp')
      return { ...funded, phase, ...recovered, topUp: { base: topUp.wei('base'), target: topUp.wei('target') } }
    }
    case 'closing':
      return {
        ...funded,
        phase,
        closeAt: fields.integer('closeAt'),
        closeBlock: fields.integer('closeBlock'),
        ...recovered,
        ...(fields.has('agreed') ? { agreed: decodeAgreedEnd(fields.nested('agreed')) } : {}),
        ...(fields.has('released') ? { released: true as const } : {}),
      }
    case 'closed':
      return { ...funded, phase, closedInBlock: fields.integer('closedInBlock'), ...recovered }
    default:
      throw new DecodeError(`A stored channel has the unknown phase "${phase.slice(0, 20)}".`)
  }
}

function decodeDelivered(fields: Fields): Delivered {
  return { chunksHash: fromHex(fields.text('chunksHash')), protocol: fields.text('protocol') }
}

function decodeEscrowTerms(fields: Fields): EscrowTerms {
  return { fileHash: parseFileHash(fields.text('fileHash')), deadline: fields.integer('deadline') }
}

function decodeTransferred(fields: Fields): { transferred?: Wei } {
  return fields.has('transferred') ? { transferred: fields.wei('transferred') } : {}
}

function decodeSmall(fields: Fields): SmallDepositRule {
  return { amount: fields.wei('amount'), confirmations: fields.integer('confirmations') }
}

function decodeLost(fields: Fields): LostPurchases {
  return { paid: fields.wei('paid'), owed: fields.wei('owed') }
}

function decodeAgreedEnd(fields: Fields): AgreedEnd {
  return { settled: fields.wei('settled'), signature: fromHex(fields.text('signature')) }
}

/** Fields of a JSON object, each checked as it is read. */
class Fields {
  readonly #value: Readonly<Record<string, unknown>>

  constructor(value: unknown) {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw new DecodeError('A stored channel record is not an object.')
    this.#value = value as Readonly<Record<string, unknown>> // any object can be read so
  }

  has(name: string): boolean {
    return this.#value[name] !== undefined
  }

  text(name: string): string {
    const value = this.#value[name]
    return typeof value === 'string' ? value : this.#refuse(name)
  }

  wei(name: string): Wei {
    return parseWei(this.text(name))
  }

  integer(name: string): number {
    const value = this.#value[name]
    return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : this.#refuse(name)
  }

  flag(name: string): boolean {
    const value = this.#value[name]
    return typeof value === 'boolean' ? value : this.#refuse(name)
  }

  list(name: string): readonly unknown[] {
    const value = this.#value[name]
    return Array.isArray(value) ? value : this.#refuse(name)
  }

  nested(name: string): Fields {
    return new Fields(this.#value[name])
  }

  #refuse(name: string): never {
    throw new DecodeError(`A stored channel record has no valid "${name}".`)
  }
}

/** Checks an address read from a column. @throws DecodeError */
export function decodeAddress(value: unknown): Address {
  if (typeof value !== 'string') throw new DecodeError('A stored channel record has no valid address.')
  return parseAddress(value)
}
