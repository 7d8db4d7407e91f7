import { globSync, readFileSync } from 'node:fs'
import { constants } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { EXIT_CODE_MEANINGS, EXIT_CODES, exitCodeOf } from '../../src/cli/exit-codes.ts'
import { ERROR_KINDS } from '../../src/domain/error-kinds.ts'

const SOURCES = join(import.meta.dirname, '../../src')
const GENERATED = /messages\.d\.ts$|^chain\/abi\//
/** Codes are written as one literal in capitals, wherever they stand. */
const CAPITALS = /'([A-Z][A-Z0-9_]*)'/g
/** What else is: variables of the environment, codes of Node and ethers, signals, HTTP, SQL, the DHT, contract constants. */
const NO_CODE = new RegExp(
  `^(?:${[
    'CHIRAL_[A-Z0-9_]+|NO_COLOR|PATH|CC', // names of environment variables
    ...Object.keys(constants.errno),
    'ENOTFOUND|EAI_AGAIN|ERR_[A-Z_]+|ABORT_ERR|INVALID_ARGUMENT',
    'SIG[A-Z]+',
    'GET|HEAD|POST|DELETE|OPTIONS',
    'COMMIT|ROLLBACK',
    'GRACE_SECONDS|GRACE_BLOCKS', // views of the escrow
    'ADD_PROVIDER|PEER_RESPONSE|PROVIDER',
    'DISPUTE_WINDOW|DOMAIN_SEPARATOR',
    'NOT_FOUND|INVALID|FAILED', // answers of the lookup protocol, which its client turns into codes
    'HTTP|TCP|UDP|NFC|B|T',
  ].join('|')})$`,
)

describe('cli/exit-codes', () => {
  it('has a documented exit code for every kind and every code', () => {
    const documented = EXIT_CODE_MEANINGS.map(([code]) => code)
    for (const code of Object.values(EXIT_CODES)) expect(documented).to.include(code)
    for (const code of Object.keys(ERROR_KINDS)) expect(documented, code).to.include(exitCodeOf(code))
  })

  it('takes a code it does not know for a general failure', () => {
    expect([undefined, 'SOMETHING_NEW', 'toString', 'constructor'].map(exitCodeOf)).to.deep.equal([1, 1, 1, 1])
  })

  it('knows every code in the sources: thrown, refused with, or sent to a peer', () => {
    const unknown = new Set<string>()
    for (const name of globSync('**/*.ts', { cwd: SOURCES })) {
      if (GENERATED.test(name)) continue
      for (const [, text = ''] of withoutComments(readFileSync(join(SOURCES, name), 'utf8')).matchAll(CAPITALS))
        if (!Object.hasOwn(ERROR_KINDS, text) && !NO_CODE.test(text)) unknown.add(`${text} of ${name}`)
    }
    expect([...unknown], 'codes belong in src/domain/error-kinds.ts, anything else in NO_CODE').to.deep.equal([])
  })

  it('gives the codes a download ends with their exit codes', () => {
    const expected = {
      DECODE_FAILED: 2,
      NO_SEEDERS: 3,
      SEEDERS_GONE: 3,
      CHAIN_UNREACHABLE: 3,
      BUDGET_EXCEEDED: 4,
      BUDGET_EXHAUSTED: 4,
      INSUFFICIENT_FUNDS: 4,
      DEPOSIT_EXHAUSTED: 4,
      CHUNK_WRONG: 5,
      SHA256_MISMATCH: 5,
      MANIFEST_INVALID: 5,
      HELLO_TIMEOUT: 6,
      PAY_TIMEOUT: 6,
      INTERRUPTED: 130,
    }
    const actual = Object.fromEntries(Object.keys(expected).map((code) => [code, exitCodeOf(code)]))
    expect(actual).to.deep.equal(expected)
  })
})

function withoutComments(source: string): string {
  return source.replace(/\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*$/gm, '')
}
