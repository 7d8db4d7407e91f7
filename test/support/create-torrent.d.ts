/** What the tests use of create-torrent 6; the package brings no types. */
declare module 'create-torrent' {
  interface Options {
    readonly name?: string
    readonly announceList?: readonly (readonly string[])[]
    readonly pieceLength?: number
    readonly private?: boolean
  }

  function createTorrent(
    input: string | Uint8Array,
    options: Options,
    done: (error: Error | null, torrent: Uint8Array) => void,
  ): void

  // biome-ignore lint/style/noDefaultExport: so the package has it
  export { createTorrent as default }
}
