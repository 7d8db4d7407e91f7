import { expect } from 'chai'
import { channelIdOf } from '../../src/channel/channel-id.ts'
import { signingDomain } from '../../src/channel/eip712.ts'
import { helloDigest } from '../../src/channel/hello.ts'
import type { ChannelPayeeAccount } from '../../src/channel/payee-account.ts'
import { closeDigest, voucherDigest } from '../../src/channel/voucher.ts'
import { type Wei, wei } from '../../src/domain/amount.ts'
import { concatBytes, equalBytes } from '../../src/domain/bytes.ts'
import { ChiralError, codeOf } from '../../src/domain/errors.ts'
import type { CloseAgreement, Voucher } from '../../src/domain/voucher.ts'
import { CHAIN_ID, CONTRACT_ADDRESS, settle } from './fake-contract.ts'
import { CONFIRMATIONS, chunk, PRICE, payeeSigner, payerSigner, World } from './fixture.ts'

const DOMAIN = signingDomain(CHAIN_ID, CONTRACT_ADDRESS)
const KEY = { payer: payerSigner.address, payee: payeeSigner.address, salt: 7n }
const CHANNEL = channelIdOf(KEY)

/** What this wallet takes for its signature: 65 bytes, which no account with a key could give. */
function walletSignature(digest: Uint8Array): Uint8Array {
  return concatBytes(digest, digest, Uint8Array.of(27))
}

function voucherOf(amount: bigint): Voucher {
  const promise = { channelId: CHANNEL, cumulativeAmount: wei(amount) }
  return { ...promise, signature: walletSignature(voucherDigest(DOMAIN, CHANNEL, promise.cumulativeAmount)) }
}

function agreementOf(settled: Wei): CloseAgreement {
  return { channelId: CHANNEL, settled, signature: walletSignature(closeDigest(DOMAIN, CHANNEL, settled)) }
}

describe('channel/payee: payers that are contracts, where the operator allows them', () => {
  /** Ends the checks of signatures that wait; `undefined`: they do not wait. */
  let held: (() => void)[] | undefined
  let revoked: boolean
  let world: World

  beforeEach(async () => {
    held = undefined
    revoked = false
    world = new World({ payee: { contractWallets: true } })
    world.chain.contracts.add(payerSigner.address)
    world.chain.judgeSignature = async (_, digest, signature) => {
      if (held !== undefined) await new Promise<void>((resolve) => held?.push(resolve))
      return !revoked && equalBytes(signature, walletSignature(digest))
    }
    await world.start()
    await world.chain.as(payerSigner.address).open({ ...KEY, deposit: wei(10_000n), key: 'open' })
    await world.chain.mine(1 + CONFIRMATIONS)
  })

  function connect(sign = walletSignature): Promise<ChannelPayeeAccount> {
    const challenge = world.challenge()
    const signature = sign(helloDigest(DOMAIN, { ...challenge, channelId: CHANNEL }))
    return world.payee.authenticate({ channel: KEY, signature }, challenge)
  }

  it('serves one whose wallet calls the HELLO and the vouchers its own', async () => {
    const selling = await connect()
    expect(await selling.commit({ ...chunk(0), price: PRICE, voucher: voucherOf(100n) })).to.include({
      kind: 'committed',
    })
    expect(await selling.pay(voucherOf(250n))).to.include({ kind: 'accepted', vouchered: 250n })
    await selling.close(agreementOf(wei(250n)))
    await world.chain.mine(1)
    expect(world.chain.sent.some((key) => key.startsWith('close:'))).to.equal(true)
  })

  it('refuses what the wallet does not call its own', async () => {
    expect(await connect((digest) => digest.slice(1)).catch(codeOf)).to.equal('HELLO_INVALID')
    const selling = await connect()
    const forged = { ...voucherOf(100n), signature: walletSignature(new Uint8Array(32)) }
    expect(await selling.pay(forged)).to.include({ kind: 'rejected', code: 'VOUCHER_INVALID' })
    const agreement = { ...agreementOf(wei(0n)), signature: Uint8Array.of(1) }
    expect(await selling.close(agreement).catch(codeOf)).to.equal('AGREEMENT_INVALID')
    expect(selling.status()).to.include({ vouchered: 0n, committed: 0n })
  })

  it('serves no more once the wallet calls vouchers its own no longer', async () => {
    const selling = await connect()
    await selling.pay(voucherOf(100n))
    revoked = true
    expect(await selling.commit({ ...chunk(0), price: wei(200n), voucher: voucherOf(200n) })).to.include({
      code: 'VOUCHER_INVALID',
    })
    expect(await connect().catch(codeOf)).to.equal('HELLO_INVALID')
  })

  it('lets calls take effect in the order they were made, however long the wallet takes', async () => {
    const selling = await connect()
    held = []
    const calls = [
      selling.commit({ ...chunk(0), price: PRICE, voucher: voucherOf(200n) }),
      selling.commit({ ...chunk(1), price: PRICE }),
    ]
    await settle()
    expect(held).to.have.length(1)
    for (const release of held) release()
    expect((await Promise.all(calls)).map(({ kind }) => kind)).to.deep.equal(['committed', 'committed'])
  })

  it('goes on after a chain that was away', async () => {
    const selling = await connect()
    const judge = world.chain.judgeSignature
    world.chain.judgeSignature = () => {
      throw new ChiralError('CHAIN_UNREACHABLE', 'away')
    }
    expect(await selling.pay(voucherOf(100n)).catch(codeOf)).to.equal('CHAIN_UNREACHABLE')
    world.chain.judgeSignature = judge
    expect(await selling.pay(voucherOf(100n))).to.include({ kind: 'accepted' })
  })
})
