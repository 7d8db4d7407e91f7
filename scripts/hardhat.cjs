#!/usr/bin/env node
/**
 * What `npx hardhat` starts, once scripts/link-hardhat.cjs has put it into node_modules/.bin: Hardhat itself, or on a Node too old for it one
 * sentence that says what works. Plain CommonJS, since an old Node has to understand it.
 */
const { join } = require('node:path')
const { pathToFileURL } = require('node:url')

/** What Hardhat 3 asks for. */
const LEAST = [22, 13]

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major < LEAST[0] || (major === LEAST[0] && minor < LEAST[1])) {
  console.error(
    `Hardhat needs Node ${LEAST.join('.')} or later, and this is ${process.versions.node}: run ./chiral hardhat with the same arguments, which brings its own.`,
  )
  process.exitCode = 1
} else {
  // Beside this file, not through node_modules/.bin, which points here.
  const { bin } = require('../node_modules/hardhat/package.json')
  void import(pathToFileURL(join(__dirname, '../node_modules/hardhat', bin.hardhat)).href)
}
