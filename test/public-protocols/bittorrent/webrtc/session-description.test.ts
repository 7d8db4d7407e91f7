import { expect } from 'chai'
import { MAX_CANDIDATES } from '../../../../src/public-protocols/bittorrent/webrtc/limits.ts'
import {
  fingerprintIn,
  splitCandidates,
  withAllowedCandidates,
} from '../../../../src/public-protocols/bittorrent/webrtc/session-description.ts'

const FINGERPRINT = Array.from({ length: 32 }, (_, index) => (index + 160).toString(16).toUpperCase()).join(':')

function sdp(...lines: readonly string[]): string {
  return ['v=0', 'm=application 9 UDP/DTLS/SCTP webrtc-datachannel', ...lines, ''].join('\r\n')
}

function candidate(address: string, transport = 'UDP'): string {
  return `a=candidate:1 1 ${transport} 2114977791 ${address} 41731 typ host`
}

describe('bittorrent/webrtc/session-description', () => {
  it('reads the one fingerprint', () => {
    const line = `a=fingerprint:sha-256 ${FINGERPRINT}`
    expect(fingerprintIn(sdp(line))).to.equal(FINGERPRINT.replaceAll(':', '').toLowerCase())
    expect(fingerprintIn(sdp(line, line.toLowerCase()))).to.equal(FINGERPRINT.replaceAll(':', '').toLowerCase())
  })

  it('takes no description without a fingerprint, with two, or of another kind', () => {
    const other = `a=fingerprint:sha-256 ${FINGERPRINT.replace('A0', '00')}`
    for (const text of [
      '',
      sdp(),
      sdp(`a=fingerprint:sha-1 ${FINGERPRINT}`),
      sdp(`a=fingerprint:sha-256 ${FINGERPRINT}`, other),
      sdp('a=fingerprint:sha-256 AB:CD'),
    ])
      expect(() => fingerprintIn(text), text)
        .to.throw()
        .with.property('code', 'DECODE_FAILED')
  })

  it('leaves out candidates this node may not send to, and names', () => {
    const allowed = candidate('198.51.100.7')
    const text = sdp(
      candidate('127.0.0.1'),
      allowed,
      candidate('6f2c-host.local'),
      candidate('metadata.internal'),
      candidate('198.51.100.7', 'TCP'),
      candidate('fe80::1%eth0'),
      'a=candidate:rubbish',
    )
    expect(withAllowedCandidates(text, (address) => address !== '127.0.0.1')).to.equal(sdp(allowed))
  })

  it('tries so many candidates and no more', () => {
    const text = sdp(...Array.from({ length: 100 }, (_, index) => candidate(`198.51.100.${index}`)))
    expect(withAllowedCandidates(text, () => true).match(/a=candidate/g)).to.have.length(MAX_CANDIDATES)
  })

  it('takes the candidates out', () => {
    const text = sdp('a=mid:data', candidate('198.51.100.7'), 'a=end-of-candidates')
    const candidates = [candidate('198.51.100.7').slice(2)]
    expect(splitCandidates(text)).to.deep.equal({ sdp: sdp('a=mid:data'), candidates, mid: 'data' })
  })
})
