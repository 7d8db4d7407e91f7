import { messageOf } from '../../domain/errors.ts'
import { type Clock, deadline, within } from '../../system/clock.ts'
import type { Logger } from '../../system/logger.ts'
import type { Gateway, PortRequest } from './gateway.ts'
import { afterFailure, judgeAddress, judgeGrant, type Lease, type MappedPort, type Next } from './lease.ts'
import { LEASE_SECONDS, REQUEST_LIMIT_MS, STOP_LIMIT_MS } from './limits.ts'

/** Ports of this node that a router forwards. */
export interface PortMapper {
  /** Asks for a port, and keeps it mapped until `stop`; a second time it only tells. `undefined`: it is not mapped. Never rejects. */
  map(request: PortRequest): Promise<MappedPort | undefined>
  /** As it is now: leases end, and routers get other addresses. */
  at(request: PortRequest): MappedPort | undefined
  /** Calls the listener when what `at` tells has changed. */
  onChange(listener: (change: PortChange) => void): void
  /** Resolves when it is known of each port that was asked for. Never rejects. */
  ready(): Promise<void>
  view(): PortMappingView
  /** Takes back what was mapped. Stopping twice is fine. Never rejects. */
  stop(): Promise<void>
}

export interface PortChange {
  readonly request: PortRequest
  readonly ownAddress: string
  readonly before: MappedPort | undefined
  readonly after: MappedPort | undefined
}

/** What a person wants to know of it. */
export interface PortMappingView {
  /** A router is asked; `reason` says why not otherwise. */
  readonly isAsked: boolean
  /** By what the router was asked that mapped a port. */
  readonly by?: Gateway['by']
  readonly ports: readonly (PortRequest & { readonly external: MappedPort })[]
  /** Why no port is mapped. */
  readonly reason?: string
}

export interface PortMapperParts {
  /** Those that may map ports, best first. Never rejects. */
  find(signal: AbortSignal): Promise<readonly Gateway[]>
  readonly clock: Clock
  readonly log: Logger
}

/** Begins to look for a router at once. */
export function createPortMapper(parts: PortMapperParts): PortMapper {
  return new GatewayPortMapper(parts)
}

interface Entry {
  readonly request: PortRequest
  lease: Lease | undefined
  /** It was said that it is not renewed; once is enough. */
  isWarned: boolean
  /** Resolves when the first answer is there. */
  first: Promise<void>
  cancel(): void
}

class GatewayPortMapper implements PortMapper {
  readonly #clock: Clock
  readonly #log: Logger
  readonly #stopped = new AbortController()
  readonly #gateways: Promise<readonly Gateway[]>
  readonly #entries = new Map<string, Entry>()
  readonly #listeners: ((change: PortChange) => void)[] = []
  /** The one that mapped a port: all go by it, so that they have one address. */
  #chosen: Gateway | undefined
  #reason: string | undefined

  constructor({ find, clock, log }: PortMapperParts) {
    this.#clock = clock
    this.#log = log
    this.#gateways = find(this.#stopped.signal)
  }

  async map(request: PortRequest): Promise<MappedPort | undefined> {
    let entry = this.#entries.get(keyOf(request))
    if (entry === undefined) {
      entry = { request, lease: undefined, isWarned: false, first: Promise.resolve(), cancel() {} }
      this.#entries.set(keyOf(request), entry)
      entry.first = this.#begin(entry)
    }
    await entry.first
    return this.at(request)
  }

  at(request: PortRequest): MappedPort | undefined {
    const lease = this.#entries.get(keyOf(request))?.lease
    return lease && lease.endsAt > this.#clock.monotonic() ? { host: lease.host, port: lease.port } : undefined
  }

  onChange(listener: (change: PortChange) => void): void {
    this.#listeners.push(listener)
  }

