import { expect } from 'chai'
import type { PortRequest } from '../../src/network/port-mapping/gateway.ts'
import type { MappedPort } from '../../src/network/port-mapping/lease.ts'
import { reachedAt } from '../../src/node/reached-at.ts'
import { type RouterPorts, routerPorts } from '../../src/node/router-ports.ts'

const MAIN = { port: 4001, protocol: 'tcp' } as const
const ROUTER = '45.32.7.1'
const AT_THE_ROUTER = `/ip4/${ROUTER}/tcp/4001/p2p/Qm`
const OWN = ['/ip4/93.184.216.34/tcp/4001/p2p/Qm', '/ip6/2606:2800:220:1::1/tcp/4001/p2p/Qm']

/** A mapper with these ports of the router; those it is asked for are written down. */
function mapperWith(
  mapped: Readonly<Record<string, number>>,
  asked: PortRequest[] = [],
): Parameters<typeof routerPorts>[0] {
  const at = ({ port, protocol }: PortRequest): MappedPort | undefined => {
    const external = mapped[`${protocol} ${port}`]
    return external === undefined ? undefined : { host: ROUTER, port: external }
  }
  return {
    at,
    async map(request) {
      asked.push(request)
      return at(request)
    },
  }
}

function ports(mapped: Readonly<Record<string, number>>): RouterPorts {
  return routerPorts(mapperWith(mapped), MAIN)
}

describe('node/reached-at', () => {
  it('names each own address with the port that listens', () => {
    const at = (host: string) => reachedAt({ host, port: 8080 }, [...OWN, ...OWN])
    expect(at('0.0.0.0')).to.deep.equal([{ host: '93.184.216.34', port: 8080 }])
    expect(at('::').map(({ host }) => host)).to.deep.equal(['93.184.216.34', '2606:2800:220:1::1'])
    expect(at('127.0.0.1')).to.deep.equal([{ host: '127.0.0.1', port: 8080 }])
    expect(reachedAt({ host: '0.0.0.0', port: 8080 }, [])).to.deep.equal([])
  })

  it('names the port that the router gave, and none where it forwards nothing to it', () => {
    const router = ports({ 'tcp 4001': 4001, 'tcp 8080': 8099 })
    const at = (port: number, host = '0.0.0.0') => reachedAt({ host, port }, [AT_THE_ROUTER], router)
    expect(at(8080)).to.deep.equal([{ host: ROUTER, port: 8099 }])
    expect(at(6881)).to.deep.equal([])
    expect(at(8080, '192.168.88.2')).to.deep.equal([{ host: ROUTER, port: 8099 }])
  })

  it('tells TCP from UDP', () => {
    const router = ports({ 'tcp 4001': 4001, 'udp 6969': 6969 })
    const listen = { host: '0.0.0.0', port: 6969 }
    expect(reachedAt(listen, [AT_THE_ROUTER], router)).to.deep.equal([])
    expect(reachedAt(listen, [AT_THE_ROUTER], router, 'udp')).to.deep.equal([{ host: ROUTER, port: 6969 }])
  })

  it('names an own address of IPv6 beside that of the router', () => {
    const router = ports({ 'tcp 4001': 4001, 'tcp 8080': 8080 })
    const reached = reachedAt({ host: '::', port: 8080 }, [AT_THE_ROUTER, ...OWN.slice(1)], router)
    expect(reached.map(({ host }) => host)).to.deep.equal([ROUTER, '2606:2800:220:1::1'])
  })
})

describe('node/router-ports', () => {
  it('asks for no more ports where libp2p has none', async () => {
    const asked: PortRequest[] = []
    const http = { port: 8080, protocol: 'tcp' } as const
    const without = routerPorts(mapperWith({}, asked), MAIN)
    await without.map(http)
    expect([asked, without.isMapped()]).to.deep.equal([[], false])
    const mapped = routerPorts(mapperWith({ 'tcp 4001': 4001 }, asked), MAIN)
    await mapped.map(http)
    expect([asked, mapped.isMapped()]).to.deep.equal([[http], true])
  })
})
