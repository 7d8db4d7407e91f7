import { expect } from 'chai'
import fc from 'fast-check'
import { MAX_BOOTNODES, MAX_STATIC_NODES, mergeBootnodes, mergeStaticNodes } from '../../../src/chain/geth/bootnodes.ts'
import { formatEnode, isReachableHost, parseEnode } from '../../../src/chain/geth/enode.ts'
import { codeOf } from '../../../src/domain/errors.ts'

const NONE = { commandLine: [], settings: [], dht: [], builtIn: [] }

function enode(seed: number, host = '10.0.0.1'): string {
  return `enode://${seed.toString(16).padStart(128, '0')}@${host}:30303`
}

describe('chain/geth/bootnodes', () => {
  it('takes the more trusted first: command line, settings, DHT, built-in', () => {
    const merged = mergeBootnodes({
      builtIn: [enode(4)],
      dht: [enode(3)],
      settings: [enode(2)],
      commandLine: [enode(1)],
    })
    expect(merged).to.deep.equal([enode(1), enode(2), enode(3), enode(4)])
  })

  it('takes each key once, as the more trusted source has it', () => {
    const merged = mergeBootnodes({ ...NONE, commandLine: [enode(1, '10.0.0.1')], dht: [enode(1, '10.9.9.9')] })
    expect(merged).to.deep.equal([enode(1, '10.0.0.1')])
  })

  it('never lets a flooded DHT push out what was chosen, and stops at eight', () => {
    const dht = Array.from({ length: 100 }, (_, seed) => enode(seed + 100))
    const merged = mergeBootnodes({ ...NONE, commandLine: [enode(1)], settings: [enode(2)], dht, builtIn: [enode(3)] })
    expect(merged).to.have.length(MAX_BOOTNODES)
    expect(merged.slice(0, 2)).to.deep.equal([enode(1), enode(2)])
  })

  it('refuses a typing error of ours and ignores one of a stranger', () => {
    expect(mergeBootnodes({ ...NONE, dht: ['enode://short@1.2.3.4:1', enode(5)] })).to.deep.equal([enode(5)])
    try {
      mergeBootnodes({ ...NONE, commandLine: ['enode://short@1.2.3.4:1'] })
      expect.fail('it took it')
    } catch (error) {
      expect(codeOf(error)).to.equal('DECODE_FAILED')
    }
  })
})

describe('chain/geth/static nodes', () => {
  it('are each key once, as it was named first, and never fewer than were chosen', () => {
    expect(mergeStaticNodes([enode(1), enode(2), enode(1, '10.9.9.9')])).to.deep.equal([enode(1), enode(2)])
    const most = Array.from({ length: MAX_STATIC_NODES }, (_, seed) => enode(seed))
    expect(mergeStaticNodes(most)).to.have.length(MAX_STATIC_NODES)
    for (const [list, code] of [
      [[...most, enode(MAX_STATIC_NODES)], 'USAGE'] as const,
      [['enode://short@1.2.3.4:1'], 'DECODE_FAILED'] as const,
    ])
      try {
        mergeStaticNodes(list)
        expect.fail('it took them')
      } catch (error) {
        expect(codeOf(error)).to.equal(code)
      }
  })
})

describe('chain/geth/enode', () => {
  it('reads what it writes', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 64, maxLength: 64 }),
        fc.oneof(fc.ipV4(), fc.constantFrom('2001:db8::1', 'fd00::7')),
        fc.integer({ min: 1, max: 65_535 }),
        fc.integer({ min: 0, max: 65_535 }),
        (key, host, port, discoveryPort) => {
          const written = { key: Buffer.from(key).toString('hex'), host, port, discoveryPort }
          expect(parseEnode(formatEnode(written))).to.deep.equal(written)
        },
      ),
    )
  })

  it('throws only DecodeError for anything else', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.string().map((text) => `enode://${text}`),
        ),
        (text) => {
          try {
            parseEnode(text)
          } catch (error) {
            expect(codeOf(error)).to.equal('DECODE_FAILED')
          }
        },
      ),
    )
    for (const text of [
      enode(1, '1.2.3.256'),
      enode(1).replace(':30303', ':0'),
      enode(1).replace(':30303', ':70000'),
      enode(1, 'host.example'),
    ])
      expect(() => parseEnode(text), text).to.throw()
  })

  it('knows which hosts others can reach', () => {
    for (const host of ['127.0.0.1', '0.0.0.0', '::', '::1', 'fe80::1', '224.0.0.1', 'localhost'])
      expect(isReachableHost(host), host).to.equal(false)
    for (const host of ['10.98.0.2', '203.0.113.7', '2001:db8::1']) expect(isReachableHost(host), host).to.equal(true)
  })
})
