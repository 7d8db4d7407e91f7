import { expect } from 'chai'
import type { Gateway, Grant, PortRequest } from '../../../src/network/port-mapping/gateway.ts'
import { createPortMapper, type PortChange, type PortMapper } from '../../../src/network/port-mapping/port-mapper.ts'
import type { Logger } from '../../../src/system/logger.ts'
import { silentLogger } from '../../../src/system/logger.ts'
import { FakeClock } from '../../support/fake-clock.ts'

const TCP = { port: 4001, protocol: 'tcp' } as const
const HALF_AN_HOUR_MS = 1_800_000

/** A router that does what a test says. */
class FakeRouter implements Gateway {
  readonly by: Gateway['by']
  readonly ownAddress = '192.168.88.2'
  readonly forwarded = new Map<string, Grant>()
  address = '45.32.7.1'
  /** Of all that it is asked, this is what it throws. */
  refusal: Error | undefined
  /** What it adds to the port that is asked for. */
  offset = 0
  isSilent = false

  constructor(by: Gateway['by']) {
    this.by = by
  }

  async externalAddress(signal: AbortSignal): Promise<string> {
    await this.#answer(signal)
    return this.address
  }

  async map({ port, protocol, externalPort, leaseSeconds }: PortRequest & Grant, signal: AbortSignal): Promise<Grant> {
    await this.#answer(signal)
    const isOurs = this.forwarded.get(`${protocol} ${port}`)?.externalPort === externalPort
    const grant = { externalPort: isOurs ? externalPort : externalPort + this.offset, leaseSeconds }
    this.forwarded.set(`${protocol} ${port}`, grant)
    return grant
  }

  async unmap({ port, protocol }: PortRequest, signal: AbortSignal): Promise<void> {
    await this.#answer(signal)
    this.forwarded.delete(`${protocol} ${port}`)
  }

  async #answer(signal: AbortSignal): Promise<void> {
    if (this.refusal !== undefined) throw this.refusal
    if (!this.isSilent) return signal.throwIfAborted()
    await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true }))
  }
}

