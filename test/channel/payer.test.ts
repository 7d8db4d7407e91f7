import { expect } from 'chai'
import { MAX_CHANNEL_AMOUNT, wei } from '../../src/domain/amount.ts'
import { fromHex } from '../../src/domain/bytes.ts'
import { codeOf } from '../../src/domain/errors.ts'
import type { Address } from '../../src/domain/ids.ts'
import { openDatabase } from '../../src/system/database.ts'
import { createSigner } from '../../src/system/signer.ts'
import { FEE, settle } from './fake-contract.ts'
import { buy, CONFIRMATIONS, chunk, DOWNLOAD, PRICE, payeeSigner, payerSigner, payUp, World } from './fixture.ts'

async function codeOfRejection(work: Promise<unknown>): Promise<string | undefined> {
  return work.then(() => 'none', codeOf)
}

const opens = (world: World): string[] => world.chain.sent.filter((key) => key.startsWith('open:'))

describe('channel/payer: ensureChannel', () => {
  it('opens a channel, tells the blocks left and confirms', async () => {
    const world = new World()
    await world.start()
    await world.payer.beginDownload({ downloadId: DOWNLOAD, maxTotal: wei(1000n) })
    const blocksLeft: number[] = []
    const handle = await world.ensure(wei(500n), { onProgress: (progress) => blocksLeft.push(progress.blocksLeft) })
    let confirmed = false
    void handle.confirmed.then(() => {
      confirmed = true
    })
    await world.chain.mine()
    expect(confirmed).to.equal(false)
    for (let block = 0; block < CONFIRMATIONS; block++) await world.chain.mine()
    expect(confirmed).to.equal(true)
    expect(blocksLeft.at(-1)).to.equal(1)
    expect(blocksLeft).to.include(CONFIRMATIONS)
    expect(world.payer.list()[0]).to.deep.include({ phase: 'open', deposit: 500n, confirmed: 500n })
  })

  it('opens once for two downloads that need the same payee at the same time', async () => {
    const world = new World()
    await world.start()
    await world.payer.beginDownload({ downloadId: DOWNLOAD, maxTotal: wei(1000n) })
    const [one, two] = await Promise.all([world.ensure(wei(500n)), world.ensure(wei(500n))])
    expect(one.channelId).to.equal(two.channelId)
    expect(opens(world)).to.have.length(1)
  })

  it('waits on after a reorg that undoes the opening', async () => {
    const world = new World()
    await world.start()
    await world.payer.beginDownload({ downloadId: DOWNLOAD, maxTotal: wei(1000n) })
    const handle = await world.ensure(wei(500n))
    let confirmed = false
    void handle.confirmed.then(() => {
      confirmed = true
    })
    await world.chain.mine(2)
    await world.chain.reorg(2, { remine: true })
    expect(confirmed).to.equal(false)
    await world.chain.mine(CONFIRMATIONS)
    expect(confirmed).to.equal(true)
  })

  it('ends the wait when told to, and finds the channel again later', async () => {
    const world = new World()
    await world.start()
    await world.payer.beginDownload({ downloadId: DOWNLOAD, maxTotal: wei(1000n) })
    const controller = new AbortController()
    const handle = await world.ensure(wei(500n), { signal: controller.signal })
    controller.abort(new Error('stopped'))
    expect(await handle.confirmed.then(() => '', String)).to.include('stopped')
    await world.chain.mine(1 + CONFIRMATIONS)
    const again = await world.ensure(wei(500n))
    await again.confirmed
    expect(again.channelId).to.equal(handle.channelId)
  })

  it('gives up a channel whose opening the chain refused, and never uses its salt again', async () => {
    const world = new World()
    await world.start()
    await world.payer.beginDownload({ downloadId: DOWNLOAD, maxTotal: wei(1000n) })
    world.chain.failNext = 'INSUFFICIENT_FUNDS'
    expect(await codeOfRejection(world.ensure(wei(500n)))).to.equal('INSUFFICIENT_FUNDS')
    expect(world.payer.list()).to.deep.equal([])
    expect(world.payer.budget(DOWNLOAD)).to.include({ gasReserved: 0n, gasSpent: 0n })
    await world.ensure(wei(500n))
    const salts = world.payerDatabase.read((connection) => connection.all('SELECT salt FROM channel_ids'))
    expect(new Set(salts.map((row) => row['salt'])).size).to.equal(2)
  })

  it('counts gas against the budget: reserved before, spent after (BUDGET_EXHAUSTED)', async () => {
    const world = new World()
    await world.start()
    await world.payer.beginDownload({ downloadId: DOWNLOAD, maxTotal: wei(2n * FEE - 1n) })
    expect(await codeOfRejection(world.ensure(wei(500n)))).to.equal('BUDGET_EXHAUSTED')
    expect(world.payer.list()).to.deep.equal([])
    await world.payer.beginDownload({ downloadId: DOWNLOAD, maxTotal: wei(2n * FEE) })
    await world.ensure(wei(500n))
    expect(world.payer.budget(DOWNLOAD).gasReserved).to.equal(2n * FEE)
    await world.chain.mine()
    expect(world.payer.budget(DOWNLOAD)).to.include({ gasReserved: 0n, gasSpent: FEE })
  })

  it('needs a download to count against (DOWNLOAD_UNKNOWN)', async () => {
    const world = new World()
    expect(await codeOfRejection(world.ensure(wei(500n)))).to.equal('DOWNLOAD_UNKNOWN')
  })
})

