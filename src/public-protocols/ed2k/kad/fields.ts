import type { WireReader } from '../wire-reader.ts'
import type { WireWriter } from '../wire-writer.ts'
import { KAD_ID_BYTES, type KadId, kadIdFromWire, kadIdToWire } from './kad-id.ts'

export function readId(reader: WireReader): KadId {
  return kadIdFromWire(reader.bytes(KAD_ID_BYTES))
}

export function writeId(writer: WireWriter, id: KadId): WireWriter {
  return writer.bytes(kadIdToWire(id))
}

/** An IPv4 address as a number whose highest byte is the first of the address. */
export function addressOfNumber(value: number): string {
  return [24, 16, 8, 0].map((shift) => (value >>> shift) & 0xff).join('.')
}

/** @param address IPv4, dotted */
export function numberOfAddress(address: string): number {
  return address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)
}
