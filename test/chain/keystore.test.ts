import { readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'chai'
import {
  addressOfPhrase,
  backupKeystore,
  createKeystore,
  importPhrase,
  openKeystore,
  SCRYPT_LIGHT,
} from '../../src/chain/keystore.ts'
import { codeOf } from '../../src/domain/errors.ts'
import { systemRandom } from '../../src/system/random.ts'
import { seededRandom } from '../support/seeded-random.ts'
import { temporaryFolder } from './support/test-chain.ts'

/** From the Web3 Secret Storage specification: password `testpassword`, key 7a28b5ba…2b0d. */
const SCRYPT_VECTOR = `{"crypto":{"cipher":"aes-128-ctr","cipherparams":{"iv":"83dbcc02d8ccb40e466191a123791e0e"},"ciphertext":"d172bf743a674da9cdad04534d56926ef8358534d458fffccd4e6ad2fbde479c","kdf":"scrypt","kdfparams":{"dklen":32,"n":262144,"p":8,"r":1,"salt":"ab0c7876052600dd703518d6fc3fe8984592145b591fc8fb5c6d43190334ba19"},"mac":"2103ac29920d71da29f15d75b4a16dbe95cfd7ff8faea1056c33131d846e3097"},"id":"3198bc9c-6672-5ab3-d995-4942343ae5b6","version":3}`
const PBKDF2_VECTOR = `{"crypto":{"cipher":"aes-128-ctr","cipherparams":{"iv":"6087dab2f9fdbbfaddc31a909735c1e6"},"ciphertext":"5318b4d5bcd28de64ee5559e671353e16f075ecae9f99c7a79a38af5f869aa46","kdf":"pbkdf2","kdfparams":{"c":262144,"dklen":32,"prf":"hmac-sha256","salt":"ae3cd4e7013836a3df6bd7241b12db061dbe2c6785853cce422d148a624ce0bd"},"mac":"517ead924a9d0dc3124507e3393d175ce3ff7c1e96529c6c555ce9e51205e9b2"},"id":"3198bc9c-6672-5ab3-d995-4942343ae5b6","version":3}`
const VECTOR_ADDRESS = '0x008AeEda4D805471dF9b2A5B0f38A0C3bCBA786b'
const TWELVE = 'test test test test test test test test test test test junk'
const TWELVE_ADDRESS = '0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266'

describe('chain/keystore', () => {
  let folder = ''
  const password = 'correct horse'
  const scrypt = SCRYPT_LIGHT

  before(async () => {
    folder = await temporaryFolder()
  })

  after(() => rm(folder, { recursive: true, force: true }))

  it('makes 24 words and opens to the same account', async () => {
    const path = join(folder, 'new.json')
    const made = await createKeystore({ random: systemRandom }, { path, password, scrypt })
    const opened = await openKeystore({ path, password })
    expect(opened.address).to.equal(made.address)
    expect(opened.phrase?.split(' ')).to.have.length(24)
    expect(addressOfPhrase(opened.phrase ?? '')).to.equal(made.address)
    expect((await stat(path)).mode & 0o777).to.equal(0o600)
  })

  it('draws its words from the randomness given', async () => {
    const make = (name: string) =>
      createKeystore({ random: seededRandom('words') }, { path: join(folder, name), password, scrypt })
    expect((await make('a.json')).phrase).to.equal((await make('b.json')).phrase)
  })

  it('imports 12 words with any spacing and case', async () => {
    const path = join(folder, 'twelve.json')
    const wallet = await importPhrase(`  ${TWELVE.toUpperCase().replaceAll(' ', '\n ')} `, { path, password, scrypt })
    expect(wallet.address).to.equal(TWELVE_ADDRESS)
  })

  it('refuses words with a wrong checksum, a word too few, or a word that is none', async () => {
    for (const phrase of [
      TWELVE.replace('junk', 'test'),
      TWELVE.replace(' junk', ''),
      TWELVE.replace('junk', 'jumk'),
      '',
    ])
      expect(() => addressOfPhrase(phrase))
        .to.throw()
        .with.property('code', 'PHRASE_INVALID')
  })

  it('opens the files of the Web3 Secret Storage specification', async () => {
    for (const [name, json] of [
      ['scrypt.json', SCRYPT_VECTOR],
      ['pbkdf2.json', PBKDF2_VECTOR],
    ] as const) {
      const path = join(folder, name)
      await writeFile(path, json)
      const wallet = await openKeystore({ path, password: 'testpassword' })
      expect(wallet.address).to.equal(VECTOR_ADDRESS)
      expect(wallet.phrase).to.equal(undefined)
    }
  })

  it('writes what geth reads: version 3, aes-128-ctr, scrypt', async () => {
    const path = join(folder, 'geth.json')
    await importPhrase(TWELVE, { path, password, scrypt })
    const file = JSON.parse(await readFile(path, 'utf8'))
    const crypto = file.crypto ?? file.Crypto
    expect({ version: file.version, kdf: crypto.kdf, cipher: crypto.cipher, address: file.address }).to.deep.equal({
      version: 3,
      kdf: 'scrypt',
      cipher: 'aes-128-ctr',
      address: TWELVE_ADDRESS.slice(2).toLowerCase(),
    })
    expect(JSON.stringify(file)).to.not.include('junk')
  })

  it('tells a wrong password from a damaged file', async () => {
    const path = join(folder, 'wrong.json')
    await importPhrase(TWELVE, { path, password, scrypt })
    expect(await openKeystore({ path, password: 'wrong' }).catch(codeOf)).to.equal('KEYSTORE_PASSWORD')
    const json = await readFile(path, 'utf8')
    for (const damaged of [json.slice(0, -20), '{}', '', '[]', json.replace('"version":3', '"version":1'), 'null']) {
      await writeFile(path, damaged)
      expect(await openKeystore({ path, password }).catch(codeOf)).to.equal('KEYSTORE_INVALID')
    }
    expect(await openKeystore({ path: join(folder, 'none.json'), password }).catch(codeOf)).to.equal('KEYSTORE_MISSING')
  })

  it('refuses a file that asks for absurd amounts of memory', async () => {
    const path = join(folder, 'absurd.json')
    await writeFile(path, SCRYPT_VECTOR.replace('"n":262144', '"n":1073741824'))
    expect(await openKeystore({ path, password: 'testpassword' }).catch(codeOf)).to.equal('KEYSTORE_INVALID')
  })

  it('never overwrites a wallet', async () => {
    const path = join(folder, 'keep.json')
    await importPhrase(TWELVE, { path, password, scrypt })
    expect(await createKeystore({ random: systemRandom }, { path, password, scrypt }).catch(codeOf)).to.equal(
      'KEYSTORE_EXISTS',
    )
    expect((await openKeystore({ path, password })).address).to.equal(TWELVE_ADDRESS)
  })

  it('backs up only with the right password, and to a new file', async () => {
    const path = join(folder, 'original.json')
    const to = join(folder, 'copy.json')
    await importPhrase(TWELVE, { path, password, scrypt })
    expect(await backupKeystore({ path, password: 'wrong', to }).catch(codeOf)).to.equal('KEYSTORE_PASSWORD')
    await backupKeystore({ path, password, to })
    expect((await openKeystore({ path: to, password })).address).to.equal(TWELVE_ADDRESS)
    expect(await backupKeystore({ path, password, to }).catch(codeOf)).to.equal('KEYSTORE_EXISTS')
    const nowhere = join(to, 'under a file')
    expect(await backupKeystore({ path, password, to: nowhere }).catch(codeOf)).to.equal('KEYSTORE_UNWRITABLE')
  })

  it('opens with an empty password when it was made with one', async () => {
    const path = join(folder, 'empty.json')
    await importPhrase(TWELVE, { path, password: '' })
    expect((await openKeystore({ path, password: '' })).address).to.equal(TWELVE_ADDRESS)
    expect(JSON.parse(await readFile(path, 'utf8')).Crypto.kdfparams.n).to.equal(SCRYPT_LIGHT.N)
  })
})
