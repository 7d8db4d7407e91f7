import { isIPv4 } from 'node:net'
import { scopeAllowsIp } from '../addresses.ts'
import type { Grant } from './gateway.ts'
import { LEASE_SECONDS, LOST_RETRY_MS, MIN_LEASE_SECONDS, MIN_RETRY_MS } from './limits.ts'

/** A port of a router that leads to one of ours. */
export interface MappedPort {
  /** A public IPv4 address. */
  readonly host: string
  readonly port: number
}

/** All times are monotonic milliseconds. */
export interface Lease extends MappedPort {
  readonly endsAt: number
}

/** What is asked of a router next, and when. */
export interface Next {
  /** As of now; `undefined`: there is none, or it has ended. */
  readonly lease: Lease | undefined
  readonly retryAt: number
}

/** Why nobody outside would reach a router with this address; `undefined`: they would. */
export function judgeAddress(address: string): string | undefined {
  if (!isIPv4(address)) return 'the router does not say which address it has'
  if (scopeAllowsIp('public', address)) return undefined
  return `the router is itself behind another one: its address is ${address}, which nobody outside reaches`
}

/** What comes of a grant at a router with this address. Text: why it is no mapping that others could use. */
export function judgeGrant(host: string, { externalPort, leaseSeconds }: Grant, now: number): Next | string {
  if (externalPort < 1 || externalPort > 65_535) return 'the router names a port that is none'
  if (leaseSeconds < MIN_LEASE_SECONDS) return `the router forwards a port for ${leaseSeconds} s only`
  const lifetimeMs = Math.min(leaseSeconds, LEASE_SECONDS) * 1_000
  return { lease: { host, port: externalPort, endsAt: now + lifetimeMs }, retryAt: now + lifetimeMs / 2 }
}

/** What is done when a mapping was not renewed: tried again at half of what is left of it, then now and then, for the router may come back. */
export function afterFailure(lease: Lease | undefined, now: number): Next {
  const leftMs = lease === undefined ? 0 : lease.endsAt - now
  if (lease === undefined || leftMs <= 0) return { lease: undefined, retryAt: now + LOST_RETRY_MS }
  return { lease, retryAt: now + Math.min(Math.max(leftMs / 2, MIN_RETRY_MS), leftMs) }
}