describe('channel/payer: bugs that payment channels had in production', () => {
  it('top-up before spend race: spends on the confirmed deposit alone, and the payee looks again before it refuses', async () => {
    const world = new World()
    await world.openChannel({ deposit: wei(PRICE) })
    const ends = await world.connect()
    await buy(world, ends, 0)
    const more = await world.ensure(wei(5n * PRICE))
    await world.chain.mine(1)
    // On chain, not confirmed: not spent.
    expect(await ends.buying.authorize({ price: PRICE, required: wei(2n * PRICE) })).to.deep.equal({
      kind: 'refused',
      code: 'DEPOSIT_EXHAUSTED',
    })
    await world.payeeWatcher.stop() // the payee does not follow the chain just now
    await world.chain.mine(CONFIRMATIONS)
    await more.confirmed
    expect((await buy(world, ends, 1)).kind).to.equal('committed')
  })

  it('dead channel loop at the reserve maximum: a full channel is named as such, not topped up for ever', async () => {
    const world = new World()
    await world.openChannel({ deposit: MAX_CHANNEL_AMOUNT })
    const ends = await world.connect()
    await buy(world, ends, 0)
    expect(await codeOfRejection(world.ensure(MAX_CHANNEL_AMOUNT))).to.equal('CHANNEL_FULL')
    expect(world.chain.sent.filter((key) => key.startsWith('topUp:'))).to.deep.equal([])
  })

  it('replayed first reserve: a restart between deciding and sending opens the same channel, once', async () => {
    const world = new World()
    await world.start()
    await world.payer.beginDownload({ downloadId: DOWNLOAD, maxTotal: wei(1000n) })
    world.chain.failNext = 'CHAIN_UNREACHABLE' // decided and durable; whether it was sent is not known
    expect(await codeOfRejection(world.ensure(wei(500n)))).to.equal('CHAIN_UNREACHABLE')
    const decided = world.payer.list()[0]?.channelId
    await world.restartPayer()
    const first = await world.ensure(wei(500n))
    await world.restartPayer()
    const second = await world.ensure(wei(500n))
    expect([first.channelId, second.channelId]).to.deep.equal([decided, decided])
    expect(opens(world)).to.have.length(1)
    await world.chain.mine(1 + CONFIRMATIONS)
    await second.confirmed
  })

  it('lost local state: a forgotten channel is found on chain, only ever closed, and a new one is bought on', async () => {
    const world = new World()
    const handle = await world.openChannel()
    const ends = await world.connect()
    for (let index = 0; index < 3; index++) await buy(world, ends, index)
    const lost = new World({ payeeDatabase: world.payeeDatabase, payerDatabase: openDatabase(':memory:') })
    Object.assign(lost, { chain: world.chain })
    await lost.restartPayer()
    await settle()
    expect(lost.payer.list()[0]).to.deep.include({ channelId: handle.channelId, phase: 'closing' })
    await lost.payer.beginDownload({ downloadId: DOWNLOAD, maxTotal: wei(10n ** 9n) })
    const fresh = await lost.ensure(wei(1000n))
    expect(fresh.channelId).to.not.equal(handle.channelId)
    await lost.payer.requestClose(handle.channelId)
    await world.chain.mine(1 + CONFIRMATIONS)
    await fresh.confirmed
    expect(lost.payer.list().map(({ phase }) => phase)).to.deep.equal(['closing', 'open'])
  })

  it('tops up within the budget of the download, and not at all without one', async () => {
    const world = new World()
    await world.openChannel({ deposit: wei(3n * PRICE), maxTotal: wei(8n * PRICE + 3n * FEE) })
    const ends = await world.connect()
    for (let index = 0; index < 3; index++) await buy(world, ends, index)
    await payUp(ends)
    const unknown = world.ensure(wei(100n * PRICE), { downloadId: 'nobody asked for this' })
    expect(await unknown.catch(codeOf)).to.equal('DOWNLOAD_UNKNOWN')
    expect(world.chain.sent).to.have.length(1)
    const handle = await world.ensure(wei(100n * PRICE))
    expect(handle.deposit).to.equal(8n * PRICE)
    await world.chain.mine(1 + CONFIRMATIONS)
    await handle.confirmed
    for (let index = 3; index < 8; index++) await buy(world, ends, index)
    await payUp(ends)
    expect(await world.ensure(wei(PRICE)).catch(codeOf)).to.equal('BUDGET_EXHAUSTED')
    expect(world.payer.list()[0]).to.include({ deposit: 8n * PRICE, vouchered: 8n * PRICE })
  })

  it('gap not closable in one step: a top-up adds all that is missing at once', async () => {
    const world = new World()
    await world.openChannel({ deposit: wei(3n * PRICE) })
    const ends = await world.connect()
    for (let index = 0; index < 3; index++) await buy(world, ends, index)
    const handle = await world.ensure(wei(7n * PRICE))
    expect(handle.deposit).to.equal(10n * PRICE)
    await world.chain.mine(1 + CONFIRMATIONS)
    await handle.confirmed
    const enough = await world.ensure(wei(7n * PRICE))
    expect(enough.transactionHash).to.equal(undefined)
  })

  it('waits no longer for a top-up of a channel that ended meanwhile (CHANNEL_CLOSING)', async () => {
    const world = new World()
    const { channelId } = await world.openChannel({ deposit: wei(3n * PRICE) })
    const ends = await world.connect()
    await buy(world, ends, 0)
    const grown = await world.ensure(wei(5n * PRICE))
    const outcome = codeOfRejection(grown.confirmed)
    await world.chain.mine()
    await world.payee.close(channelId)
    await world.chain.mine()
    await world.chain.mine()
    expect(await outcome).to.equal('CHANNEL_CLOSING')
    const next = await world.ensure(wei(5n * PRICE))
    expect(next.channelId).to.not.equal(channelId)
  })

  it('unused headroom growth: asking again adds nothing while enough is left, or a top-up is under way', async () => {
    const world = new World()
    await world.openChannel({ deposit: wei(500n) })
    await Promise.all([world.ensure(wei(500n)), world.ensure(wei(100n))])
    await Promise.all([world.ensure(wei(800n)), world.ensure(wei(800n))])
    await world.restartPayer()
    await world.ensure(wei(800n))
    expect(world.chain.sent.filter((key) => key.startsWith('topUp:'))).to.have.length(1)
    await world.chain.mine(1 + CONFIRMATIONS)
    expect(world.payer.list()[0]?.deposit).to.equal(800n)
  })

  it('re-request paid again: a chunk is paid to one source, once, over retries, hedges and restarts', async () => {
    const world = new World()
    await world.openChannel()
    const ends = await world.connect()
    await buy(world, ends, 0)
    expect(await world.verify(0)).to.equal(false)
    await world.restartPayer()
    expect(await world.verify(0)).to.equal(false)
    const otherSource = await world.payerDatabase.write((connection) =>
      world.payer.recordVerified(connection, {
        payee: createSigner(fromHex('33'.repeat(32))).address,
        downloadId: DOWNLOAD,
        chunk: chunk(0),
        price: PRICE,
      }),
    )
    expect(otherSource).to.equal(false)
    expect(await ends.buying.settle()).to.equal(undefined)
    expect(ends.buying.highest()?.cumulativeAmount).to.equal(PRICE)
  })

  it('counts a chunk once more that was lost and sold again, from the same payee or another, and no other way', async () => {
    const world = new World()
    await world.openChannel()
    const other = createSigner(fromHex('33'.repeat(32))).address
    const again = (payee: Address): Promise<boolean> =>
      world.payerDatabase.write((connection) =>
        world.payer.recordVerified(connection, {
          ...{ payee, downloadId: DOWNLOAD, chunk: chunk(0), price: PRICE },
          again: true,
        }),
      )
    expect(await again(payeeSigner.address), 'the first time').to.equal(true)
    expect(world.payer.budget(DOWNLOAD).exposed).to.equal(PRICE)
    expect(await again(payeeSigner.address)).to.equal(true)
    expect(await again(other)).to.equal(true)
    expect(world.payer.budget(DOWNLOAD).exposed).to.equal(3n * PRICE)
    expect(await world.verify(0), 'a retry').to.equal(false)
    expect(world.payer.bookedChunks(DOWNLOAD, chunk(0).fileHash)).to.deep.equal([0])
    expect(world.payer.sellersOf(chunk(0))).to.have.members([payeeSigner.address, other])
    expect(world.payer.sellersOf(chunk(0), 'download-2')).to.deep.equal([])
    expect(world.payer.sellersOf(chunk(1))).to.deep.equal([])
  })

  it('buys a chunk anew in another download', async () => {
    const world = new World()
    await world.openChannel()
    await world.payer.beginDownload({ downloadId: 'download-2', maxTotal: wei(1000n) })
    expect(await world.verify(0)).to.equal(true)
    expect(await world.verify(0, PRICE, 'download-2')).to.equal(true)
  })
})

