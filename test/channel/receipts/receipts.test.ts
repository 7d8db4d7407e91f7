import { expect } from 'chai'
import { decodeCsv, encodeCsvRecord } from '../../../src/channel/receipts/csv.ts'
import { decodeReceipts, encodeReceipts, type ReceiptsDocument } from '../../../src/channel/receipts/document.ts'
import { encodeEntry, RECEIPT_COLUMNS, type ReceiptEntry } from '../../../src/channel/receipts/entry.ts'
import { REORG_DEPTH } from '../../../src/channel/watcher.ts'
import { wei } from '../../../src/domain/amount.ts'
import { parseFileHash } from '../../../src/domain/ids.ts'
import { buy, CONFIRMATIONS, chunk, PRICE, payeeSigner, payerSigner, payUp, World } from '../fixture.ts'
import { verify } from './verify.ts'

const kinds = (entries: readonly ReceiptEntry[]): string[] => entries.map(({ kind, role }) => `${role} ${kind}`)

describe('channel/receipts', () => {
  it('writes down a whole life of a channel on both sides, and both logs verify', async () => {
    const world = new World()
    await world.openChannel()
    const ends = await world.connect()
    for (const index of [0, 1, 2]) await buy(world, ends, index)
    await payUp(ends)
    await ends.selling.close()
    await world.chain.mine(1)
    const [bought, sold] = [await world.receipts('payer').export({}), await world.receipts('payee').export({})]
    expect(kinds(bought.entries)).to.deep.equal(['payer opened', 'payer voucher', 'payer closed'])
    expect(kinds(sold.entries)).to.deep.equal(['payee opened', 'payee voucher', 'payee closed'])
    const paid = wei(3n * PRICE)
    expect(verify(bought)).to.deep.include({
      kind: 'valid',
      wallet: payerSigner.address,
      totals: { signed: paid, received: 0n, deposited: 10_000n, refunded: 10_000n - paid, earned: 0n },
    })
    expect(verify(sold)).to.deep.include({
      kind: 'valid',
      wallet: payeeSigner.address,
      totals: { signed: 0n, received: paid, deposited: 0n, refunded: 0n, earned: paid },
    })
    const { fileHash } = chunk(0)
    for (const { entries } of [bought, sold])
      expect(entries[1]).to.deep.include({ cumulativeAmount: paid, files: [{ fileHash, amount: paid }] })
    expect(bought.entries[1]).to.include({ peer: payeeSigner.address, peerId: 'payee-peer' })
    expect(sold.entries[1]).to.include({ peer: payerSigner.address, peerId: 'payer-peer' })
  })

  it('holds one entry for all vouchers between two heads, whatever their number', async () => {
    const world = new World()
    await world.openChannel({ deposit: wei(100_000n) })
    const ends = await world.connect()
    for (let index = 0; index < 200; index++) await buy(world, ends, index)
    await world.chain.mine(1)
    for (let index = 200; index < 400; index++) await buy(world, ends, index)
    await payUp(ends)
    const entries = await world.receipts('payer').list({})
    expect(kinds(entries)).to.deep.equal(['payer opened', 'payer voucher', 'payer voucher'])
    expect(entries.at(-1)?.cumulativeAmount).to.equal(400n * PRICE)
    expect(verify(await world.receipts('payer').export({})).kind).to.equal('valid')
  })

  it('says what each file of a batch was paid, as both sides know it', async () => {
    const world = new World()
    await world.openChannel()
    const ends = await world.connect()
    const [first, second] = [chunk(0).fileHash, parseFileHash('cd'.repeat(32))]
    for (const index of [0, 1]) await buy(world, ends, index, PRICE, first)
    await buy(world, ends, 0, PRICE, second)
    await world.chain.mine(1)
    await buy(world, ends, 2, PRICE, first)
    await buy(world, ends, 1, PRICE, second)
    await payUp(ends)
    for (const role of ['payer', 'payee'] as const) {
      const { entries } = await world.receipts(role).export({})
      const paid = new Map<string, bigint>()
      for (const { files = [], kind } of entries)
        if (kind === 'voucher')
          for (const { fileHash, amount } of files) paid.set(fileHash, (paid.get(fileHash) ?? 0n) + amount)
      expect([...paid], role).to.have.deep.members([
        [first, 3n * PRICE],
        [second, 2n * PRICE],
      ])
    }
    expect(verify(await world.receipts('payer').export({})).kind).to.equal('valid')
  })

  it('holds a voucher that was signed before a crash', async () => {
    const world = new World()
    await world.openChannel()
    await buy(world, await world.connect(), 0)
    await world.restartPayer()
    const rows = world.payerDatabase.read((connection) =>
      connection.all("SELECT kind FROM receipts WHERE kind = 'voucher'"),
    )
    expect(rows).to.have.length(1)
  })

  it('takes a deposit back that a reorg undid, and writes it down again when it is mined again', async () => {
    const world = new World()
    await world.openChannel()
    await world.chain.reorg(CONFIRMATIONS + 1)
    const receipts = world.receipts('payer')
    expect(kinds(await receipts.list({}))).to.deep.equal(['payer opened', 'payer undone'])
    expect(verify(await receipts.export({}))).to.deep.include({ kind: 'valid' })
    expect((await receipts.export({})).statement.deposited).to.equal(0n)

    const again = new World()
    await again.openChannel()
    await again.chain.reorg(CONFIRMATIONS + 1, { remine: true })
    const both = await again.receipts('payer').export({})
    expect(kinds(both.entries)).to.deep.equal(['payer opened', 'payer undone', 'payer opened'])
    expect(both.statement.deposited).to.equal(10_000n)
    expect(verify(both).kind).to.equal('valid')
  })

  it('sees a reorg that happened while it was down', async () => {
    const world = new World()
    await world.openChannel()
    await world.chain.mine(2 * REORG_DEPTH)
    await world.payeeWatcher.stop()
    await world.chain.reorg(2 * REORG_DEPTH + CONFIRMATIONS + 1)
    await world.restartPayee()
    expect(kinds(await world.receipts('payee').list({}))).to.deep.equal(['payee opened', 'payee undone'])
  })

  it('writes down top-ups, redemptions, close requests and withdrawals once, however often the chain is read', async () => {
    const world = new World()
    const { channelId } = await world.openChannel()
    const ends = await world.connect()
    await buy(world, ends, 0)
    await world.ensure(wei(20_000n))
    await world.chain.mine(1)
    await world.payee.redeemDue({ all: true })
    await world.chain.mine(1)
    await world.payer.requestClose(channelId)
    await world.chain.mine(1)
    await world.restartPayer()
    await world.chain.mine(260)
    await world.chain.mine(1)
    const document = await world.receipts('payer').export({})
    expect(kinds(document.entries).map((text) => text.slice(6))).to.deep.equal([
      'opened',
      'voucher',
      'toppedUp',
      'redeemed',
      'closeRequested',
      'closed',
    ])
    expect(verify(document).kind).to.equal('valid')
    const { deposited, refunded, signed } = document.statement
    expect(refunded).to.equal(deposited - signed)
  })

  it('cannot be changed in the database', async () => {
    const world = new World()
    await world.openChannel()
    const attempts = [
      "UPDATE receipts SET fields = '[]'",
      'DELETE FROM receipts',
      "REPLACE INTO receipts VALUES (1, 0, 'opened', 'payer', '', NULL, '', NULL, NULL, '[]', '')",
      "INSERT INTO receipts VALUES (9, 0, 'opened', 'payer', '', NULL, '', NULL, NULL, '[]', '')",
    ]
    for (const sql of attempts) {
      const error = await world.payerDatabase
        .write((connection) => connection.run(sql))
        .catch((refused: unknown) => refused)
      expect(String(error), sql).to.match(/receipts are append-only/)
    }
  })

  it('exports a part of itself that verifies as a part', async () => {
    const world = new World()
    await world.openChannel()
    const ends = await world.connect()
    await buy(world, ends, 0)
    await world.chain.mine(1)
    const receipts = world.receipts('payer')
    const part = await receipts.export({ fileHash: chunk(0).fileHash })
    expect(kinds(part.entries)).to.deep.equal(['payer voucher'])
    expect(part.statement).to.include({ entries: 1, length: 2 })
    expect(verify(part).kind).to.equal('valid')
    expect((await receipts.export({ peer: 'payee-peer' })).entries).to.have.length(1)
    expect((await receipts.export({ peer: payeeSigner.address.toLowerCase() })).entries).to.have.length(2)
    expect((await receipts.export({ until: world.clock.now() })).entries).to.have.length(0)
  })

  describe('verify', () => {
    let document: ReceiptsDocument

    before(async () => {
      const world = new World()
      await world.openChannel()
      const ends = await world.connect()
      for (const index of [0, 1]) await buy(world, ends, index)
      await world.chain.mine(1)
      for (const index of [2, 3]) await buy(world, ends, index)
      await world.ensure(wei(20_000n))
      await world.chain.mine(1)
      await payUp(ends)
      await ends.selling.close()
      await world.chain.mine(1)
      document = await world.receipts('payer').export({})
    })

    const judge = (text: string): { sequence: number | undefined } | undefined => {
      try {
        const result = verify(decodeReceipts(text))
        return result.kind === 'valid' ? undefined : { sequence: result.sequence }
      } catch (error) {
        const named = /sequence ([0-9]+)/.exec(String(error))?.[1]
        return { sequence: named === undefined ? undefined : Number(named) }
      }
    }

    for (const format of ['json', 'csv'] as const) {
      it(`finds a change of any field of any entry, and names the entry (${format})`, () => {
        expect(judge(encodeReceipts(document, format))).to.equal(undefined)
        const changed = new Set<string>()
        for (const [index, entry] of document.entries.entries())
          for (const [column, value] of Object.entries(encodeEntry(entry))) {
            if (value === '') continue
            changed.add(column)
            const other = `${value.slice(0, -1)}${value.endsWith('1') ? '2' : '1'}`
            const found = judge(withField({ document, format }, { index, column, value: other }))
            // Who changes its number changes what we can call it.
            const named = column === 'sequence' ? found !== undefined : found?.sequence === entry.sequence
            expect(named, `${column} of entry ${entry.sequence}: ${JSON.stringify(found)}`).to.equal(true)
          }
        expect([...changed].toSorted()).to.deep.equal(
          RECEIPT_COLUMNS.filter((column) => column !== 'scheme' && column !== 'undoes').toSorted(),
        )
      })

      it(`finds an entry that is missing, doubled or moved, and a file that was cut short (${format})`, () => {
        const { entries, statement } = document
        const text = (changed: readonly ReceiptEntry[]): string =>
          encodeReceipts({ entries: changed, statement }, format)
        for (const [index, entry] of entries.entries()) {
          expect(judge(text(entries.toSpliced(index, 1))), 'missing').not.to.equal(undefined)
          expect(judge(text(entries.toSpliced(index, 0, entry))), 'doubled').to.deep.equal({ sequence: entry.sequence })
        }
        for (let index = 1; index < entries.length; index++) {
          const [a, b] = entries.slice(index - 1, index + 1)
          if (a === undefined || b === undefined) throw new Error('unreachable')
          expect(judge(text(entries.toSpliced(index - 1, 2, b, a))), 'moved').to.deep.equal({ sequence: b.sequence })
          expect(judge(text(entries.slice(0, index))), 'cut').not.to.equal(undefined)
        }
        const lines = encodeReceipts(document, format).trimEnd().split('\n')
        for (let kept = 0; kept < lines.length; kept++)
          expect(judge(lines.slice(0, kept).join('\n')), `${kept} lines`).not.to.equal(undefined)
      })
    }
  })
})

/** The text of an export in which one field of one entry was edited. */
function withField(
  { document, format }: { document: ReceiptsDocument; format: 'csv' | 'json' },
  { index, column, value }: { index: number; column: string; value: string },
): string {
  const text = encodeReceipts(document, format)
  if (format === 'json') {
    const json = JSON.parse(text)
    json.entries[index][column] = value
    return JSON.stringify(json)
  }
  const records = decodeCsv(text)
  const record = records[index + 1] ?? []
  const edited = record.with(
    RECEIPT_COLUMNS.findIndex((name) => name === column),
    value,
  )
  return records
    .with(index + 1, edited)
    .map((cells) => `${encodeCsvRecord(cells)}\r\n`)
    .join('')
}
