/**
 * The compiler from npm behind the command line that build tools other than Hardhat expect: `--version`, and standard JSON from input to
 * output.
 */
const { readFileSync } = require('node:fs')
const soljson = require('solc/soljson.js')
const wrapper = require('solc/wrapper')

const solc = wrapper(soljson)
if (process.argv.includes('--version')) {
  console.log(`solc, the solidity compiler commandline interface\nVersion: ${solc.version()}`)
} else {
  process.stdout.write(solc.compile(readFileSync(0, 'utf8')))
}
