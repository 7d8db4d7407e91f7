import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Random } from '../../system/random.ts'

const SECRET_BYTES = 32
export const ADDRESS_TOKEN_BYTES = 8

/** Tokens that only who receives what is sent to an address knows. Nothing is kept of them: each is an HMAC of address and period. */
export class AddressTokens {
  readonly #secret: Uint8Array
  readonly #periodMs: number

  /** @param periodMs a token is good in the period it was made in, and in the next one */
  constructor(random: Random, periodMs: number) {
    this.#secret = random.bytes(SECRET_BYTES)
    this.#periodMs = periodMs
  }

  /** @param now monotonic milliseconds, here and below */
  of(address: string, now: number): Uint8Array {
    return this.#make(address, Math.floor(now / this.#periodMs))
  }

  isGood(address: string, token: Uint8Array, now: number): boolean {
    if (token.byteLength !== ADDRESS_TOKEN_BYTES) return false
    const period = Math.floor(now / this.#periodMs)
    return [period, period - 1].some((each) => timingSafeEqual(this.#make(address, each), token))
  }

  #make(address: string, period: number): Uint8Array {
    return createHmac('sha256', this.#secret).update(`${period} ${address}`).digest().subarray(0, ADDRESS_TOKEN_BYTES)
  }
}
