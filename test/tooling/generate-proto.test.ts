import { spawnSync } from 'node:child_process'
import { symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect } from 'chai'
import { generateProto } from '../../scripts/generate-proto.ts'
import { findStaleFiles, repositoryRoot, writeStaleFiles } from '../../scripts/generated-files.ts'
import { ToyTree } from './toy-tree.ts'

const PROTO = `
syntax = "proto3";
package chiral.toy.v1;

// no uint64 here
message Want { uint32 request_id = 1; bytes file_hash = 2; optional bytes voucher = 3; }
enum Code { UNKNOWN = 0; BUSY = 1; }
message Frame { oneof body { Want want = 1; Code code = 2; } }
`

describe('tooling/generate-proto', () => {
  let tree: ToyTree

  afterEach(() => {
    tree.remove()
  })

  it('makes the same working encoder and decoder every time', async () => {
    tree = new ToyTree({ 'src/toy/messages.proto': PROTO, 'package.json': '{ "type": "module" }' })
    const files = await generateProto(tree.folder)
    expect(files.map(({ path }) => path)).to.deep.equal(['src/toy/messages.js', 'src/toy/messages.d.ts'])
    expect(await findStaleFiles(files, tree.folder)).to.have.length(2)
    await writeStaleFiles(files, tree.folder)
    expect(await findStaleFiles(await generateProto(tree.folder), tree.folder)).to.deep.equal([])

    symlinkSync(join(repositoryRoot, 'node_modules'), join(tree.folder, 'node_modules'))
    const { Code, Frame, Want } = await import(pathToFileURL(join(tree.folder, 'src/toy/messages.js')).href)
    const bytes = Frame.encode({ want: { requestId: 7, fileHash: Uint8Array.of(1, 2) } }).finish()
    const frame = Frame.decode(bytes)
    expect(frame.body).to.equal('want')
    expect(frame.want).to.be.instanceOf(Want)
    expect(frame.want.requestId).to.equal(7)
    expect([...frame.want.fileHash]).to.deep.equal([1, 2])
    expect(Frame.decode(Frame.encode({ code: Code.BUSY }).finish()).code).to.equal(Code.BUSY)
  })

  it('makes types that the strict compiler settings accept and narrow', async () => {
    tree = new ToyTree({
      'src/toy/messages.proto': PROTO,
      'package.json': '{ "type": "module" }',
      'tsconfig.json': JSON.stringify({ extends: join(repositoryRoot, 'tsconfig.json'), include: ['src'] }),
      'src/toy/codec.ts': [
        "import { Code, Frame } from './messages.js'",
        'const frame = Frame.decode(new Uint8Array())',
        "export const id: number | undefined = frame.body === 'want' ? frame.want.requestId : undefined",
        "export const busy: boolean = frame.body === 'code' && frame.code === Code.BUSY",
        '',
      ].join('\n'),
    })
    symlinkSync(join(repositoryRoot, 'node_modules'), join(tree.folder, 'node_modules'))
    await writeStaleFiles(await generateProto(tree.folder), tree.folder)
    const tsc = join(repositoryRoot, 'node_modules/.bin/tsc')
    const { status, stdout } = spawnSync(process.execPath, [tsc, '-p', tree.folder], { encoding: 'utf8' })
    expect(stdout).to.equal('')
    expect(status).to.equal(0)
  })

  it('refuses 64-bit integers', async () => {
    tree = new ToyTree({ 'src/toy/messages.proto': 'syntax = "proto3"; message A { uint64 wei = 1; }' })
    let message = ''
    await generateProto(tree.folder).catch((error: Error) => {
      message = error.message
    })
    expect(message).to.match(/messages\.proto uses uint64: use bytes for amounts/)
  })
})
