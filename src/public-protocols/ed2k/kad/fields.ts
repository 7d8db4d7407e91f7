import { concatBytes } from '../../../domain/bytes.ts'
import { DecodeError } from '../../../domain/errors.ts'
import { KAD_ID_BYTES, type KadId, kadIdFromWire, kadIdToWire } from './kad-id.ts'

/** Reads the fields of a datagram one after the other, little-endian. Every method throws a DecodeError where the bytes end. */
export class FieldReader {
  readonly #view: DataView
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  u8(): number {
    return this.#view.getUint8(this.#take(1))
  }

  u16(): number {
    return this.#view.getUint16(this.#take(2), true)
  }

  u32(): number {
    return this.#view.getUint32(this.#take(4), true)
  }

  /** @throws DecodeError above 2^53 as well: no file is so large */
  u64(): number {
    const value = this.#view.getBigUint64(this.#take(8), true)
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw new DecodeError(`A datagram has the number ${value}.`)
    return Number(value)
  }

  bytes(length: number): Uint8Array {
    const from = this.#take(length)
    return new Uint8Array(this.#view.buffer, this.#view.byteOffset + from, length)
  }

  id(): KadId {
    return kadIdFromWire(this.bytes(KAD_ID_BYTES))
  }

  /** An IPv4 address: a 32-bit number whose highest byte is the first of the address. */
  address(): string {
    return addressOfNumber(this.u32())
  }

  #take(length: number): number {
    const from = this.#at
    if (length > this.#view.byteLength - from) throw new DecodeError('A datagram ends before it should.')
    this.#at += length
    return from
  }
}

export function u8(value: number): Uint8Array {
  return Uint8Array.of(value)
}

export function u16(value: number): Uint8Array {
  return integer(2, (view) => view.setUint16(0, value, true))
}

export function u32(value: number): Uint8Array {
  return integer(4, (view) => view.setUint32(0, value, true))
}

export function u64(value: number): Uint8Array {
  return integer(8, (view) => view.setBigUint64(0, BigInt(value), true))
}

export function idField(id: KadId): Uint8Array {
  return kadIdToWire(id)
}

export function addressField(address: string): Uint8Array {
  return u32(numberOfAddress(address))
}

export function addressOfNumber(value: number): string {
  return [24, 16, 8, 0].map((shift) => (value >>> shift) & 0xff).join('.')
}

/** @param address IPv4, dotted */
export function numberOfAddress(address: string): number {
  return address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)
}

/** A number of items before the items. */
export function list(count: Uint8Array, items: readonly Uint8Array[]): Uint8Array {
  return concatBytes(count, ...items)
}

function integer(length: number, write: (view: DataView) => void): Uint8Array {
  const bytes = new Uint8Array(length)
  write(new DataView(bytes.buffer))
  return bytes
}
