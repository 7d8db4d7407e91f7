/**
 * Puts scripts/hardhat.cjs in the place of Hardhat's own entry in node_modules/.bin, so that `npx hardhat` on an old Node
 * ends with a sentence that helps. Runs after `npm ci` (package.json, `postinstall`), and in ./chiral, which runs no install
 * scripts. Where there are no symbolic links, or no Hardhat, it does nothing.
 */
const { lstatSync, renameSync, symlinkSync } = require('node:fs')
const { join } = require('node:path')

/** The launcher makes node_modules elsewhere and moves it here when it is whole: the link is relative to this place. */
const modules = process.argv[2] ?? join(__dirname, '../node_modules')
const entry = join(modules, '.bin/hardhat')

if (lstatSync(entry, { throwIfNoEntry: false })?.isSymbolicLink()) {
  // Renamed into place, so that there is an entry at every instant.
  const fresh = `${entry}.${process.pid}`
  symlinkSync('../../scripts/hardhat.cjs', fresh)
  renameSync(fresh, entry)
}
