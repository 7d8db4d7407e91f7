import { ANY, PRICE, type PublicSwarm, startPublicSwarm } from '../support/public-swarm.ts'

describe('integration: webtorrent', function () {
  this.timeout(120_000)
  let swarm: PublicSwarm

  before(async () => {
    swarm = await startPublicSwarm('webtorrent', { bittorrent: { serveTracker: true, listen: 'off' } })
  })
  after(() => swarm.stop())

  it('brings a free file through the tracker of its seeder', async () => {
    await swarm.bringOver(await swarm.share(20), await swarm.start('leecher', ANY))
  })

  it('brings a file with a price when that is wanted, paid to the wei after it verified', async () => {
    await swarm.bringOver(await swarm.share(60, swarm.seeder, PRICE), await swarm.start('buyer', ANY))
  })
})