describe('network/port-mapping/port-mapper', () => {
  let clock: FakeClock
  let upnp: FakeRouter
  let natPmp: FakeRouter
  let warnings: string[]

  beforeEach(() => {
    clock = new FakeClock()
    upnp = new FakeRouter('UPnP')
    natPmp = new FakeRouter('NAT-PMP')
    warnings = []
  })

  function mapper(gateways: readonly Gateway[] = [upnp, natPmp]): PortMapper {
    const warn = (_: unknown, message: string): void => void warnings.push(message)
    const log: Logger = Object.assign(Object.create(silentLogger), { warn })
    return createPortMapper({ find: async () => gateways, clock, log })
  }

  it('maps a port at the first router that does, and says by what', async () => {
    const ports = mapper()
    expect(await ports.map(TCP)).to.deep.equal({ host: '45.32.7.1', port: 4001 })
    expect(ports.view()).to.deep.equal({
      isAsked: true,
      by: 'UPnP',
      ports: [{ ...TCP, external: { host: '45.32.7.1', port: 4001 } }],
    })
    expect(natPmp.forwarded.size).to.equal(0)
  })

  it('goes on to NAT-PMP where UPnP is refused, and stays with what mapped the first port', async () => {
    upnp.refusal = new Error('the router refuses: Action not authorized (UPnP 606)')
    const ports = mapper()
    expect(await ports.map(TCP)).to.deep.equal({ host: '45.32.7.1', port: 4001 })
    upnp.refusal = undefined
    await ports.map({ port: 8080, protocol: 'tcp' })
    expect([upnp.forwarded.size, natPmp.forwarded.size]).to.deep.equal([0, 2])
    expect(ports.view().by).to.equal('NAT-PMP')
  })

  it('takes another port than it asked for, and asks for that one again', async () => {
    upnp.offset = 10
    const ports = mapper([upnp])
    expect(await ports.map(TCP)).to.deep.equal({ host: '45.32.7.1', port: 4011 })
    await clock.advance(HALF_AN_HOUR_MS)
    expect(ports.at(TCP)).to.deep.equal({ host: '45.32.7.1', port: 4011 })
  })

  for (const [what, break_, reason] of [
    ['there is no router', undefined, 'no router answers UPnP or NAT-PMP'],
    [
      'it is behind another one',
      (router: FakeRouter) => Object.assign(router, { address: '100.64.1.1' }),
      '100.64.1.1',
    ],
    ['it talks rubbish', (router: FakeRouter) => Object.assign(router, { address: '<html>' }), 'does not say which'],
    [
      'it refuses',
      (router: FakeRouter) => Object.assign(router, { refusal: new Error('no port left') }),
      'no port left',
    ],
  ] as const)
    it(`maps nothing where ${what}, and says so`, async () => {
      break_?.(upnp)
      const ports = mapper(break_ === undefined ? [] : [upnp])
      expect(await ports.map(TCP)).to.equal(undefined)
      expect(upnp.forwarded.size).to.equal(0)
      const { reason: said, ports: mapped } = ports.view()
      expect(said).to.contain(reason)
      expect(mapped).to.deep.equal([])
    })

  it('waits for a router that does not answer, and not for ever', async () => {
    upnp.isSilent = true
    const ports = mapper([upnp])
    const mapped = ports.map(TCP)
    await clock.advance(0) // until it has asked
    await clock.advance(3_000)
    expect(await mapped).to.equal(undefined)
    expect(ports.view().reason).to.contain('does not answer')
  })

  it('renews at half of a lease, and tells what changed alone', async () => {
    const ports = mapper([upnp])
    const changes: PortChange[] = []
    ports.onChange((change) => void changes.push(change))
    await ports.map(TCP)
    for (let renewed = 0; renewed < 5; renewed++) await clock.advance(HALF_AN_HOUR_MS)
    expect(ports.at(TCP)).to.deep.equal({ host: '45.32.7.1', port: 4001 })
    expect(changes).to.have.length(1)

    upnp.address = '45.32.7.77'
    await clock.advance(HALF_AN_HOUR_MS)
    expect(ports.at(TCP)).to.deep.equal({ host: '45.32.7.77', port: 4001 })
    expect(changes.at(-1)).to.deep.equal({
      request: TCP,
      ownAddress: '192.168.88.2',
      before: { host: '45.32.7.1', port: 4001 },
      after: { host: '45.32.7.77', port: 4001 },
    })
  })

  it('warns when a lease is not renewed, drops it at its end, and takes it again when the router is back', async () => {
    const ports = mapper([upnp])
    const changes: PortChange[] = []
    ports.onChange((change) => void changes.push(change))
    await ports.map(TCP)
    upnp.refusal = new Error('no')
    await clock.advance(HALF_AN_HOUR_MS)
    expect(warnings).to.deep.equal(['the router does not forward a port for longer'])
    expect(ports.at(TCP)).to.not.equal(undefined)
    await clock.advance(HALF_AN_HOUR_MS)
    expect(ports.at(TCP)).to.equal(undefined)
    expect(changes.at(-1)?.after).to.equal(undefined)
    expect(warnings, 'once for each lease').to.have.length(1)
    expect(ports.view().reason).to.equal('UPnP: no')

    upnp.refusal = undefined
    await clock.advance(300_000)
    expect(changes.at(-1)?.after).to.deep.equal({ host: '45.32.7.1', port: 4001 })
  })

  it('takes back what it mapped, and asks no more', async () => {
    const ports = mapper([upnp])
    await ports.map(TCP)
    await ports.map({ port: 6881, protocol: 'udp' })
    await ports.stop()
    await ports.stop()
    expect([upnp.forwarded.size, clock.timers]).to.deep.equal([0, 0])
  })

  it('stops while a router is looked for, and before one that is silent answers', async () => {
    const looking = createPortMapper({
      find: (signal) => new Promise((resolve) => signal.addEventListener('abort', () => resolve([]), { once: true })),
      clock,
      log: silentLogger,
    })
    const mapped = looking.map(TCP)
    await looking.stop()
    expect(await mapped).to.equal(undefined)

    const ports = mapper([upnp])
    await ports.map(TCP)
    upnp.isSilent = true
    const stopped = ports.stop()
    await clock.advance(0) // until it has asked
    await clock.advance(2_000)
    await stopped
    expect(upnp.forwarded.size).to.equal(1)
  })
})
