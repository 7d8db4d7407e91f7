import { expect } from 'chai'
import fc from 'fast-check'
import { cleanFileName } from '../../src/discovery/file-name.ts'
import { signHeader, verifyHeader } from '../../src/discovery/header.ts'
import { Header } from '../../src/discovery/messages.js'
import { sealRecord } from '../../src/discovery/record.ts'
import { signWithdrawal, verifyWithdrawal } from '../../src/discovery/withdraw.ts'
import { fromHex } from '../../src/domain/bytes.ts'
import { CHAIN, FILE, HEADER, OTHER_FILE, OTHER_PEER, PEER, SHA256, signerOf } from './fixtures.ts'

const signer = signerOf(1)

describe('discovery/header', () => {
  it('returns what the publisher signed, whoever passes it on', () => {
    const bytes = signHeader(HEADER, signer)
    const value = { ...HEADER, publisher: signer.address }
    expect(verifyHeader(bytes, { fileHash: FILE })).to.deep.equal({ accepted: true, value })
    expect(verifyHeader(bytes, { sha256: SHA256 })).to.deep.equal({ accepted: true, value })
  })

  it('is dropped when it describes another file or is not signed', () => {
    const bytes = signHeader(HEADER, signer)
    expect(verifyHeader(bytes, { fileHash: OTHER_FILE })).to.include({ code: 'HEADER_OTHER_FILE' })
    expect(verifyHeader(bytes, { sha256: '00'.repeat(32) })).to.include({ code: 'HEADER_OTHER_FILE' })
    const tampered = bytes.slice()
    tampered[tampered.byteLength - 1] = (tampered.at(-1) ?? 0) ^ 1
    expect(verifyHeader(tampered, { fileHash: FILE })).to.include({ code: 'HEADER_BAD_SIGNATURE' })
    expect(verifyHeader(new Uint8Array(9), { fileHash: FILE })).to.include({ code: 'HEADER_MALFORMED' })
  })

  it('cleans a name that its publisher did not', () => {
    const payload = Header.encode({
      fileHash: fromHex(FILE),
      name: '../../etc/pass\u0000wd\u202e',
      mimeType: 'text/plain',
      createdAtSeconds: 1,
      sha256: fromHex(SHA256),
      sizeBytes: new Uint8Array([1]),
    }).finish()
    const verdict = verifyHeader(sealRecord('header', payload, signer), { fileHash: FILE })
    expect(verdict.accepted && verdict.value.name).to.equal('....etcpasswd')
  })

  it('gives every name a form that is safe in a folder', () => {
    for (const [name, clean] of [
      ['report.pdf', 'report.pdf'],
      ['..', 'file'],
      ['', 'file'],
      ['/', 'file'],
      ['a\\b/c', 'abc'],
      [' spaced name.txt ', 'spaced name.txt'],
      ['-rf', '-rf'],
    ])
      expect(cleanFileName(name ?? '')).to.equal(clean)
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (name) => {
        const clean = cleanFileName(name)
        expect(Buffer.byteLength(clean)).to.be.within(1, 255)
        expect(clean).to.not.match(/[/\\\p{Cc}]/u)
        expect(['.', '..']).to.not.include(clean)
        expect(cleanFileName(clean)).to.equal(clean)
      }),
    )
  })
})

describe('discovery/withdraw', () => {
  const withdrawal = { fileHash: FILE, peerId: PEER, chain: CHAIN, sequence: 7 }

  it('is accepted from the peer that leaves, on our chain', () => {
    const bytes = signWithdrawal(withdrawal, signer)
    expect(verifyWithdrawal(bytes, { fromPeerId: PEER, chain: CHAIN })).to.deep.equal({
      accepted: true,
      value: { fileHash: FILE, peerId: PEER, wallet: signer.address, sequence: 7 },
    })
  })

  it('is refused from anybody else', () => {
    const bytes = signWithdrawal(withdrawal, signer)
    expect(verifyWithdrawal(bytes, { fromPeerId: OTHER_PEER, chain: CHAIN })).to.include({
      code: 'WITHDRAW_OTHER_PEER',
    })
    const chain = { ...CHAIN, chainId: 1 }
    expect(verifyWithdrawal(bytes, { fromPeerId: PEER, chain })).to.include({ code: 'WITHDRAW_OTHER_CHAIN' })
    const flipped = bytes.slice()
    flipped[flipped.byteLength - 1] = (flipped.at(-1) ?? 0) ^ 1
    expect(verifyWithdrawal(flipped, { fromPeerId: PEER, chain: CHAIN })).to.include({ code: 'WITHDRAW_BAD_SIGNATURE' })
    expect(verifyWithdrawal(new Uint8Array(3), { fromPeerId: PEER, chain: CHAIN })).to.include({
      code: 'WITHDRAW_MALFORMED',
    })
  })
})
