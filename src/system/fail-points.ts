/**
 * Named instants at which a test may kill the process. In a normal run `hit` does nothing.
 *
 * The names are the places where a crash could lose money: right after a state became durable and right before it was
 * acted upon, or the reverse.
 */
export type FailPointName =
  | 'voucher-durable' // payer: the voucher is stored and was not sent
  | 'want-sent' // payer: the request left, no chunk came
  | 'payment-sent' // payer: a voucher left by itself, no answer came
  | 'chunk-verified' // payer: the chunk is right, its bit is not durable
  | 'payee-durable' // payee: V and D are stored, the chunk was not sent
  | 'tail-unpaid' // payer: the last chunk is durable, the last PAY was not sent
  | 'chunk-durable' // payer: a chunk counts (used with a count: die in the middle of a download)
  | 'chunk-sent' // payee: a chunk left (used with a count)
  | 'transaction-durable' // either: a raw transaction is stored and was not broadcast
  | 'batch-decided' // payer: a batch of payments is decided, and no transaction is signed
  | 'batch-mined' // payer: a batch lies deep enough, and does not count yet
  | 'batch-counted' // payer: a batch counts, and its payees were not shown it

export interface FailPoints {
  hit(name: FailPointName): void
}

export const noFailPoints: FailPoints = { hit() {} }

/** `name` or `name:count`: the process kills itself, as `kill -9` would, the `count`-th time `name` is hit. */
export function killAt(specification: string): FailPoints {
  const [name, count] = specification.split(':')
  let left = Number(count ?? '1')
  return {
    hit(hitName) {
      if (hitName === name && --left === 0) process.kill(process.pid, 'SIGKILL')
    },
  }
}