describe('channel/payer: budgets', () => {
  it('signs no wei beyond the limit of a download', async () => {
    const world = new World()
    await world.openChannel({ maxTotal: wei(FEE + 3n * PRICE) })
    const ends = await world.connect()
    for (let index = 0; index < 3; index++) expect((await buy(world, ends, index)).kind).to.equal('committed')
    expect(await ends.buying.authorize({ price: PRICE, required: wei(4n * PRICE) })).to.deep.equal({
      kind: 'refused',
      code: 'BUDGET_EXHAUSTED',
    })
    await world.payer.beginDownload({ downloadId: DOWNLOAD, maxTotal: wei(FEE + 4n * PRICE) })
    expect((await buy(world, ends, 3)).kind).to.equal('committed')
  })

  it('buys nothing for a download that ended, and still pays what it owes', async () => {
    const world = new World()
    await world.openChannel()
    const { buying } = await world.connect()
    await world.verify(0)
    await world.payer.endDownload({ downloadId: DOWNLOAD })
    expect(await buying.authorize({ price: PRICE, required: wei(2n * PRICE) })).to.deep.equal({
      kind: 'refused',
      code: 'BUDGET_EXHAUSTED',
    })
    expect((await buying.settle())?.cumulativeAmount).to.equal(PRICE)
  })

  it('books what an earlier download owes on that download', async () => {
    const world = new World()
    await world.openChannel()
    await world.verify(0)
    await world.payer.endDownload({ downloadId: DOWNLOAD })
    await world.payer.beginDownload({ downloadId: 'download-2', maxTotal: wei(PRICE) })
    const next = world.payer.account(payeeSigner.address, 'download-2')
    const said = await next.authorize({ price: PRICE, required: wei(2n * PRICE) })
    expect(said.kind).to.equal('voucher')
    expect(world.payer.history().map(({ downloadId, signed }) => [downloadId, signed])).to.deep.equal([
      [DOWNLOAD, PRICE],
      ['download-2', PRICE],
    ])
  })

  it('prepays at most four sources that never delivered', async () => {
    const world = new World()
    await world.start()
    await world.payer.beginDownload({ downloadId: DOWNLOAD, maxTotal: wei(10n ** 9n) })
    const crowd = [...'3456789'].map((digit) => createSigner(fromHex(digit.repeat(64))).address)
    for (const payee of crowd) await world.ensure(wei(500n), { payee })
    await world.chain.mine(1 + CONFIRMATIONS)
    const said = []
    for (const payee of crowd) {
      const account = world.payer.account(payee, DOWNLOAD)
      said.push((await account.authorize({ price: PRICE, required: PRICE })).kind)
    }
    expect(said).to.deep.equal(['voucher', 'voucher', 'voucher', 'voucher', 'refused', 'refused', 'refused'])
    const [proven, , , , fifth] = crowd
    if (proven === undefined || fifth === undefined) throw new Error('no crowd')
    await world.payerDatabase.write((connection) =>
      world.payer.recordVerified(connection, { payee: proven, downloadId: DOWNLOAD, chunk: chunk(1), price: PRICE }),
    )
    const next = await world.payer.account(fifth, DOWNLOAD).authorize({ price: PRICE, required: PRICE })
    expect(next.kind).to.equal('voucher')
  })

  it('prepays four more strangers for each time that the user started the download', async () => {
    const world = new World()
    await world.start()
    await world.payer.beginDownload({ downloadId: DOWNLOAD, maxTotal: wei(10n ** 9n) })
    const crowd = Array.from({ length: 13 }, (_, index) => createSigner(fromHex(`${index + 16}`.repeat(32))).address)
    for (const payee of crowd) await world.ensure(wei(500n), { payee })
    await world.chain.mine(1 + CONFIRMATIONS)
    const prepaid = async (starts: number): Promise<number> => {
      for (const payee of crowd)
        await world.payer.account(payee, DOWNLOAD, { starts }).authorize({ price: PRICE, required: PRICE })
      return world.payer.history().filter(({ signed }) => signed > 0n).length
    }
    for (const [starts, count] of [
      [1, 4],
      [1, 4],
      [2, 8],
      [3, 12],
      [3, 12],
    ] as const)
      expect(await prepaid(starts), `${starts} starts`).to.equal(count)
  })
})

