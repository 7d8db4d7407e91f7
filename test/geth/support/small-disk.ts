import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { runTool } from '../../../src/chain/geth/run-tool.ts'

/** A disk of its own that can be filled without anybody else noticing. */
export class SmallDisk {
  readonly folder: string

  private constructor(folder: string) {
    this.folder = folder
  }

  /** `undefined` where this user may not mount one. */
  static async mount(folder: string, megabytes: number): Promise<SmallDisk | undefined> {
    await mkdir(folder)
    const { exitCode } = await runTool({
      command: 'mount',
      args: ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', folder],
    })
    return exitCode === 0 ? new SmallDisk(folder) : undefined
  }

  /** Leaves so much less free. */
  async fill(megabytes: number): Promise<void> {
    await writeFile(join(this.folder, 'filling'), Buffer.alloc(megabytes * 1024 * 1024))
  }

  async empty(): Promise<void> {
    await rm(join(this.folder, 'filling'))
  }

  async unmount(): Promise<void> {
    await runTool({ command: 'umount', args: [this.folder] })
  }
}
