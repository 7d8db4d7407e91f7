import { expect } from 'chai'
import fc from 'fast-check'
import { DecodeError } from '../../../src/domain/errors.ts'
import {
  checkAnswer,
  decodeDescription,
  decodeExternalAddress,
  encodeAction,
  refusalOf,
} from '../../../src/network/port-mapping/upnp-messages.ts'

const AT = new URL('http://192.168.88.1:5000/rootDesc.xml')
const TYPE = 'urn:schemas-upnp-org:service:WANIPConnection:1'

function service(type: string, control: string): string {
  return `<service><serviceType>urn:schemas-upnp-org:service:${type}</serviceType><controlURL>${control}</controlURL></service>`
}

function caught(action: () => unknown): unknown {
  try {
    action()
    return undefined
  } catch (error) {
    return error
  }
}

describe('network/port-mapping/upnp-messages', () => {
  it('finds the service of either version that forwards ports, and of PPP, the better first', () => {
    const found = (...services: readonly string[]): string =>
      decodeDescription(`<root><serviceList>${services.join('')}</serviceList></root>`, AT).control.href
    const [other, ppp, first, second] = [
      service('Layer3Forwarding:1', '/l3f'),
      service('WANPPPConnection:1', '/ppp'),
      service('WANIPConnection:1', 'ctl?a=1&amp;b=2'),
      service('WANIPConnection:2', 'http://192.168.88.1:5000/second'),
    ]
    expect(found(other, ppp)).to.equal('http://192.168.88.1:5000/ppp')
    expect(found(ppp, first)).to.equal('http://192.168.88.1:5000/ctl?a=1&b=2')
    expect(found(first, second)).to.equal('http://192.168.88.1:5000/second')
  })

  it('takes no service that is elsewhere, or none at all', () => {
    for (const xml of [
      '',
      '<root>',
      service('WANIPConnection:1', ''),
      service('WANIPConnection:1', 'http://10.0.0.1/ctl'),
      service('WANIPConnection:1', 'file:///etc/passwd'),
      `<URLBase>http://10.0.0.1/</URLBase>${service('WANIPConnection:1', '/ctl')}`,
      service('Layer3Forwarding:1', '/l3f'),
    ])
      expect(() => decodeDescription(xml, AT), xml).to.throw(DecodeError, 'does not say')
  })

  it('asks for an action, and keeps what is XML out of its arguments', () => {
    const { body, headers } = encodeAction(TYPE, 'AddPortMapping', { NewExternalPort: 4001, NewDescription: '<&>' })
    expect(headers['soapaction']).to.equal(`"${TYPE}#AddPortMapping"`)
    expect(body).to.contain(
      `<u:AddPortMapping xmlns:u="${TYPE}"><NewExternalPort>4001</NewExternalPort><NewDescription>&lt;&amp;&gt;</NewDescription></u:AddPortMapping>`,
    )
  })

  it('reads the address of a router', () => {
    const xml = '<NewExternalIPAddress xmlns:dt="x" dt:dt="string"> 45.32.7.1 </NewExternalIPAddress>'
    expect(decodeExternalAddress(xml)).to.equal('45.32.7.1')
    expect(() => decodeExternalAddress('<NewExternalIPAddresses>1</NewExternalIPAddresses>')).to.throw(DecodeError)
  })

  it('knows the code of a refusal, and shows its words without what is not for a log', () => {
    const refusal = (description: string): unknown =>
      caught(() => checkAnswer(500, `<errorCode>718</errorCode><errorDescription>${description}</errorDescription>`))
    expect(refusalOf(refusal('Conflict'))).to.equal(718)
    expect(refusal('Con\nflict\u001b[2J')).to.include({ message: 'the router refuses: Conflict[2J (UPnP 718)' })
    expect(refusalOf(caught(() => checkAnswer(404, 'no page')))).to.equal(undefined)
    expect(refusalOf(new Error('another'))).to.equal(undefined)
    expect(caught(() => checkAnswer(200, ''))).to.equal(undefined)
  })

  it('says of whatever a router may answer what it is, or that it is nothing', () => {
    const piece = fc.constantFrom(
      '<service>',
      '</service>',
      '<serviceType>',
      'WANIPConnection:1',
      '<',
      '>',
      '&amp;',
      ' ',
      'x',
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
        const error = caught(() => decodeDescription(pieces.join(''), AT))
        expect(error).to.be.instanceOf(DecodeError)
      }),
    )
  })
})
