import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect } from 'chai'
import { codeOf, messageOf } from '../../../src/domain/errors.ts'
import type { Gateway } from '../../../src/network/port-mapping/gateway.ts'
import { EXTRA_PORTS, MAX_ANSWER_BYTES } from '../../../src/network/port-mapping/limits.ts'
import { openUpnp } from '../../../src/network/port-mapping/upnp-gateway.ts'

const NEVER = new AbortController().signal
const WANTED = { port: 4001, protocol: 'tcp', externalPort: 4001, leaseSeconds: 3_600 } as const
const DESCRIPTION =
  '<root><service><serviceType>urn:schemas-upnp-org:service:WANIPConnection:1</serviceType><controlURL>/ctl</controlURL></service></root>'

interface Asked {
  readonly action: string
  readonly body: string
}

type Answer = string | number

/** A refusal of UPnP, or what an action answers. */
function answerOf(answer: Answer): { status: number; text: string } {
  return typeof answer === 'string'
    ? { status: 200, text: answer }
    : { status: 500, text: `<UPnPError><errorCode>${answer}</errorCode></UPnPError>` }
}

describe('network/port-mapping/upnp-gateway', () => {
  let server: Server
  let description: string
  let asked: Asked[]
  /** What the router answers to each action. */
  let answer: (asked: Asked) => Answer

  beforeEach(async () => {
    description = DESCRIPTION
    asked = []
    answer = () => ''
    server = createServer((request, response) => {
      if (request.method === 'GET') return response.end(description)
      const blocks: Buffer[] = []
      request.on('data', (block: Buffer) => void blocks.push(block))
      request.on('end', () => {
        const action = `${request.headers['soapaction']}`.replace(/^.*#|"$/g, '')
        asked.push({ action, body: Buffer.concat(blocks).toString() })
        const { status, text } = answerOf(answer({ action, body: Buffer.concat(blocks).toString() }))
        response.writeHead(status).end(text)
      })
      return undefined
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
  })
  afterEach(() => {
    server.closeAllConnections()
    server.close()
  })

  function open(): Promise<Gateway> {
    // as: it listens on TCP
    const { port } = server.address() as AddressInfo
    return openUpnp(new URL(`http://127.0.0.1:${port}/rootDesc.xml`), NEVER)
  }

  const externalPortIn = (body: string): number => Number(/<NewExternalPort>(\d+)</.exec(body)?.[1])

  it('asks for a port, for the address that faces the router, and gives it back under its protocol', async () => {
    const gateway = await open()
    expect(await gateway.map(WANTED, NEVER)).to.deep.equal({ externalPort: 4001, leaseSeconds: 3_600 })
    await gateway.unmap(WANTED, NEVER)
    expect(asked.map(({ action }) => action)).to.deep.equal(['AddPortMapping', 'DeletePortMapping'])
    for (const part of ['InternalClient>127.0.0.1<', 'Protocol>TCP<', 'LeaseDuration>3600<', 'Description>chiral<'])
      expect(asked[0]?.body).to.contain(part)
    expect(asked[1]?.body).to.contain('<NewExternalPort>4001</NewExternalPort><NewProtocol>TCP</NewProtocol>')
  })

  it('reads the address of the router', async () => {
    answer = () => '<NewExternalIPAddress>45.32.7.1</NewExternalIPAddress>'
    expect(await (await open()).externalAddress(NEVER)).to.equal('45.32.7.1')
  })

  it('takes a port above, where another machine has the one that is wanted', async () => {
    answer = ({ body }) => (externalPortIn(body) < 4003 ? 718 : '')
    expect(await (await open()).map(WANTED, NEVER)).to.deep.equal({ externalPort: 4003, leaseSeconds: 3_600 })
    answer = () => 718
    expect(await (await open()).map(WANTED, NEVER).then(() => 'granted', messageOf)).to.contain('UPnP 718')
    expect(asked).to.have.length(3 + EXTRA_PORTS + 1)
  })

  it('maps for ever where the router knows nothing else, and renews as if it did', async () => {
    answer = ({ body }) => (body.includes('LeaseDuration>0<') ? '' : 725)
    expect(await (await open()).map(WANTED, NEVER)).to.deep.equal({ externalPort: 4001, leaseSeconds: 3_600 })
  })

  it('takes no answer without an end, and none of what is no router', async () => {
    description = 'x'.repeat(MAX_ANSWER_BYTES + 1)
    expect(await open().then(() => '', messageOf)).to.contain('more than')
    description = '<html>a printer</html>'
    expect(await open().then(() => '', codeOf)).to.equal('DECODE_FAILED')
  })

  it('ends with its signal where the router does not answer', async () => {
    const gateway = await open()
    const stopped = new AbortController()
    server.removeAllListeners('request')
    server.once('request', () => stopped.abort(new Error('enough')))
    expect(await gateway.externalAddress(stopped.signal).then(() => '', messageOf)).to.equal('enough')
  })
})
