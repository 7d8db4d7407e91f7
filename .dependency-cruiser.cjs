/**
 * The dependency rule: imports point down only, and siblings never meet.
 *
 *   domain <- system <- { the folders between } <- node <- { api <- { cli, web }, browser }
 *
 * Of the folders between, bitswap/ and webrpc/ stand on in-band/, which holds what both are made of.
 *
 * @type {import('dependency-cruiser').IConfiguration}
 */

/** A folder that needs another declares the narrow interface it needs; node/ connects them. */
const SIBLINGS = [
  'bitswap',
  'bridge',
  'chain',
  'channel',
  'content',
  'discovery',
  'ledger',
  'network',
  'public-protocols',
  'reputation',
  'rpc-proxy',
  'settlement',
  'webrpc',
].join('|')

/** Two protocols that sell chunks for vouchers on one stream, and what they share. */
const IN_BAND_PROTOCOLS = 'bitswap|webrpc'

/** The two files of the CLI that start a node: the daemon, and the parts for commands that work without one. */
const CLI_WITH_A_NODE = '^src/cli/(node-parts|commands/daemon)[.]ts$'

/** The configuration file is one for the CLI and the daemon, and so are the types of what it says. */
const CONFIGURATION = '^src/node/(config|config-settings|node-config|types)[.]ts$'

module.exports = {
  forbidden: [
    {
      name: 'domain-stands-alone',
      comment: 'domain/ holds the values every folder shares, so it can know none of them.',
      severity: 'error',
      from: { path: '^src/domain/' },
      to: { path: '^src/', pathNot: '^src/domain/' },
    },
    {
      name: 'system-knows-only-domain',
      comment: 'system/ wraps the outside world for everyone; an application concept in it would be known everywhere.',
      severity: 'error',
      from: { path: '^src/system/' },
      to: { path: '^src/', pathNot: '^src/(domain|system)/' },
    },
    {
      name: 'siblings-never-meet',
      comment:
        'Each of these folders is tested without the others: bitswap without a chain, channels without a network. ' +
        'Declare the interface you need and let node/ pass the implementation.',
      severity: 'error',
      from: { path: `^src/(${SIBLINGS})/` },
      to: { path: '^src/', pathNot: ['^src/(domain|system|in-band)/', '^src/$1/'] },
    },
    {
      name: 'in-band-is-for-its-protocols',
      comment: 'What both in-band protocols share knows neither of them, and no other folder beside them needs it.',
      severity: 'error',
      from: { path: `^src/(${SIBLINGS})/`, pathNot: `^src/(${IN_BAND_PROTOCOLS})/` },
      to: { path: '^src/in-band/' },
    },
    {
      name: 'in-band-stands-on-system',
      comment: 'As the protocols above it do, it takes channels, content and the network as interfaces.',
      severity: 'error',
      from: { path: '^src/in-band/' },
      to: { path: '^src/', pathNot: '^src/(domain|system|in-band)/' },
    },
    {
      name: 'transports-do-not-know-each-other',
      comment:
        'Adding or removing a public protocol is one folder and one line of registration. ' +
        'kademlia/ is no transport: it is what the networks of two of them are made of.',
      severity: 'error',
      from: { path: '^src/public-protocols/([^/]+)/' },
      to: {
        path: '^src/public-protocols/[^/]+/',
        pathNot: ['^src/public-protocols/$1/', '^src/public-protocols/kademlia/'],
      },
    },
    {
      name: 'node-has-no-face',
      comment: 'A node runs without anybody looking at it.',
      severity: 'error',
      from: { path: '^src/node/' },
      to: { path: '^src/(api|cli|web)/' },
    },
    {
      name: 'api-does-not-know-its-clients',
      comment: 'The control API is the only way in, for programs that do not exist yet as well.',
      severity: 'error',
      from: { path: '^src/api/' },
      to: { path: '^src/(cli|web)/' },
    },
    {
      name: 'cli-is-a-client',
      comment: 'The CLI speaks to the daemon through the control API; what needs a node takes it from node-parts.ts.',
      severity: 'error',
      from: { path: '^src/cli/', pathNot: CLI_WITH_A_NODE },
      to: { path: '^src/', pathNot: ['^src/(domain|system|cli)/', '^src/api/(client|schema)[.]ts$', CONFIGURATION] },
    },
    {
      name: 'web-is-a-client',
      comment: 'So is the web page; one that pays by itself makes a payer of browser/.',
      severity: 'error',
      from: { path: '^src/web/' },
      to: {
        path: '^src/',
        pathNot: ['^src/(domain|web)/', '^src/api/(client|schema)[.]ts$', '^src/browser/payer[.]ts$'],
      },
    },
    {
      name: 'browser-is-a-root',
      comment:
        'It puts a page together out of what a node is made of, and of its own for what a browser has in another way.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(browser|web)/' },
      to: { path: '^src/browser/' },
    },
    {
      name: 'browser-runs-in-a-browser',
      comment: 'Node core modules are not there.',
      severity: 'error',
      from: { path: '^src/browser/' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'pure-core',
      comment:
        'domain/ and files named state, step, session, codec or voucher decide and do nothing: no Node core module, ' +
        'no shell of system/ that has one behind it. Clock, randomness and keys are arguments.',
      severity: 'error',
      from: { path: ['^src/domain/', '^src/.*/(state|step|session|codec|voucher)[.]ts$'] },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'source-stands-without-tests',
      comment: 'What is shipped imports nothing of test/, scripts/ or bench/.',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(test|scripts|bench)/' },
    },
    {
      name: 'source-stands-without-dev-dependencies',
      comment: 'A development dependency is not there when the program runs; types are erased before it does.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/web/' },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'], pathNot: 'node_modules/@types/' },
    },
    {
      name: 'no-cycle',
      comment: 'Files that need each other are one concept in two files, or two concepts with a third missing.',
      severity: 'error',
      from: { path: '^src/' },
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)messages[.]js$' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.js', '.json'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'types', 'node', 'default'],
    },
  },
}
