import { expect } from 'chai'
import { wei } from '../../src/domain/amount.ts'
import { ChiralError, codeOf } from '../../src/domain/errors.ts'
import type { QuotePromise, SignedQuote } from '../../src/domain/quote.ts'
import type { ChunkClient, ChunkClientOptions } from '../../src/in-band/chunk-client.ts'
import { MAX_QUOTE_SKEW_MS } from '../../src/in-band/limits.ts'
import { PAYEE, PAYER } from './fake-accounts.ts'
import type { Rig, RigOptions } from './rig.ts'
import { AGREED_QUOTE_ID, FILE, FREE_FILE, PRICE_PER_MIB, QUOTE_ID, rejection, settleDown } from './shelf.ts'

const SIGNATURE = new Uint8Array(64).fill(6)

/** What every in-band protocol keeps to where quotes are signed. */
export function itSignsQuotes(rigs: {
  readonly make: (options?: RigOptions) => Rig
  readonly open: (rig: Rig, options?: Partial<ChunkClientOptions>) => Promise<ChunkClient>
}): void {
  const { make, open } = rigs
  let promised: QuotePromise[]
  let taken: Omit<SignedQuote, 'payer'>[]

  beforeEach(() => {
    promised = []
    taken = []
  })

  const signing = (): Rig =>
    make({
      server: {
        async signQuote(promise) {
          promised.push(promise)
          return SIGNATURE
        },
      },
    })
  const takeQuotes = async (quotes: readonly Omit<SignedQuote, 'payer'>[]): Promise<void> => void taken.push(...quotes)

  it('signs a price for the account that proved itself, until the quote ends, and hands it to the payer', async () => {
    const rig = signing()
    const client = await open(rig, { takeQuotes })
    const { quote } = await client.quote(FILE)
    const expiresAt = Math.floor(quote.expiresAt / 1000)
    const promise = { fileHash: FILE, pricePerMiB: PRICE_PER_MIB, quoteId: QUOTE_ID, expiresAt }
    expect(promised.at(-1)).to.deep.equal({ ...promise, payer: PAYER })
    expect(taken).to.deep.equal([{ ...promise, payee: PAYEE, signature: SIGNATURE }])
    await client.close()
  })

  it('signs the price of a bid that it takes', async () => {
    const rig = signing()
    const client = await open(rig, { takeQuotes })
    await client.quote(FILE)
    await client.bid(FILE, { quoteId: QUOTE_ID, pricePerMiB: wei(PRICE_PER_MIB / 2n) })
    expect(taken.at(-1)).to.include({ quoteId: AGREED_QUOTE_ID, pricePerMiB: PRICE_PER_MIB / 2n })
    await client.close()
  })

  it('signs nothing that is free, and nothing for a peer without an account', async () => {
    const rig = signing()
    const client = await open(rig, { takeQuotes })
    await client.quote(FREE_FILE)
    await client.close()
    const stranger = signing()
    const anonymous = await open(stranger, { takeQuotes, account: undefined })
    await anonymous.quote(FILE)
    expect([promised.filter(({ fileHash }) => fileHash === FREE_FILE), taken]).to.deep.equal([[], []])
    await anonymous.close()
  })

  it('gives no signature before the payee has written down what it signs', async () => {
    const written = Promise.withResolvers<void>()
    const signQuote = (): Promise<Uint8Array> => written.promise.then(() => SIGNATURE)
    const opening = open(make({ server: { signQuote } }), { takeQuotes })
    // Some protocols quote with the handshake.
    const quoting = opening.then((client) => client.quote(FILE).then(() => client))
    await settleDown()
    expect(taken).to.deep.equal([])
    written.resolve()
    const client = await quoting
    expect(taken).to.have.lengthOf(1)
    await client.close()
  })

  it('quotes without a signature where the payee promises no more', async () => {
    const client = await open(make({ server: { signQuote: async () => undefined } }), { takeQuotes })
    expect((await client.quote(FILE)).quote).to.include({ quoteId: QUOTE_ID, pricePerMiB: PRICE_PER_MIB })
    expect(taken).to.deep.equal([])
    await client.close()
  })

  it('takes a quote that is not signed, as a payee of before gives it', async () => {
    const client = await open(make(), { takeQuotes })
    expect((await client.quote(FILE)).quote.pricePerMiB).to.equal(PRICE_PER_MIB)
    expect(taken).to.deep.equal([])
    await client.close()
  })

  it('gives nothing to buy under when the payer does not find it signed', async () => {
    const client = await open(signing(), {
      takeQuotes: async () => {
        throw new ChiralError('QUOTE_INVALID', 'Another account signed it.')
      },
    })
    expect(codeOf(await rejection(client.quote(FILE)))).to.equal('QUOTE_INVALID')
    await client.close()
  })

  it('refuses a signature that ends long before the quote, which would be worth nothing', async () => {
    for (const [early, code] of [
      [MAX_QUOTE_SKEW_MS - 2_000, undefined],
      [MAX_QUOTE_SKEW_MS + 2_000, 'QUOTE_INVALID'],
    ] as const) {
      const rig = signing()
      const client = await open(rig, { takeQuotes, clock: ahead(rig, early) })
      const error = await client.quote(FILE).then(() => undefined, codeOf)
      expect(error).to.equal(code)
      await client.close()
    }
  })
}

/** The rig's clock as one that is some milliseconds ahead shows it. */
function ahead({ clock }: Rig, ms: number): ChunkClientOptions['clock'] {
  return {
    now: () => clock.now() + ms,
    monotonic: () => clock.monotonic(),
    schedule: (delay, work) => clock.schedule(delay, work),
  }
}
