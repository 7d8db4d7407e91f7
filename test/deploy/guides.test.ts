import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect } from 'chai'
import { repositoryRoot } from '../../scripts/generated-files.ts'
import { readTrackedFiles } from '../../scripts/tracked-files.ts'
import { whatIsWrong } from './command-lines.ts'

/** What a reader fills in, as something our parser takes. */
const PLACEHOLDERS: readonly (readonly [RegExp, string])[] = [
  [/enode:\/\/…/g, `enode://${'ab'.repeat(64)}@10.0.0.1:30303`],
  [/0x…/g, `0x${'12'.repeat(20)}`],
]
/** Commands of scripts/, which ./chiral hands on. */
const NOT_OURS: readonly string[] = ['test', 'check', 'generate', 'hardhat']

const pages = readTrackedFiles(
  'docs/guides/own-chain.md',
  'docs/guides/metamask.md',
  'docs/guides/remix.md',
  'docs/operations/*.md',
)

/** Each command line in a block of code or between back ticks. */
function commandsOf(text: string): string[][] {
  const blocks = [...text.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].flatMap(([, block]) => (block ?? '').split('\n'))
  const inline = [...text.replace(/^```[\s\S]*?^```$/gm, '').matchAll(/`([^`]+)`/g)].map(([, code]) => code ?? '')
  return [...blocks, ...inline].flatMap((line) => {
    const bare = line.replace(/\s+#.*$/, '')
    const command = /(?:^|exec \w+ |-- )(?:\.\/)?chiral (.+)$/.exec(bare)?.[1]
    if (command === undefined) return []
    const filled = PLACEHOLDERS.reduce((before, [pattern, value]) => before.replace(pattern, value), command)
    const args = filled.trim().split(/\s+/)
    return NOT_OURS.includes(args[0] ?? '') || filled.includes('…') ? [] : [args]
  })
}

describe('deploy/guides', () => {
  it('name only commands and options that there are', async () => {
    const commands = pages.flatMap(({ path, text }) => commandsOf(text).map((args) => ({ path, args })))
    expect(commands.length).to.be.at.least(12)
    for (const { path, args } of commands) {
      const wrong = await whatIsWrong(args)
      // A page may name a command without the options it needs; with any of them it has to be whole.
      const isNameAlone = !args.some((argument) => argument.startsWith('-')) && wrong?.includes('required option')
      if (isNameAlone !== true) expect(wrong, `${path}: chiral ${args.join(' ')}`).to.equal(undefined)
    }
  })

  it('link only to pages that there are', () => {
    for (const { path, text } of pages)
      for (const [, target] of text.matchAll(/\]\(((?!https?:)[^)#]+)/g))
        expect(existsSync(join(repositoryRoot, dirname(path), target ?? '')), `${path} → ${target}`).to.equal(true)
  })
})