describe('channel/payer: what a payee counts and others were paid for', () => {
  const OTHER_PAYEE = createSigner(fromHex('33'.repeat(32))).address
  const recent = [chunk(2), chunk(1), chunk(0)]

  async function book(world: World, index: number, payee: Address, downloadId = DOWNLOAD): Promise<void> {
    await world.payerDatabase.write((connection) =>
      world.payer.recordVerified(connection, { payee, downloadId, chunk: chunk(index), price: PRICE }),
    )
  }

  it('is what is booked on others alone, in whatever download, while D is above R', async () => {
    const world = new World()
    await world.openChannel()
    await world.payer.beginDownload({ downloadId: 'download-2', maxTotal: wei(10n ** 9n) })
    const { buying } = await world.connect()
    await book(world, 0, payeeSigner.address)
    await book(world, 0, OTHER_PAYEE, 'download-2')
    await book(world, 1, OTHER_PAYEE, 'download-2')
    expect(buying.duplicates({ committed: wei(3n * PRICE), recent })).to.deep.equal([
      { ...chunk(1), price: 2n * PRICE },
    ])
    expect(buying.duplicates({ committed: PRICE, recent }), 'D is no more than R').to.deep.equal([])
  })

  it('is over when the chunk came from this payee after all', async () => {
    const world = new World()
    await world.openChannel()
    await world.payer.beginDownload({ downloadId: 'download-2', maxTotal: wei(10n ** 9n) })
    const { buying } = await world.connect()
    await book(world, 1, OTHER_PAYEE)
    await book(world, 1, payeeSigner.address, 'download-2')
    expect(buying.duplicates({ committed: wei(3n * PRICE), recent })).to.deep.equal([])
  })
})

