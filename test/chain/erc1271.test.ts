import { expect } from 'chai'
import { isValidSignature } from '../../src/chain/erc1271.ts'
import { type Address, parseAddress } from '../../src/domain/ids.ts'
import { startTestChain, type TestChain } from './support/test-chain.ts'

const DIGEST = new Uint8Array(32).fill(0xab)
const WALLET = parseAddress('0x00000000000000000000000000000000000000a1')

/** Runtime code of wallets: `63 1626ba7e 60 e0 1b 60 00 52` puts the magic value where it is returned from. */
const MAGIC = '631626ba7e60e01b600052'
const RETURN_WORD = '60206000f3'
const WALLETS: Record<string, [expected: boolean, code: string]> = {
  'one that answers the magic value': [true, MAGIC + RETURN_WORD],
  'one that answers another value': [false, `63ffffffff60e01b600052${RETURN_WORD}`],
  'one that answers four bytes only': [false, `${MAGIC}60046000f3`],
  'one that reverts': [false, '60006000fd'],
  'one that stops at an invalid instruction': [false, 'fe'],
  'one that needs more gas than the payment contract gives': [false, '5b600056'],
  // CALLDATALOAD(0x44) is the length of the signature: the magic value for 65 bytes, nothing for any other
  'one that asks for 65 bytes': [true, `604435604114600a57005b${MAGIC}${RETURN_WORD}`],
  'an account without code': [false, ''],
}

describe('chain/erc1271', () => {
  let test: TestChain

  before(async () => {
    test = await startTestChain()
  })
  after(() => test.stop())

  const setCode = (wallet: Address, code: string) => test.client.request('anvil_setCode', [wallet, `0x${code}`])

  for (const [name, [expected, code]] of Object.entries(WALLETS)) {
    it(`${expected ? 'believes' : 'does not believe'} ${name}`, async () => {
      await setCode(WALLET, code)
      expect(await isValidSignature(test.client, WALLET, DIGEST, new Uint8Array(65))).to.equal(expected)
    })
  }

  it('gives a wallet just under the gas that the payment contract gives, whatever the signature', async () => {
    // GAS, then the magic value where it is between 99,000 and 100,000
    await setCode(
      WALLET,
      `5a8062 0182b8 10 90 62 0186a1 11 16 6012 57 00 5b ${MAGIC}${RETURN_WORD}`.replaceAll(' ', ''),
    )
    for (const signature of [new Uint8Array(845), new Uint8Array(845).fill(1)])
      expect(await isValidSignature(test.client, WALLET, DIGEST, signature)).to.equal(true)
  })
})
