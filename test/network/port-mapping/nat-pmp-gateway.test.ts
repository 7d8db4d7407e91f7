import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { expect } from 'chai'
import { fromHex, toHex } from '../../../src/domain/bytes.ts'
import { messageOf } from '../../../src/domain/errors.ts'
import type { Gateway } from '../../../src/network/port-mapping/gateway.ts'
import { findNatPmp } from '../../../src/network/port-mapping/nat-pmp-gateway.ts'
import { systemClock } from '../../../src/system/clock.ts'

const HOST = '127.0.0.1'
const ADDRESS = '00800000000000012d200701'
const PORT = { port: 4001, protocol: 'tcp' } as const
const MAPPED = '00820000000000010fa1138900000708'
const NEVER = new AbortController().signal

describe('network/port-mapping/nat-pmp-gateway', () => {
  let router: Socket
  let heard: string[]
  /** What the router does about each request, in their order; the last for all after. */
  let answers: (readonly string[])[]

  beforeEach(async () => {
    heard = []
    router = createSocket('udp4')
    router.on('message', (message, { port }) => {
      heard.push(toHex(message))
      const answer = (answers.length > 1 ? answers.shift() : answers[0]) ?? []
      for (const each of answer) router.send(fromHex(each), port, HOST)
    })
    router.bind(0, HOST)
    await once(router, 'listening')
  })
  afterEach(() => void router.close())

  function find(signal = NEVER): Promise<Gateway> {
    return findNatPmp({ host: HOST, port: router.address().port, clock: systemClock }, signal)
  }

  it('asks again until it is answered, and knows the address that faces the router', async () => {
    answers = [[], [ADDRESS]]
    const gateway = await find()
    expect(heard).to.deep.equal(['0000', '0000'])
    expect(gateway).to.include({ by: 'NAT-PMP', ownAddress: HOST })
  })

  it('maps a port, passing over answers to something else, and takes it back', async () => {
    answers = [[ADDRESS], [ADDRESS, '', MAPPED], ['00820000000000010fa1000000000000']]
    const gateway = await find()
    const grant = await gateway.map({ ...PORT, externalPort: 4001, leaseSeconds: 3_600 }, NEVER)
    expect(grant).to.deep.equal({ externalPort: 5001, leaseSeconds: 1_800 })
    await gateway.unmap({ ...PORT, externalPort: 5001 }, NEVER)
    expect(heard.at(-1)).to.equal('000200000fa1000000000000')
  })

  it('says why it was refused', async () => {
    answers = [[ADDRESS], ['00820002']]
    const gateway = await find()
    const refused = await gateway
      .map({ ...PORT, externalPort: 4001, leaseSeconds: 3_600 }, NEVER)
      .then(() => 'granted', messageOf)
    expect(refused).to.contain('not allowed')
  })

  it('ends with its signal where nobody answers', async () => {
    answers = [[]]
    const stopped = new AbortController()
    router.once('message', () => stopped.abort(new Error('enough')))
    expect(await find(stopped.signal).then(() => 'found', messageOf)).to.equal('enough')
  })
})
