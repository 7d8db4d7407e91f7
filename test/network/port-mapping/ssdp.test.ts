import { expect } from 'chai'
import { decodeSearchAnswer, encodeSearch, GATEWAY_DEVICES } from '../../../src/network/port-mapping/ssdp.ts'

const ROUTER = '192.168.88.1'
const [FIRST = ''] = GATEWAY_DEVICES

function answer(fields: Readonly<Record<string, string>>, status = 'HTTP/1.1 200 OK'): Uint8Array {
  const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}`)
  return new TextEncoder().encode([status, ...lines, '', ''].join('\r\n'))
}

describe('network/port-mapping/ssdp', () => {
  it('searches for a device in the words of the UPnP device architecture', () => {
    expect(new TextDecoder().decode(encodeSearch(FIRST))).to.equal(
      'M-SEARCH * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nMAN: "ssdp:discover"\r\nMX: 1\r\n' +
        'ST: urn:schemas-upnp-org:device:InternetGatewayDevice:1\r\n\r\n',
    )
  })

  it('finds where a router of either version describes itself, whatever the case of the names', () => {
    const location = 'http://192.168.88.1:5000/rootDesc.xml'
    for (const st of GATEWAY_DEVICES)
      expect(decodeSearchAnswer(answer({ st, Location: location }), ROUTER)?.href).to.equal(location)
  })

  it('passes over what is no router, and whoever sends it elsewhere', () => {
    const elsewhere = [
      'http://192.168.88.2/',
      'http://10.0.0.1/',
      'https://192.168.88.1/',
      'http://router.example/',
      'file:///etc/passwd',
      'nonsense',
    ]
    for (const LOCATION of elsewhere)
      expect(decodeSearchAnswer(answer({ ST: FIRST, LOCATION }), ROUTER), LOCATION).to.equal(undefined)
    const LOCATION = `http://${ROUTER}/`
    expect(decodeSearchAnswer(answer({ ST: 'urn:a-printer', LOCATION }), ROUTER)).to.equal(undefined)
    expect(decodeSearchAnswer(answer({ ST: FIRST }), ROUTER)).to.equal(undefined)
    expect(decodeSearchAnswer(answer({ ST: FIRST, LOCATION }, 'NOTIFY * HTTP/1.1'), ROUTER)).to.equal(undefined)
    expect(decodeSearchAnswer(new Uint8Array([0, 255, 13, 10]), ROUTER)).to.equal(undefined)
  })
})
