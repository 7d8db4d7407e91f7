import { readFile, writeFile } from 'node:fs/promises'
import { expect } from 'chai'
import { globalOptions } from 'hardhat'
import { type Gas, measureGas, PAYMENT_CHANNEL, PLAIN_CHANNEL } from './support/gas-measurement.ts'
import { batchRow, channelRow, gasTables, notBelow, type Peers } from './support/gas-table.ts'

/** Run with CHIRAL_UPDATE_GAS=1 to accept new numbers; then commit the files. */
const UPDATES = process.env['CHIRAL_UPDATE_GAS'] === '1'
const SNAPSHOT = new URL('./gas.json', import.meta.url)
/** Where `./chiral contracts` wants what was measured. */
const REPORT = process.env['CHIRAL_GAS_REPORT']
const PLAIN_SNAPSHOT = new URL('./gas-plain.json', import.meta.url)
const PEERS = new URL('./gas-peers.json', import.meta.url)
const DOCUMENT = new URL('../../docs/performance.md', import.meta.url)
const [BEGIN, END] = ['<!-- gas: made from test/contracts/gas*.json -->\n\n', '\n\n<!-- /gas -->']
/** Half a per cent: more is a change somebody has to accept. */
const TOLERANCE_PER_MILLE = 5
/** Four million of the block's 4,700,000: other transactions have to fit beside one of ours. */
const MOST_GAS = 4_000_000
/** As many items as a batch may have (docs/specs/02-channel.md §4). */
const LARGEST_BATCH = { redeemMany: 250, closeMany: 150 } as const
/** Clearing storage pays back at most a fifth of the gas, and only afterwards: the block has to hold all of it. */
const BEFORE_REFUNDS = { redeemMany: 1, closeMany: 5 / 4 } as const
/** What was promised, whatever is accepted as a new snapshot. `open` and `topUp`: the cheapest deposits of any peer. */
const BELOW: Gas = {
  open: 45_830,
  topUp: 28_730,
  redeem: 43_000,
  close: 48_000,
  closeAgreed: 48_000,
  unilateralTotal: 60_500,
  redeemManyPerItem: 15_500,
}

function gasTests(): void {
  let measured: Gas
  let plain: Gas
  let peers: Peers

  before(async () => {
    measured = await measureGas(PAYMENT_CHANNEL)
    plain = await measureGas(PLAIN_CHANNEL)
    peers = JSON.parse(await readFile(PEERS, 'utf8'))
    if (REPORT !== undefined) await writeFile(REPORT, JSON.stringify(measured))
    if (!UPDATES) return
    await writeFile(SNAPSHOT, `${JSON.stringify(measured, null, 2)}\n`)
    await writeFile(PLAIN_SNAPSHOT, `${JSON.stringify(plain, null, 2)}\n`)
    const { text, begin, end } = await documented()
    await writeFile(DOCUMENT, `${text.slice(0, begin)}${gasTables(measured, plain, peers)}${text.slice(end)}`)
  })

  after(() => console.log(`\n${gasTables(measured, plain, peers)}\n`))

  it('stays within half a per cent of the committed numbers', async () => {
    const committed = await readGas(SNAPSHOT)
    expect(Object.keys(measured).sort()).to.deep.equal(Object.keys(committed).sort())
    const grown = Object.entries(measured).filter(
      ([name, gas]) => gas * 1000 > (committed[name] ?? 0) * (1000 + TOLERANCE_PER_MILLE),
    )
    expect(grown.map(([name, gas]) => `${name}: ${committed[name]} -> ${gas}`)).to.deep.equal([])
  })

  it('is below what was promised', () => {
    for (const [name, limit] of Object.entries(BELOW)) expect(measured[name], name).to.be.lessThan(limit)
  })

  it('is below every peer in every operation that both have', () => {
    expect(notBelow(channelRow('ours', measured), peers.channels)).to.deep.equal([])
    expect(notBelow(batchRow('ours', measured), peers.batches)).to.deep.equal([])
  })

  it('costs no more than the same in plain Solidity, whose committed numbers are what is measured', async () => {
    expect(plain).to.deep.equal(await readGas(PLAIN_SNAPSHOT))
    const { deploy, ...operations } = plain
    expect(deploy).to.be.greaterThan(0)
    for (const [name, limit] of Object.entries(operations)) expect(measured[name], name).to.be.at.most(limit)
  })

  it('deploys, and redeems or closes the largest batch, in less than four million gas', () => {
    expect(measured['deploy']).to.be.lessThan(MOST_GAS)
    for (const operation of ['redeemMany', 'closeMany'] as const) {
      const perItem = (measured[`${operation}PerItem`] ?? MOST_GAS) * BEFORE_REFUNDS[operation]
      expect(perItem * LARGEST_BATCH[operation], operation).to.be.lessThan(MOST_GAS)
    }
  })

  it('is documented as it is committed', async () => {
    const { text, begin, end } = await documented()
    const tables = gasTables(await readGas(SNAPSHOT), await readGas(PLAIN_SNAPSHOT), peers)
    expect(text.slice(begin, end)).to.equal(tables)
  })
}

// Code instrumented for coverage uses other amounts.
if (!globalOptions.coverage) describe('contracts/gas', gasTests)

async function readGas(file: URL): Promise<Gas> {
  return JSON.parse(await readFile(file, 'utf8'))
}

/** Where the tables stand in docs/performance.md. */
async function documented(): Promise<{ text: string; begin: number; end: number }> {
  const text = await readFile(DOCUMENT, 'utf8')
  const begin = text.indexOf(BEGIN) + BEGIN.length
  const end = text.indexOf(END)
  if (begin < BEGIN.length || end < begin) throw new Error('docs/performance.md has no place for the gas tables')
  return { text, begin, end }
}
