/** The gas of our contract beside that of others, as text. No I/O. */
import type { Gas } from './gas-measurement.ts'

/** `null`: the system has no such operation. */
export interface ChannelRow {
  readonly name: string
  readonly open: number | null
  readonly topUp: number | null
  readonly redeem: number | null
  readonly cooperativeClose: number | null
  readonly unilateralTotal: number | null
}

/** Redeeming many vouchers in one transaction: gas an item, in batches of 10 and of 50. */
export interface BatchRow {
  readonly name: string
  readonly at10: number | null
  readonly at50: number | null
}

/** test/contracts/gas-peers.json: measured elsewhere, by the definitions of gas-measurement.ts. */
export interface Peers {
  readonly channels: readonly ChannelRow[]
  readonly batches: readonly BatchRow[]
  /** What cannot be had with a standard ABI and readable code: for orientation, not a limit. */
  readonly floor: { readonly channels: readonly ChannelRow[]; readonly batches: readonly BatchRow[] }
}

export function channelRow(name: string, gas: Gas): ChannelRow {
  return {
    name,
    open: gas['open'] ?? null,
    topUp: gas['topUp'] ?? null,
    redeem: gas['redeem'] ?? null,
    cooperativeClose: gas['close'] ?? null,
    unilateralTotal: gas['unilateralTotal'] ?? null,
  }
}

export function batchRow(name: string, gas: Gas): BatchRow {
  return { name, at10: gas['redeemManyPerItemAt10'] ?? null, at50: gas['redeemManyPerItem'] ?? null }
}

/** Every figure of `own` that is not below the same figure of another row, in words. */
export function notBelow<Row extends ChannelRow | BatchRow>(own: Row, others: readonly Row[]): string[] {
  return others.flatMap((other) =>
    Object.entries(other).flatMap(([column, figure]) => {
      const ours = own[column as keyof Row]
      if (typeof figure !== 'number' || (typeof ours === 'number' && ours < figure)) return []
      return [`${column}: ${ours} is not below the ${figure} of ${other.name}`]
    }),
  )
}

/** The tables of docs/performance.md. */
export function gasTables(own: Gas, plain: Gas, peers: Peers): string {
  const ours = '**PaymentChannel**'
  const plainName = 'PlainChannel, the same in plain Solidity'
  const channels = [
    channelRow(ours, own),
    channelRow(plainName, plain),
    ...peers.channels,
    ...peers.floor.channels.map(asFloor),
  ]
  const batches = [
    batchRow(ours, own),
    batchRow(plainName, plain),
    ...peers.batches,
    ...peers.floor.batches.map(asFloor),
  ]
  return [
    ...table(
      ['gas', 'open', 'top-up', 'redeem', 'cooperative close', 'unilateral total'],
      channels.map(({ name, open, topUp, redeem, cooperativeClose, unilateralTotal }) => [
        name,
        ...[open, topUp, redeem, cooperativeClose, unilateralTotal].map(figure),
      ]),
    ),
    '',
    ...table(
      ['redeemMany, gas an item', '10 items', '50 items'],
      batches.map(({ name, at10, at50 }) => [name, figure(at10), figure(at50)]),
    ),
    '',
    ...table(
      ['gas', 'openMany, an item of 50', 'closeMany, an item of 50', 'closeAgreed', 'deployment'],
      [
        { name: ours, gas: own },
        { name: plainName, gas: plain },
      ].map(({ name, gas }) => [
        name,
        ...['openManyPerItem', 'closeManyPerItem', 'closeAgreed', 'deploy'].map((column) =>
          figure(gas[column] ?? null),
        ),
      ]),
    ),
  ].join('\n')
}

function asFloor<Row extends { readonly name: string }>(row: Row): Row {
  return { ...row, name: `*floor:* ${row.name}` }
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  return [line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(line)]
}

function figure(gas: number | null): string {
  return gas === null ? '–' : gas.toLocaleString('en-US')
}
