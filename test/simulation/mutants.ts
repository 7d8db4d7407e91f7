/** One wrong rule, put in place of a right one. */
export interface Mutant {
  readonly name: string
  /** One that caught it: looked at first. */
  readonly seed: number
  /** Under src/. */
  readonly file: string
  readonly find: string
  readonly replace: string
}

/** Every bug here costs somebody money. The first two lines of each say what; the simulator finds it without being told. */
export const MUTANTS: readonly Mutant[] = [
  {
    name: 'the payer signs ahead of what verified, without limit',
    seed: 0,
    file: 'channel/payer-step.ts',
    find: "if (target > before && target > pair.verified + event.price) return rejection('VERIFY_FIRST')",
    replace: '',
  },
  {
    name: 'the payer signs more than its deposit',
    seed: 27,
    file: 'channel/payer-step.ts',
    find: "if (target > most || pair.verified + event.price > most) return rejection('DEPOSIT_EXHAUSTED')",
    replace: '',
  },
  {
    name: 'the payer forgets its budget',
    seed: 17,
    file: 'channel/payer-step.ts',
    find: 'if (maxWei(addWei(share.signed, own), addWei(share.verified, event.price)) > ceiling)',
    replace: 'if (share === undefined && own > ceiling)',
  },
  {
    name: 'the payer prepays any number of strangers',
    seed: 124,
    file: 'channel/payer-step.ts',
    find: "if (isNewlyUnproven && event.unprovenElsewhere >= event.prepaymentCap) return rejection('PREPAYMENT_CAP')",
    replace: 'isNewlyUnproven',
  },
  {
    name: 'the payer counts a chunk that verified twice',
    seed: 0,
    file: 'channel/payer-step.ts',
    find: 'return transition({ ...pair, verified: addWei(pair.verified, event.price) })',
    replace: 'return transition({ ...pair, verified: addWei(pair.verified, addWei(event.price, event.price)) })',
  },
  {
    name: 'the payer does not count what verified',
    seed: 0,
    file: 'channel/payer-step.ts',
    find: 'return transition({ ...pair, verified: addWei(pair.verified, event.price) })',
    replace: 'return transition(pair)',
  },
  {
    name: 'the payer settles beyond what verified',
    seed: 0,
    file: 'channel/payer-step.ts',
    find: 'const debt = subtractWei(minWei(pair.verified, spendable(pair, channel.channelId)), before)',
    replace: 'const debt = subtractWei(spendable(pair, channel.channelId), before)',
  },
  {
    name: 'the payer never settles',
    seed: 0,
    file: 'channel/payer-step.ts',
    find: 'return increment === 0n ? transition(pair) : raise(pair, channel.channelId, addWei(before, increment))',
    replace: 'return increment >= 0n ? transition(pair) : raise(pair, channel.channelId, addWei(before, increment))',
  },
  {
    name: 'the payer puts all of V on its newest channel',
    seed: 4,
    file: 'channel/payer-step.ts',
    find: 'const cumulativeAmount = wei(target - voucheredElsewhere(pair, channelId))',
    replace: 'const cumulativeAmount = wei(target + 0n * voucheredElsewhere(pair, channelId))',
  },
  {
    name: 'the payee serves whoever asks',
    seed: 6,
    file: 'channel/payee-step.ts',
    find: "if (after > vouchered(pair) + creditOf(pair, pool, price)) return rejection('VOUCHER_TOO_LOW')",
    replace: 'creditOf(pair, pool, price)',
  },
  {
    name: 'the payee does not count what it sends',
    seed: 17,
    file: 'channel/payee-step.ts',
    find: 'committed: after,',
    replace: 'committed: pair.committed,',
  },
  {
    name: 'the payee gives as much credit as it was paid',
    seed: 0,
    file: 'channel/payee-state.ts',
    find: 'export const CREDIT_DIVISOR = 8n',
    replace: 'export const CREDIT_DIVISOR = 1n',
  },
  {
    name: 'the payee presents what was paid and not what it is owed',
    seed: 0,
    file: 'channel/redeem-policy.ts',
    find: 'const { channelId, salt, best: cumulativeAmount, signature } = channel',
    replace: 'const { channelId, salt, settled: cumulativeAmount, signature } = channel',
  },
  {
    name: 'the watcher does not notice the end of a channel',
    seed: 0,
    file: 'channel/watcher.ts',
    find: "const closed = events.findLast((event) => event.kind === 'closed' && event.channelId === channelId)",
    replace: "const closed = events.findLast((event) => event.kind === 'closed' && event.channelId === undefined)",
  },
  {
    name: 'the watcher does not look back over what a reorganisation may have changed',
    seed: 47,
    file: 'channel/watcher.ts',
    find: 'Math.max(options.startBlock, Math.min(usualBlock, changedFrom))',
    replace: 'Math.max(options.startBlock, (cursor?.block ?? -1) + 1)',
  },
  {
    name: 'an ended channel counts with its best voucher',
    seed: 3,
    file: 'channel/channel-state.ts',
    find: "    case 'closed':\n      return channel.settled\n",
    replace: "    case 'closed':\n      return channel.best\n",
  },
]
