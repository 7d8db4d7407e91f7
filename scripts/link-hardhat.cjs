/**
 * Puts scripts/hardhat.cjs in the place of Hardhat's own entry in node_modules/.bin, so that `npx hardhat` on an old Node ends with a sentence
 * that helps. Runs after `npm ci` (package.json, `postinstall`); where there are no symbolic links, or no Hardhat, it does nothing.
 */
const { lstatSync, renameSync, symlinkSync } = require('node:fs')
const { join } = require('node:path')

const bin = join(__dirname, '../node_modules/.bin')
const entry = join(bin, 'hardhat')

if (lstatSync(entry, { throwIfNoEntry: false })?.isSymbolicLink()) {
  // Renamed into place, so that there is an entry at every instant.
  const fresh = `${entry}.${process.pid}`
  symlinkSync('../../scripts/hardhat.cjs', fresh)
  renameSync(fresh, entry)
}
