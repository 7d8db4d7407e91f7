import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { parseCoins } from '../../src/domain/amount.ts'
import { type ConfigFlags, dataDirectoryOf, type LoadedConfig, loadConfig } from '../../src/node/config.ts'
import { nearest } from '../../src/node/nearest.ts'

const PEER_ADDRESS = '/ip4/127.0.0.1/tcp/4001/p2p/12D3KooWD3eckifWpRn9wQpMG9R9hX3sD158z7EqHWmweQAJU5SA'

describe('node/config', () => {
  let home: string
  let testChain: boolean | undefined
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'chiral-config-'))
    mkdirSync(join(home, '.chiral'))
    testChain = true
  })
  afterEach(() => rmSync(home, { recursive: true }))

  const load = (
    options: { flags?: ConfigFlags; env?: Record<string, string>; toml?: string } = {},
  ): Promise<LoadedConfig> => {
    if (options.toml !== undefined) writeFileSync(join(home, '.chiral', 'chiral.toml'), options.toml)
    return loadConfig({
      flags: options.flags ?? {},
      env: options.env ?? {},
      homeDirectory: home,
      workingDirectory: home,
      isTestChain: async () => testChain,
    })
  }
  const failure = async (options: Parameters<typeof load>[0]): Promise<string> => {
    const error = await load(options).catch((thrown: unknown) => thrown)
    expect(error).to.have.property('code', 'CONFIG_INVALID')
    return error instanceof Error ? error.message : ''
  }

  it('starts without any configuration', async () => {
    const { node, budget } = await load()
    expect(node.dataDirectory).to.equal(join(home, '.chiral'))
    expect(node.chain.rpcUrl).to.equal(undefined)
    expect(node.network.scope).to.equal('loopback')
    expect(node.logLevel).to.equal('warn')
    expect(node.walletPassword).to.equal('')
    expect(budget).to.deep.equal({ maxTotal: undefined, maxPrice: undefined })
  })

  it('moves files between two folders, of which none is in the other', async () => {
    expect((await load()).node.storage.tiers).to.equal(undefined)
    const toml = '[cache]\nfast = "/ssd"\nfast_limit = "1GiB"\nlarge = "disk"\n'
    const { tiers } = (await load({ toml })).node.storage
    expect(tiers?.fast).to.deep.equal({ folder: '/ssd', limitBytes: 2 ** 30 })
    expect(tiers?.large).to.deep.equal({ folder: join(home, 'disk'), limitBytes: Number.POSITIVE_INFINITY })
    expect(tiers?.movesPerHour).to.equal(12)
    expect(await failure({ toml: '[cache]\nfast = "/ssd"\n' })).to.include('both are needed')
    for (const large of ['/ssd', '/ssd/large', '/'])
      expect(await failure({ toml: `[cache]\nfast = "/ssd"\nlarge = "${large}"\n` })).to.include('inside the other')
  })

  it('takes sizes in bytes and in binary units', async () => {
    const { node } = await load({ toml: '[cache]\nmemory = 1000\n[downloads]\ncapacity = "3 GiB"\n' })
    expect(node.storage.memoryBytes).to.equal(1000)
    expect(node.storage.capacityBytes).to.equal(3 * 2 ** 30)
    expect((await load({ env: { CHIRAL_CACHE_MEMORY: '0' } })).node.storage.memoryBytes).to.equal(0)
    for (const bad of ['-1', '1.5', '5MB', 'much', '99999999999TiB'])
      expect(await failure({ env: { CHIRAL_CACHE_MEMORY: bad } })).to.include('such as 512MiB or 20GiB')
  })

  it('takes by which protocols files are served', async () => {
    expect((await load()).node.uploads?.protocols).to.equal(undefined)
    expect((await load({ toml: '[uploads]\nprotocols = ["http"]\n' })).node.uploads?.protocols).to.deep.equal(['http'])
    const env = (text: string) => ({ env: { CHIRAL_UPLOAD_PROTOCOLS: text } })
    expect((await load(env('webrpc, http'))).node.uploads?.protocols).to.deep.equal(['webrpc', 'http'])
    expect(await failure(env('http,gopher'))).to.include('"gopher" is no transfer protocol')
  })

  it('takes where files are served over HTTP, or that they are not', async () => {
    const toml =
      '[http]\nlisten = "[::]:8443"\ntls = false\nannounce_url = "https://seed.example/files"\nfree_rate = 7\n'
    expect((await load({ toml })).node.http).to.deep.include({
      listen: { host: '::', port: 8443 },
      tls: false,
      announceUrl: 'https://seed.example/files/',
      freeRate: 7,
    })
    expect((await load({ env: { CHIRAL_HTTP_LISTEN: 'off' } })).node.http?.listen).to.equal('off')
    for (const wrong of ['8080', 'localhost:80', '0.0.0.0', '0.0.0.0:70000', '1.2.3:80'])
      expect(await failure({ env: { CHIRAL_HTTP_LISTEN: wrong } }), wrong).to.include('CHIRAL_HTTP_LISTEN')
    for (const wrong of ['ftp://a/', 'https://a/?b', 'https://a/#b', 'https://u@a/'])
      expect(await failure({ env: { CHIRAL_HTTP_ANNOUNCE_URL: wrong } }), wrong).to.include('CHIRAL_HTTP_ANNOUNCE_URL')
  })

  it('takes a certificate of the tracker with its key, and neither alone', async () => {
    expect((await load()).node.bittorrent?.trackerTls).to.equal(undefined)
    const toml = '[bittorrent]\ntracker_certificate = "chain.pem"\ntracker_key = "/etc/key.pem"\n'
    expect((await load({ toml })).node.bittorrent?.trackerTls).to.deep.equal({
      certificate: join(home, 'chain.pem'),
      key: '/etc/key.pem',
    })
    for (const name of ['certificate', 'key']) {
      expect(await failure({ toml: `[bittorrent]\ntracker_${name} = "a.pem"\n` })).to.include('give both or neither')
      expect(await failure({ toml: `[bittorrent]\ntracker_${name} = ""\n` })).to.include('a file name is needed')
    }
  })

  it('takes a flag before the environment before the file', async () => {
    const toml =
      'log_level = "info"\n[chain]\nrpc_url = "http://file:1"\ncontract = "0x52908400098527886E0F7030069857D2E4169EE7"\n'
    const env = { CHIRAL_RPC: 'http://env:1', CHIRAL_LOG_LEVEL: 'error' }
    expect((await load({ toml })).node.chain.rpcUrl).to.equal('http://file:1')
    expect((await load({ toml, env })).node.chain.rpcUrl).to.equal('http://env:1')
    const { node } = await load({ toml, env, flags: { rpc: 'http://flag:1' } })
    expect(node.chain.rpcUrl).to.equal('http://flag:1')
    expect(node.logLevel).to.equal('error')
    expect(node.chain.contract).to.equal('0x52908400098527886E0F7030069857D2E4169EE7')
    expect((await load({ toml, env: { CHIRAL_RPC: '' } })).node.chain.rpcUrl).to.equal('http://file:1')
  })

  it('reads every kind of value from file and environment alike', async () => {
    const toml = `
      [network]
      bootstrap = ["${PEER_ADDRESS}"]
      [payments]
      redeem_above = "5wei"
      redeem_after_hours = 24
      redeem_fee_percent = 3
      credit_cap_total = 2
      contract_wallets = true
      [downloads]
      window = 8
      max_total = "0.5"`
    const fromFile = await load({ toml })
    expect(fromFile.node.network.bootstrap).to.deep.equal([PEER_ADDRESS])
    expect(fromFile.node.payments).to.deep.include({
      redeemAbove: 5n,
      redeemAfterHours: 24,
      redeemFeePercent: 3,
      creditCapTotal: parseCoins('2'),
      contractWallets: true,
    })
    expect(fromFile.node.downloads.window).to.equal(8)
    expect(fromFile.budget.maxTotal).to.equal(parseCoins('0.5'))
    const { node } = await load({
      toml: '',
      env: {
        CHIRAL_BOOTSTRAP: `${PEER_ADDRESS}, ${PEER_ADDRESS}`,
        CHIRAL_WINDOW: '9',
        CHIRAL_CONTRACT_WALLETS: 'true',
      },
    })
    expect(node.network.bootstrap).to.have.length(2)
    expect(node.payments.contractWallets).to.equal(true)
    expect((await load({ toml: '' })).node.payments.contractWallets).to.equal(false)
    expect(node.downloads.window).to.equal(9)
  })

  it('takes nothing but true and false for a choice between two', async () => {
    for (const [text, chosen] of [
      ['true', true],
      ['false', false],
    ] as const)
      expect((await load({ toml: '', env: { CHIRAL_CONTRACT_WALLETS: text } })).node.payments.contractWallets).to.equal(
        chosen,
      )
    const wrong = await load({ toml: '', env: { CHIRAL_CONTRACT_WALLETS: 'maybe' } }).catch(
      (error: Error) => error.message,
    )
    expect(wrong).to.equal('CHIRAL_CONTRACT_WALLETS: true or false is needed.')
  })

  it('opens nothing to other machines with a test chain on this one', async () => {
    const scopeOf = async (rpc?: string): Promise<string> => (await load({ flags: { rpc } })).node.network.scope
    expect(await scopeOf()).to.equal('loopback')
    expect(await scopeOf('http://localhost:8545')).to.equal('loopback')
    testChain = undefined
    expect(await scopeOf('http://127.0.0.1:8545')).to.equal('loopback')
    testChain = false
    expect(await scopeOf('http://[::1]:8545')).to.equal('public')
    testChain = true
    expect(await scopeOf('https://rpc.example')).to.equal('public')
  })

  it('listens by scope unless told where', async () => {
    const listen = async (flags: ConfigFlags): Promise<readonly string[]> => (await load({ flags })).node.network.listen
    expect(await listen({})).to.deep.equal(['/ip4/127.0.0.1/tcp/0', '/ip4/127.0.0.1/udp/0/webrtc-direct'])
    expect(await listen({ scope: 'lan' })).to.deep.equal([
      '/ip4/0.0.0.0/tcp/4001',
      '/ip4/0.0.0.0/udp/4001/webrtc-direct',
    ])
    expect(await listen({ listen: ['/ip4/10.0.0.1/tcp/7'] })).to.deep.equal(['/ip4/10.0.0.1/tcp/7'])
  })

  it('reads the password from the first line of a file, relative to who names it', async () => {
    writeFileSync(join(home, '.chiral', 'secret'), 'from the file\nrest\n')
    writeFileSync(join(home, 'secret'), 'from here\r\n')
    const toml = '[wallet]\npassword_file = "secret"\n'
    expect((await load({ toml })).node.walletPassword).to.equal('from the file')
    expect((await load({ toml, flags: { passwordFile: 'secret' } })).node.walletPassword).to.equal('from here')
    expect((await load({ toml, env: { CHIRAL_PASSWORD_FILE: 'secret' } })).node.walletPassword).to.equal('from here')
    expect((await load({ toml: '', env: { CHIRAL_PASSWORD: 'direct' } })).node.walletPassword).to.equal('direct')
    expect(await failure({ flags: { passwordFile: 'none' } })).to.include(join(home, 'none'))
  })

  it('finds the data directory', () => {
    const input = { homeDirectory: '/h/a', workingDirectory: '/w' }
    expect(dataDirectoryOf({ ...input, flags: {}, env: {} })).to.equal('/h/a/.chiral')
    expect(dataDirectoryOf({ ...input, flags: {}, env: { CHIRAL_HOME: 'x' } })).to.equal('/w/x')
    expect(dataDirectoryOf({ ...input, flags: { dataDir: '/d' }, env: { CHIRAL_HOME: 'x' } })).to.equal('/d')
    expect(() => dataDirectoryOf({ ...input, flags: { dataDir: '' }, env: {} })).to.throw('--data-dir')
  })

  it('names the file and the nearest key for one it does not know', async () => {
    const path = join(home, '.chiral', 'chiral.toml')
    expect(await failure({ toml: '[chain]\nrpc_ulr = "x"\n' })).to.equal(
      `${path}: the key "chain.rpc_ulr" is unknown or not built yet (the nearest is "chain.rpc_url").`,
    )
    expect(await failure({ toml: 'bootstrap = []\n' })).to.include('the nearest is "network.bootstrap"')
    expect(await failure({ toml: '[telemetry]\nendpoint = "x"\n' })).to.include(
      '"telemetry" is unknown or not built yet.',
    )
    expect(await failure({ toml: '[wallet]\npassword = "x"\n' })).to.include('"wallet.password"')
    expect(await failure({ toml: 'chain = 5\n' })).to.include('"chain"')
  })

  it('says where a bad value stands and what is accepted', async () => {
    expect(await failure({ flags: { rpc: 'ftp://x' } })).to.match(/^--rpc: an http:\/\/ or https:\/\/ address/)
    expect(await failure({ env: { CHIRAL_WINDOW: '65' } })).to.equal(
      'CHIRAL_WINDOW: a whole number from 1 to 64 is needed.',
    )
    expect(await failure({ env: { CHIRAL_MAX_TOTAL: 'much' } })).to.match(/^CHIRAL_MAX_TOTAL: "much" is not an amount/)
    expect(await failure({ toml: '[downloads]\nstall_ms = "soon"\n' })).to.match(
      /^downloads\.stall_ms in .*chiral\.toml: a whole/,
    )
    expect(await failure({ flags: { bootstrap: ['/ip4/1.2.3.4/tcp/4001'] } })).to.match(/^--bootstrap: .*\/p2p\//)
    expect(await failure({ flags: { listen: ['nonsense'] } })).to.match(/^--listen: "nonsense" is not a multiaddr/)
    expect(await failure({ toml: '[network]\nscope = "world"\n' })).to.match(/^network\.scope in /)
  })

  it('says where a file is not TOML, or is missing although it was named', async () => {
    expect(await failure({ toml: '[chain\n' })).to.match(/chiral\.toml, line 1: it is not TOML/)
    expect(await failure({ flags: { config: 'none.toml' } })).to.include(
      `${join(home, 'none.toml')}: the file cannot be read`,
    )
  })

  it('says that the data directory is a file', async () => {
    writeFileSync(join(home, 'file'), '')
    expect(await failure({ flags: { dataDir: 'file' } })).to.equal(
      `--data-dir: ${join(home, 'file')} is not a folder: choose another.`,
    )
  })

  it('suggests only what a typing mistake explains', () => {
    expect(nearest('windw', ['window', 'scope'])).to.equal('window')
    expect(nearest('completely', ['window', 'scope'])).to.equal(undefined)
    expect(nearest('', ['ab'])).to.equal(undefined)
  })
})
