import { expect } from 'chai'
import fc from 'fast-check'
import { MAX_BATCH_CALLS, readCalls } from '../../src/rpc-proxy/calls.ts'

const call = (method: string, over: Record<string, unknown> = {}) => ({
  jsonrpc: '2.0',
  id: 1,
  method,
  params: [],
  ...over,
})

describe('rpc-proxy/calls', () => {
  it('passes on what reads the chain, and transactions that are signed', () => {
    for (const method of ['eth_blockNumber', 'eth_getLogs', 'eth_sendRawTransaction', 'net_version', 'web3_sha3'])
      expect(readCalls(call(method)), method).to.deep.equal({ batch: false, calls: [call(method)], refusals: [] })
  })

  it('refuses what belongs to the owner of the node, as a method that is not there', () => {
    for (const method of [
      'admin_peers',
      'debug_setHead',
      'miner_start',
      'personal_unlockAccount',
      'txpool_content',
      'eth_sendTransaction',
      'eth_sign',
      'eth_newFilter',
      'ETH_CHAINID',
      'eth_chainId ',
      '__proto__',
    ]) {
      const { calls, refusals } = readCalls(call(method))
      expect(calls, method).to.deep.equal([])
      expect(refusals[0]?.error.code, method).to.equal(-32_601)
      expect(refusals[0]?.error.message).to.match(/the method .* does not exist/)
    }
  })

  it('passes on no field that it did not look at', () => {
    const { calls } = readCalls(call('eth_chainId', { Method: 'admin_peers', PARAMS: ['x'], extra: true }))
    expect(calls).to.deep.equal([call('eth_chainId')])
  })

  it('judges a batch call by call', () => {
    const { batch, calls, refusals } = readCalls([
      call('eth_chainId', { id: 'a' }),
      call('admin_nodeInfo', { id: 'b' }),
      call('net_version', { id: 3 }),
    ])
    expect({ batch, ids: calls.map(({ id }) => id), refused: refusals.map(({ id }) => id) }).to.deep.equal({
      batch: true,
      ids: ['a', 3],
      refused: ['b'],
    })
  })

  it('refuses a batch that is empty or too long as a whole', () => {
    for (const body of [[], Array.from({ length: MAX_BATCH_CALLS + 1 }, () => call('eth_chainId'))])
      expect(readCalls(body)).to.deep.include({ batch: false, calls: [] })
  })

  it('refuses what is no call', () => {
    const bodies: unknown[] = [
      null,
      5,
      'eth_chainId',
      {},
      call('eth_chainId', { id: undefined }),
      call('eth_chainId', { id: 1.5 }),
      call('eth_chainId', { id: {} }),
      call('eth_chainId', { jsonrpc: '1.0' }),
      call('eth_chainId', { params: { 0: 'x' } }),
      call('eth_chainId', { method: 5 }),
    ]
    for (const body of bodies) expect(readCalls(body).refusals[0]?.error.code, JSON.stringify(body)).to.equal(-32_600)
  })

  it('answers every entry of a batch once, whatever is in it', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue(), { minLength: 1, maxLength: 20 }), (body) => {
        const { calls, refusals } = readCalls(body)
        expect(calls.length + refusals.length).to.equal(body.length)
      }),
    )
  })
})
