import { expect } from 'chai'
import { gatewayIn } from '../../../src/network/port-mapping/default-gateway.ts'

const HEAD = 'Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT'

function table(...rows: readonly (readonly [destination: string, gateway: string, flags: string, metric: number])[]) {
  const lines = rows.map(([to, via, flags, metric]) => {
    const mask = to === '00000000' ? '00000000' : '00FFFFFF'
    return `eth0\t${to}\t${via}\t${flags}\t0\t0\t${metric}\t${mask}\t0\t0\t0`
  })
  return [HEAD, ...lines, ''].join('\n')
}

describe('network/port-mapping/default-gateway', () => {
  it('finds the router of the default route with the lowest metric', () => {
    const rows = [
      ['0058A8C0', '00000000', '0001', 0],
      ['00000000', '0101A8C0', '0003', 600],
      ['00000000', '0158A8C0', '0003', 100],
    ] as const
    expect(gatewayIn(table(...rows))).to.equal('192.168.88.1')
  })

  it('finds none where no route leads out, or its device is down', () => {
    expect(gatewayIn(table(['0058A8C0', '00000000', '0001', 0]))).to.equal(undefined)
    expect(gatewayIn(table(['00000000', '0158A8C0', '0002', 0]))).to.equal(undefined)
    expect(gatewayIn(table(['00000000', 'nonsense', '0003', 0]))).to.equal(undefined)
    expect(gatewayIn('')).to.equal(undefined)
  })
})
