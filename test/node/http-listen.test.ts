import { expect } from 'chai'
import { codeOf } from '../../src/domain/errors.ts'
import { announcedUrl, planHttp } from '../../src/node/http-listen.ts'

const PUBLIC = ['/ip4/93.184.216.34/tcp/4001/p2p/Qm', '/ip4/93.184.216.34/udp/4001/webrtc-direct/p2p/Qm']
const PUBLIC_6 = ['/ip6/2606:2800:220:1::1/tcp/4001/p2p/Qm']
const LAN = ['/ip4/192.168.1.100/tcp/4001/p2p/Qm']
const LISTEN = { host: '0.0.0.0', port: 80 }

describe('node/http-listen', () => {
  it('serves on this machine alone in scope loopback, without TLS', () => {
    expect(planHttp({}, 'loopback', [])).to.deep.equal({ host: '127.0.0.1', port: 0, tls: false, anyPort: true })
  })

  it('serves with TLS in a LAN, and on the Internet where there is a public address', () => {
    const expected = { host: '0.0.0.0', port: 8080, tls: true, anyPort: true }
    expect(planHttp({}, 'lan', LAN)).to.deep.equal(expected)
    expect(planHttp({}, 'public', PUBLIC)).to.deep.equal(expected)
    expect(planHttp({}, 'public', PUBLIC_6)).to.deep.equal({ ...expected, host: '::' })
    expect(planHttp({}, 'public', [])).to.equal(undefined)
  })

  it('serves where the user says, or nowhere', () => {
    expect(planHttp({ listen: LISTEN, tls: false }, 'lan', [])).to.deep.equal({ ...LISTEN, tls: false, anyPort: false })
    for (const scope of ['loopback', 'lan', 'public'] as const)
      expect(planHttp({ listen: 'off' }, scope, PUBLIC)).to.equal(undefined)
  })

  it('wants a proxy with TLS in front of a plain server on the Internet', () => {
    const code = (http: Parameters<typeof planHttp>[0]): string | undefined => {
      try {
        planHttp({ listen: LISTEN, ...http }, 'public', PUBLIC)
        return undefined
      } catch (error) {
        return codeOf(error)
      }
    }
    expect(code({ tls: false })).to.equal('CONFIG_INVALID')
    expect(code({ tls: false, announceUrl: 'http://seed.example/' })).to.equal('CONFIG_INVALID')
    expect(code({ announceUrl: 'http://seed.example/' })).to.equal('CONFIG_INVALID')
    expect(code({ tls: false, announceUrl: 'https://seed.example/' })).to.equal(undefined)
    expect(code({})).to.equal(undefined)
  })

  it('announces an address that others can reach', () => {
    const at = (host: string, addresses: readonly string[], tls = true) =>
      announcedUrl({ host, port: 8080, tls }, addresses)
    expect(at('0.0.0.0', LAN)).to.equal('https://192.168.1.100:8080/')
    expect(at('0.0.0.0', PUBLIC_6)).to.equal(undefined)
    expect(at('::', PUBLIC_6)).to.equal('https://[2606:2800:220:1::1]:8080/')
    expect(at('127.0.0.1', LAN, false)).to.equal('http://127.0.0.1:8080/')
  })
})