  async ready(): Promise<void> {
    await Promise.all([...this.#entries.values()].map(({ first }) => first))
  }

  view(): PortMappingView {
    const ports = [...this.#entries.values()].flatMap(({ request }) => {
      const external = this.at(request)
      return external === undefined ? [] : [{ ...request, external }]
    })
    if (ports.length === 0)
      return { isAsked: true, ports, ...(this.#reason === undefined ? {} : { reason: this.#reason }) }
    return { isAsked: true, ports, ...(this.#chosen === undefined ? {} : { by: this.#chosen.by }) }
  }

  async stop(): Promise<void> {
    if (this.#stopped.signal.aborted) return
    this.#stopped.abort(new Error('the node stops'))
    const entries = [...this.#entries.values()]
    for (const { cancel } of entries) cancel()
    await this.ready()
    const taken = Promise.all(entries.map((entry) => this.#takeBack(entry)))
    await within(this.#clock, STOP_LIMIT_MS, () => new Error('the router is slow'), taken).catch((error: unknown) => {
      this.#log.info({ reason: messageOf(error) }, 'mapped ports were not taken back: they end with their lease')
    })
  }

  /** A port that the router refuses at first is not asked for again: the node has been set up without it. */
  async #begin(entry: Entry): Promise<void> {
    const gateways = await this.#gateways
    if (gateways.length === 0) this.#say('no router answers UPnP or NAT-PMP')
    for (const gateway of this.#chosen === undefined ? gateways : [this.#chosen]) {
      const next = await this.#ask(gateway, entry)
      if (this.#stopped.signal.aborted) return
      if (typeof next === 'string') {
        this.#say(`${gateway.by}: ${next}`)
        continue
      }
      this.#chosen = gateway
      return this.#apply(gateway, entry, next)
    }
  }

  async #renew(gateway: Gateway, entry: Entry): Promise<void> {
    const next = await this.#ask(gateway, entry)
    if (this.#stopped.signal.aborted) return
    if (typeof next !== 'string') {
      entry.isWarned = false
      return this.#apply(gateway, entry, next)
    }
    const { port, protocol } = entry.request
    this.#reason = `${gateway.by}: ${next}`
    if (!entry.isWarned)
      this.#log.warn({ port, protocol, reason: this.#reason }, 'the router does not forward a port for longer')
    entry.isWarned = true
    this.#apply(gateway, entry, afterFailure(entry.lease, this.#clock.monotonic()))
  }

  /** Text: why there is no mapping. */
  async #ask(gateway: Gateway, { request, lease }: Entry): Promise<Next | string> {
    const { signal, done } = this.#limit(this.#stopped.signal)
    const externalPort = lease?.port ?? request.port
    try {
      const address = await gateway.externalAddress(signal)
      const useless = judgeAddress(address)
      if (useless !== undefined) return useless
      const grant = await gateway.map({ ...request, externalPort, leaseSeconds: LEASE_SECONDS }, signal)
      const next = judgeGrant(address, grant, this.#clock.monotonic())
      if (typeof next === 'string') await gateway.unmap({ ...request, externalPort: grant.externalPort }, signal)
      return next
    } catch (error) {
      return messageOf(error)
    } finally {
      done()
    }
  }

  #apply(gateway: Gateway, entry: Entry, { lease, retryAt }: Next): void {
    const before = entry.lease
    entry.lease = lease
    entry.cancel = this.#clock.schedule(
      retryAt - this.#clock.monotonic(),
      () => void this.#renew(gateway, entry), // it never rejects
    )
    if (before?.host === lease?.host && before?.port === lease?.port) return
    const { request } = entry
    const after = this.at(request)
    this.#log.info({ ...request, by: gateway.by, external: after }, 'what the router forwards has changed')
    for (const listener of this.#listeners)
      listener({ request, ownAddress: gateway.ownAddress, before: before && placeOf(before), after })
  }

  async #takeBack({ request, lease }: Entry): Promise<void> {
    if (lease === undefined) return
    const { signal, done } = this.#limit()
    try {
      await this.#chosen?.unmap({ ...request, externalPort: lease.port }, signal)
    } catch (error) {
      this.#log.info(
        { ...request, reason: messageOf(error) },
        'a mapped port was not taken back: it ends with its lease',
      )
    } finally {
      done()
    }
  }

  #limit(signal?: AbortSignal): { signal: AbortSignal; done: () => void } {
    return deadline(this.#clock, REQUEST_LIMIT_MS, new Error('the router does not answer'), signal)
  }

  /** Once for each reason: there are several ports. */
  #say(reason: string): void {
    if (this.#reason === reason) return
    this.#reason = reason
    this.#log.info({ reason }, 'no port is mapped at a router')
  }
}

function keyOf({ port, protocol }: PortRequest): string {
  return `${protocol} ${port}`
}

function placeOf({ host, port }: Lease): MappedPort {
  return { host, port }
}
