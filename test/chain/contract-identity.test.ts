import { expect } from 'chai'
import { AbiCoder, concat, id } from 'ethers'
import { paymentChannelCreationBytecode } from '../../src/chain/abi/payment-channel.ts'
import type { ChainClient } from '../../src/chain/client.ts'
import { verifyContract } from '../../src/chain/contract-identity.ts'
import { createTransactionQueue, type TransactionQueue } from '../../src/chain/transaction-queue.ts'
import { codeOf } from '../../src/domain/errors.ts'
import { type Address, parseAddress } from '../../src/domain/ids.ts'
import { systemClock } from '../../src/system/clock.ts'
import { openDatabase } from '../../src/system/database.ts'
import { noFailPoints } from '../../src/system/fail-points.ts'
import { silentLogger } from '../../src/system/logger.ts'
import { startTestChain, type TestChain, wellKnownSigner } from './support/test-chain.ts'

describe('chain/contract-identity', () => {
  let test: TestChain
  let queue: TransactionQueue
  let ours: Address

  before(async () => {
    test = await startTestChain()
    queue = createTransactionQueue({
      database: openDatabase(':memory:'),
      client: test.client,
      signer: wellKnownSigner(0),
      clock: systemClock,
      log: silentLogger,
      failPoints: noFailPoints,
    })
    ours = await create(3600, 240)
  })

  after(async () => {
    await queue.stop()
    await test.stop()
  })

  async function create(seconds: number, blocks: number): Promise<Address> {
    const args = AbiCoder.defaultAbiCoder().encode(['uint32', 'uint16'], [seconds, blocks])
    const data = concat([paymentChannelCreationBytecode, args])
    const { contractAddress } = await (await queue.send({ key: `${seconds}/${blocks}`, purpose: 'deploy', data })).wait(
      0,
    )
    if (contractAddress === undefined) throw new Error('no contract was made')
    return contractAddress
  }

  /** The code at `ours` under another address, as it is or changed. */
  async function copyTo(address: Address, change: (code: string) => string): Promise<Address> {
    const code = await test.client.request('eth_getCode', [ours, 'latest'])
    await test.client.request('anvil_setCode', [address, change(String(code))])
    return address
  }

  const realMoney = (): ChainClient => ({ ...test.client, parameters: { ...test.client.parameters, testCoin: false } })

  it('knows our contract, and its windows', async () => {
    expect(await verifyContract(test.client, ours)).to.deep.equal({ seconds: 3600, blocks: 240 })
    expect(await verifyContract(realMoney(), ours)).to.deep.equal({ seconds: 3600, blocks: 240 })
    expect(await verifyContract(test.client, await create(7200, 480))).to.deep.equal({ seconds: 7200, blocks: 480 })
  })

  it('refuses an account without code', async () => {
    const nobody = parseAddress('0x00000000000000000000000000000000000000ab')
    expect(await verifyContract(test.client, nobody).catch(codeOf)).to.equal('CONTRACT_MISMATCH')
  })

  it('refuses code that differs in one byte, is cut, or is longer', async () => {
    const changes = [
      (code: string) => `${code.slice(0, 100)}${code[100] === '0' ? '1' : '0'}${code.slice(101)}`,
      (code: string) => code.slice(0, -2),
      (code: string) => `${code}00`,
    ]
    for (const [index, change] of changes.entries()) {
      const address = await copyTo(parseAddress(`0x${String(index + 1).padStart(40, '8')}`), change)
      expect(await verifyContract(test.client, address).catch(codeOf)).to.equal('CONTRACT_MISMATCH')
    }
  })

  it('refuses our code with the constants of another contract', async () => {
    const moved = await copyTo(parseAddress(`0x${'9'.repeat(40)}`), (code) => code)
    expect(await verifyContract(test.client, moved), 'it computes its separator where it stands').to.be.an('object')
    const nameHash = id('ChiralPaymentChannel').slice(2)
    const renamed = await copyTo(parseAddress(`0x${'9'.repeat(39)}8`), (code) => {
      expect(code).to.include(nameHash)
      return code.replaceAll(nameHash, id('SomethingElse').slice(2))
    })
    expect(await verifyContract(test.client, renamed).catch(codeOf)).to.equal('CONTRACT_MISMATCH')
  })

  it('refuses a shorter window where the coin is worth something', async () => {
    const short = await create(60, 4)
    expect(await verifyContract(test.client, short)).to.deep.equal({ seconds: 60, blocks: 4 })
    expect(await verifyContract(realMoney(), short).catch(codeOf)).to.equal('CONTRACT_MISMATCH')
  })
})
