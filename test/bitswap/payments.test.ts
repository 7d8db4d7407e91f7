import { expect } from 'chai'
import { wei } from '../../src/domain/amount.ts'
import { codeOf } from '../../src/domain/errors.ts'
import { ask, download, verify } from '../in-band/rig.ts'
import { CHUNKS, FILE, FREE_FILE, PRICE, rejection, settleDown } from '../in-band/shelf.ts'
import { connect, createRig } from './harness.ts'

const ref = (chunkIndex: number): { fileHash: typeof FILE; chunkIndex: number } => ({ fileHash: FILE, chunkIndex })

describe('bitswap: when is paid', () => {
  it('sends no PAY when a request covered the chunk meanwhile', async () => {
    const rig = createRig()
    rig.payee.creditLimit = wei(0n)
    const client = await connect(rig)
    await download(rig, client, { count: 2, window: 1 })
    const before = rig.payer.signatures
    await rig.clock.advance(200)
    await settleDown()
    expect(rig.payer.signatures).to.equal(before)
  })

  it('settles until a voucher signed ahead is confirmed too', async () => {
    const rig = createRig()
    rig.shelf.unreadable.add(0)
    const client = await connect(rig)
    rig.payee.pay = async () => ({ kind: 'accepted', vouchered: rig.payee.vouchered, credit: rig.payee.credit })
    const controller = new AbortController()
    const request = ask(client, 0, { signal: controller.signal })
    controller.abort() // the voucher is durable and was not sent
    expect(codeOf(await rejection(request))).to.equal('CANCELLED')
    await settleDown()
    expect(rig.payer.signed).to.equal(PRICE)
    const amounts: bigint[] = []
    rig.payee.pay = async ({ cumulativeAmount }) => {
      amounts.push(cumulativeAmount)
      return { kind: 'accepted', vouchered: cumulativeAmount, credit: rig.payee.credit }
    }
    await client.settle()
    expect(amounts).to.deep.equal([PRICE])
  })

  it('carries a voucher that an aborted request left behind with the next one', async () => {
    const rig = createRig()
    const client = await connect(rig)
    const controller = new AbortController()
    const aborted = ask(client, 0, { signal: controller.signal })
    controller.abort()
    await rejection(aborted)
    await ask(client, 1)
    expect(rig.payee.vouchered).to.equal(PRICE)
    expect(rig.payer.signatures).to.equal(1)
  })

  it('takes the voucher of a request it refuses', async () => {
    const rig = createRig()
    const client = await connect(rig)
    expect(codeOf(await rejection(ask(client, CHUNKS + 1)))).to.equal('DONT_HAVE')
    expect(rig.payee.vouchered).to.equal(PRICE)
    await ask(client, 0)
    expect(rig.payer.signatures).to.equal(1)
  })
})

describe('bitswap: books that disagree', () => {
  it('asks again when the payee’s books were ahead, and then succeeds', async () => {
    const rig = createRig()
    const client = await connect(rig)
    await download(rig, client, { count: 20, window: 1 })
    rig.payee.committed = wei(rig.payee.committed + 1n) // another stream of the pair
    rig.payee.vouchered = wei(rig.payee.vouchered - PRICE + 1n)
    await ask(client, 20)
    expect(rig.payee.deliveries.size).to.equal(21)
  })
})

describe('bitswap: cancelling', () => {
  it('does not wait for a late chunk that nobody wants', async () => {
    const rig = createRig()
    rig.payee.creditLimit = wei(0n)
    const client = await connect(rig)
    rig.pair.dialer.pauseReading()
    const controller = new AbortController()
    const request = rejection(ask(client, 5, { signal: controller.signal }))
    await settleDown()
    controller.abort()
    await request
    await settleDown()
    rig.pair.dialer.resumeReading()
    expect(codeOf(await rejection(ask(client, 6)))).to.equal('ACCOUNT_MISMATCH')
    expect((await ask(client, 5, { resend: true })).chunk[0]).to.equal(5)
  })

  it('withdraws a request that waits for the money without sending anything', async () => {
    const rig = createRig()
    rig.payee.creditLimit = wei(0n)
    const client = await connect(rig)
    await ask(client, 0)
    const controller = new AbortController()
    const waiting = rejection(ask(client, 1, { signal: controller.signal }))
    await settleDown()
    const sent = rig.pair.dialer.sent.length
    controller.abort()
    expect(codeOf(await waiting)).to.equal('CANCELLED')
    await settleDown()
    expect(rig.pair.dialer.sent.length).to.equal(sent)
  })

  it('takes back a request that waits for the money, and none that was sent', async () => {
    const rig = createRig()
    const client = await connect(rig)
    const sent = ask(client, 0)
    const waiting = rejection(ask(client, 1))
    await settleDown()
    const before = rig.pair.dialer.sent.length
    expect(client.withdraw(ref(0))).to.equal(false)
    expect(client.withdraw(ref(1))).to.equal(true)
    expect(client.withdraw(ref(1))).to.equal(false)
    expect(codeOf(await waiting)).to.equal('CANCELLED')
    await sent
    verify(rig, client, 0)
    await settleDown()
    expect(rig.pair.dialer.sent).to.have.length(before)
  })
})

describe('bitswap: quotes, haves and closing', () => {
  it('announces chunks gained later of the files that were asked about', async () => {
    const rig = createRig()
    const { Bitfield } = await import('../../src/domain/bitfield.ts')
    const held = new Bitfield(CHUNKS)
    rig.shelf.held = held
    const news: [string, number, boolean][] = []
    const client = await connect(rig, {
      onHave: (fileHash, chunks) => news.push([fileHash, chunks.count, chunks.has(7)]),
    })
    expect((await client.quote(FILE)).have.count).to.equal(0)
    for (const index of [7, 8, 20]) {
      held.add(index)
      rig.shelf.listener?.(FILE, index)
    }
    rig.shelf.listener?.(FREE_FILE, 1)
    await rig.clock.advance(500)
    await settleDown()
    expect(news).to.deep.equal([[FILE, 3, true]])
    await client.close()
    await rig.served
    expect(rig.shelf.listener).to.equal(undefined)
  })

  it('agrees to an end at what verified, where vouchers promise more', async () => {
    const rig = createRig()
    const client = await connect(rig)
    await ask(client, 0)
    verify(rig, client, 0)
    await client.closeChannel()
    expect(rig.payee.agreement).to.equal(undefined)
    await ask(client, 1) // paid ahead, and it turns out to be of no use
    await client.closeChannel()
    expect(rig.payee.agreement).to.include({ settled: PRICE })
  })
})
