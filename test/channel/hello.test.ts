import { expect } from 'chai'
import { TypedDataEncoder } from 'ethers'
import { signingDomain } from '../../src/channel/eip712.ts'
import { type HelloClaim, helloDigest, isHelloSigned, signHello } from '../../src/channel/hello.ts'
import { signedByKey } from '../../src/channel/signed-by.ts'
import { fromHex, toHex } from '../../src/domain/bytes.ts'
import { parseAddress, parseChannelId, peerIdText } from '../../src/domain/ids.ts'
import { createSigner } from '../../src/system/signer.ts'

const CONTRACT = parseAddress('0x5FbDB2315678afecb367f032d93F642f64180aa3')

describe('channel/hello', () => {
  const domain = signingDomain(98767, CONTRACT)
  const payer = createSigner(fromHex('11'.repeat(32)))
  const claim: HelloClaim = {
    payerPeerId: peerIdText('12D3KooWPayer'),
    payeePeerId: peerIdText('12D3KooWPayee'),
    channelId: parseChannelId('ab'.repeat(32)),
    nonce: new Uint8Array(32).fill(9),
  }

  it('hashes as ethers does', () => {
    const digest = TypedDataEncoder.hash(
      { name: 'ChiralPaymentChannel', version: '1', chainId: 98767, verifyingContract: CONTRACT },
      {
        Hello: [
          { name: 'payerPeerId', type: 'string' },
          { name: 'payeePeerId', type: 'string' },
          { name: 'channelId', type: 'bytes32' },
          { name: 'nonce', type: 'bytes32' },
        ],
      },
      claim,
    )
    expect(`0x${toHex(helloDigest(domain, claim))}`).to.equal(digest)
  })

  it('accepts the proof of the payer and of nobody else', () => {
    const signature = signHello(domain, payer, claim)
    expect(isHelloSigned(domain, claim, signature, signedByKey(payer.address))).to.equal(true)
    const stranger = createSigner(fromHex('22'.repeat(32)))
    expect(isHelloSigned(domain, claim, signature, signedByKey(stranger.address))).to.equal(false)
  })

  const changed: Record<string, HelloClaim> = {
    'another payer peer': { ...claim, payerPeerId: peerIdText('12D3KooWOther') },
    'another payee peer, so that it cannot be passed on': { ...claim, payeePeerId: peerIdText('12D3KooWOther') },
    'another channel': { ...claim, channelId: parseChannelId('cd'.repeat(32)) },
    'another nonce, so that it cannot be replayed': { ...claim, nonce: new Uint8Array(32).fill(8) },
    'a short nonce': { ...claim, nonce: new Uint8Array(31).fill(9) },
  }
  for (const [name, other] of Object.entries(changed)) {
    it(`refuses a proof made for ${name}`, () => {
      expect(isHelloSigned(domain, other, signHello(domain, payer, claim), signedByKey(payer.address))).to.equal(false)
    })
  }
})
