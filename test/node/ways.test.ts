import { expect } from 'chai'
import { ChiralError, codeOf } from '../../src/domain/errors.ts'
import type { TransferProtocol } from '../../src/domain/transfer.ts'
import type { ChunkClient } from '../../src/in-band/chunk-client.ts'
import { connectBy, headingsBeside, type Way, waysTo } from '../../src/node/download/ways.ts'
import { silentLogger } from '../../src/system/logger.ts'

const NEVER = new AbortController().signal

describe('node/download/ways', () => {
  const ways = (wanted?: TransferProtocol, failed?: TransferProtocol, over = {}): readonly Way[] =>
    waysTo({ publicly: ['http'], isFree: true, wanted, failed, ...over })

  it('takes HTTP for what costs nothing, unless another protocol is wanted', () => {
    expect(ways()).to.deep.equal(['http', 'in-band'])
    expect(ways('http')).to.deep.equal(['http', 'in-band'])
    expect(ways('webrpc')).to.deep.equal(['in-band', 'http'])
  })

  it('goes on by the other way than the one that broke, whatever is wanted', () => {
    expect(ways(undefined, 'http')).to.deep.equal(['in-band', 'http'])
    expect(ways('http', 'http')).to.deep.equal(['in-band', 'http'])
    for (const wanted of [undefined, 'http', 'bitswap', 'webrpc'] as const)
      expect(ways(wanted, 'bitswap'), wanted).to.deep.equal(['http', 'in-band'])
  })

  it('brings what costs something over HTTP only where that is wanted', () => {
    for (const wanted of [undefined, 'bitswap', 'webrpc'] as const)
      expect(ways(wanted, undefined, { isFree: false }), wanted).to.deep.equal(['in-band'])
    expect(ways('http', undefined, { isFree: false })).to.deep.equal(['http', 'in-band'])
    expect(ways('http', 'http', { isFree: false })).to.deep.equal(['in-band', 'http'])
  })

  it('has one way only to seeders without HTTP', () => {
    expect(ways('http', 'bitswap', { publicly: [] })).to.deep.equal(['in-band'])
  })

  it('counts what the other sources are on, but for those that are gone', () => {
    const source = { heading: 'http', phase: 'connecting' } as const
    const others = [
      { heading: 'bitswap', phase: 'active' },
      { heading: undefined, phase: 'confirming' },
      { heading: 'webrpc', phase: 'banned' },
      { heading: 'http', phase: 'failed' },
      { heading: 'http', phase: 'connecting' },
    ] as const
    expect(headingsBeside(source, [source, ...others])).to.deep.equal(['bitswap', 'http'])
  })

  async function attempt(codes: Partial<Record<Way, string>>, signal = NEVER): Promise<{ tried: Way[]; end: string }> {
    const tried: Way[] = []
    const connect = (way: Way) => async (): Promise<ChunkClient> => {
      tried.push(way)
      const code = codes[way]
      if (code !== undefined) throw new ChiralError(code, 'It failed.')
      return { protocol: way === 'http' ? 'http' : 'bitswap' } as ChunkClient // all that is looked at
    }
    const end = await connectBy(['http', 'in-band'], (way) => connect(way)(), { signal, log: silentLogger }).then(
      ({ protocol }) => protocol,
      (error: unknown) => codeOf(error) ?? '',
    )
    return { tried, end }
  }

  it('tries the next way when one leads nowhere, and tells what the stream said when none does', async () => {
    expect(await attempt({})).to.deep.equal({ tried: ['http'], end: 'http' })
    expect(await attempt({ http: 'TRANSFER_FAILED' })).to.deep.equal({ tried: ['http', 'in-band'], end: 'bitswap' })
    const none = await attempt({ http: 'TRANSFER_FAILED', 'in-band': 'PEER_UNREACHABLE' })
    expect(none).to.deep.equal({ tried: ['http', 'in-band'], end: 'PEER_UNREACHABLE' })
  })

  it('asks nothing more of whom it must not ask, or when it is stopped', async () => {
    expect((await attempt({ http: 'PEER_BLOCKED' })).tried).to.deep.equal(['http'])
    const stopped = await attempt({ http: 'CANCELLED' }, AbortSignal.abort(new ChiralError('CANCELLED', 'Stopped.')))
    expect(stopped).to.deep.equal({ tried: ['http'], end: 'CANCELLED' })
  })
})
