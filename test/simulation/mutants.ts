/** One wrong rule, put in place of a right one. */
export interface Mutant {
  readonly name: string
  /** One that caught it: looked at first. */
  readonly seed: number
  /** Under src/. */
  readonly file: string
  readonly find: string
  readonly replace: string
  /** Where a run of whole nodes rarely comes to it: the model of one pair catches it. */
  readonly by?: 'pair model'
}

/** Every bug here costs somebody money. The first two lines of each say what; the simulator finds it without being told. */
export const MUTANTS: readonly Mutant[] = [
  {
    name: 'the payer signs ahead of what verified, without limit',
    seed: 0,
    file: 'channel/payer-step.ts',
    find: "if (target > before && target > pair.verified + ahead) return rejection('VERIFY_FIRST')",
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
    seed: 44,
    file: 'channel/payer-step.ts',
    find: 'if (maxWei(addWei(share.signed, own), addWei(share.verified, event.price)) > ceiling)',
    replace: 'if (share === undefined && own > ceiling)',
  },
  {
    name: 'the payer prepays any number of strangers',
    seed: 492,
    file: 'channel/payer-step.ts',
    find: "if (isNewlyUnproven && event.unprovenElsewhere >= event.prepaymentCap) return rejection('PREPAYMENT_CAP')",
    replace: 'isNewlyUnproven',
  },
  {
    name: 'the payer counts a chunk that verified twice',
    seed: 0,
    file: 'channel/payer-step.ts',
    find: 'const after = { ...pair, verified: addWei(pair.verified, counted) }',
    replace: 'const after = { ...pair, verified: addWei(pair.verified, addWei(counted, counted)) }',
  },
  {
    name: 'the payer does not count what verified',
    seed: 0,
    file: 'channel/payer-step.ts',
    find: 'const after = { ...pair, verified: addWei(pair.verified, counted) }',
    replace: 'const after = pair',
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
    seed: 108,
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
    find: 'const { channelId, salt, best: cumulativeAmount, signature, escrow, delivered } = channel',
    replace: 'const { channelId, salt, settled: cumulativeAmount, signature, escrow, delivered } = channel',
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
    seed: 2253,
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
  {
    name: 'the payee writes off without limit',
    seed: 108,
    file: 'channel/payee-state.ts',
    find: 'if (writtenOff > maxWei(least, wei(vouchered(pair) / CREDIT_DIVISOR))) return undefined',
    replace: 'least',
  },
  {
    name: 'a write-off takes its chunk out of what is owed twice',
    seed: 80,
    file: 'channel/payee-state.ts',
    find: 'committed: subtractWei(pair.committed, amount),',
    replace: 'committed: subtractWei(pair.committed, addWei(amount, amount)),',
  },
  {
    name: 'a write-off raises the credit',
    seed: 0,
    file: 'channel/payee-state.ts',
    find: 'const byHistory = subtractWei(wei(vouchered(pair) / CREDIT_DIVISOR), pair.writtenOff)',
    replace: 'const byHistory = addWei(wei(vouchered(pair) / CREDIT_DIVISOR), pair.writtenOff)',
    by: 'pair model',
  },
  {
    name: 'a chunk that is sent again, and then not, is taken out of what is owed',
    seed: 0,
    file: 'channel/payee-step.ts',
    find: '  if (delivery.resends > 0)\n    return',
    replace: '  if (delivery.resends < 0)\n    return',
    by: 'pair model',
  },
  {
    name: 'the payee does not redeem when the end was asked for',
    seed: 25,
    file: 'channel/redeem-policy.ts',
    find: '  if (unredeemed === 0n) return false',
    replace: "  if (unredeemed === 0n || channel.phase === 'closing') return false",
  },
  {
    name: 'the payee lets an old voucher replace a better one',
    seed: 91,
    file: 'channel/payee-step.ts',
    find: 'if (event.cumulativeAmount <= contribution(channel)) return transition(pair)',
    replace: 'contribution(channel)',
  },
  {
    name: 'the payee takes vouchers that nobody signed',
    seed: 54,
    file: 'channel/payee-account.ts',
    find: 'const signed = isReceipt === undefined ? isVoucherSigned(domain, voucher, signedByPayer) : isReceipt(voucher)',
    replace: 'const signed = [domain, signedByPayer, isReceipt].length > 0 as boolean | Promise<boolean>',
  },
  {
    name: 'the payee takes vouchers for more than there is',
    seed: 12,
    file: 'channel/payee-step.ts',
    find: 'if (event.cumulativeAmount > channel.confirmed) {',
    replace: 'if (event.cumulativeAmount < 0n) {',
  },
  {
    name: 'the payee agrees to any end',
    seed: 50,
    file: 'channel/payee-close.ts',
    find: 'return short === 0n ? withoutDefault(closing) : withWriteOff(closing, short, pair.chunkPrice)',
    replace: 'return withoutDefault(closing)',
  },
  {
    name: 'the payee serves on a channel whose end was asked for',
    seed: 106,
    file: 'channel/payee-step.ts',
    find: "if (channel.phase !== 'open') return 'CHANNEL_CLOSING'",
    replace: '',
  },
  {
    name: 'the payee gives every payer credit, whatever all of them owe',
    seed: 316,
    file: 'channel/payee-state.ts',
    find: 'const left = subtractWei(pool.cap, subtractWei(pool.atRisk, atRisk(pair)))',
    replace: 'const left = pool.cap',
  },
  {
    name: 'the payee counts a transfer as often as it is shown',
    seed: 62,
    file: 'channel/transfers/transfer-store.ts',
    find: '    transfer.transactionHash,\n    transfer.payer,',
    replace:
      "    transfer.transactionHash + connection.all('SELECT 1 FROM transfers_counted').length,\n    transfer.payer,",
  },
  {
    name: 'the payee counts a transfer twice',
    seed: 6,
    file: 'channel/payee-step.ts',
    find: 'const counted = withTransfer(pair, amount)',
    replace: 'const counted = withTransfer(withTransfer(pair, amount), amount)',
  },
  {
    name: 'the payer sends a transfer for two chunks',
    seed: 6,
    file: 'channel/transfers/transfer-plan.ts',
    find: 'const least = subtractWei(addWei(pair.verified, price), paid)',
    replace: 'const least = subtractWei(addWei(pair.verified, addWei(price, price)), paid)',
  },
  {
    name: 'the payer does not count what it paid by transfers',
    seed: 6,
    file: 'channel/transfers/transfer-payer.ts',
    find: "applyToPayer(connection, payee, { type: 'transferCounted', amount })",
    replace: '',
  },
  {
    name: 'the payee has taken what is not on its disk',
    seed: 33,
    file: 'channel/payee-account.ts',
    find: 'const result = await database.write((connection): PayeeCommitResult => {',
    replace: 'const result = await database.read((connection): PayeeCommitResult => {',
  },
  {
    name: 'the payer has signed what is not on its disk',
    seed: 10,
    file: 'channel/payer-account.ts',
    find: 'const outcome = await database.write((connection) =>\n      applySigning(connection, this.#key, this.#authorizeEvent(connection, request)),',
    replace:
      'const outcome = await database.read((connection) =>\n      applySigning(connection, this.#key, this.#authorizeEvent(connection, request)),',
  },
  {
    name: 'a payer that pays afterwards gets credit for many chunks',
    seed: 56,
    file: 'channel/payee-state.ts',
    find: 'export const OPENING_CHUNKS = 4n',
    replace: 'export const OPENING_CHUNKS = 40n',
  },
]