describe('channel/payer: getting the money back', () => {
  it('requests the close, buys nothing more, and withdraws after the window by itself', async () => {
    const world = new World()
    const { channelId } = await world.openChannel()
    const { buying } = await world.connect()
    expect(await codeOfRejection(world.payer.withdraw(channelId))).to.equal('WINDOW_OPEN')
    const closed = world.payer.closed(channelId, new AbortController().signal)
    await world.payer.requestClose(channelId)
    expect(await buying.authorize({ price: PRICE, required: PRICE })).to.deep.equal({
      kind: 'refused',
      code: 'CHANNEL_CLOSING',
    })
    await world.chain.mine(1)
    expect(await codeOfRejection(world.payer.withdraw(channelId))).to.equal('WINDOW_OPEN')
    await world.chain.mine(241)
    expect(world.chain.sent).to.include(`withdraw:${channelId}`)
    await world.chain.mine(1)
    await closed
    await world.chain.mine(CONFIRMATIONS)
    expect(world.payer.list()).to.deep.equal([])
  })

  it('knows no channel of others (CHANNEL_UNKNOWN)', async () => {
    const world = new World()
    const { channelId } = await world.openChannel()
    const stranger = new World()
    expect(await codeOfRejection(stranger.payer.requestClose(channelId))).to.equal('CHANNEL_UNKNOWN')
    expect(await codeOfRejection(stranger.payer.withdraw(channelId))).to.equal('CHANNEL_UNKNOWN')
    const nobody = stranger.payer.account(payeeSigner.address, DOWNLOAD)
    expect(await codeOfRejection(nobody.prove(world.challenge()))).to.equal('CHANNEL_UNKNOWN')
    expect(payerSigner.address).to.not.equal(payeeSigner.address)
  })
})
