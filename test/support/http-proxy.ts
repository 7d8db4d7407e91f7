import { createServer, request } from 'node:http'
import { type LoopbackServer, listenOnLoopback } from './loopback.ts'

/** Stands in front of an HTTP seeder on this machine; where it lies, no piece of a file that passes is what it was. */
export function httpProxy(port: number, { lies = false }: { readonly lies?: boolean } = {}): Promise<LoopbackServer> {
  const server = createServer((asked, answer) => {
    const { method, url = '', headers } = asked
    const onward = request({ host: '127.0.0.1', port, method, path: url, headers }, (response) => {
      answer.writeHead(response.statusCode ?? 502, response.headers)
      response.on('data', (bytes: Buffer) => {
        if (lies && url.startsWith('/file/')) bytes.writeUInt8(bytes.readUInt8(0) ^ 1, 0)
        answer.write(bytes)
      })
      response.on('end', () => answer.end())
      response.on('error', () => answer.destroy())
    })
    onward.on('error', () => answer.destroy())
    answer.on('close', () => onward.destroy())
    asked.pipe(onward)
  })
  return listenOnLoopback(server)
}
