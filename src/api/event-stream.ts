/** Longest line taken from a server: a download event with hundreds of sources stays far below. */
const MAX_LINE_LENGTH = 8 << 20

/** One `data:` payload of a server-sent event stream, or `comment` for a line that carries none. */
export type ServerSentEvent = { readonly data: string } | { readonly comment: string }

/** Parses a `text/event-stream` (WHATWG HTML, "Server-sent events"): data and comments; ids and retry times are not used. */
export async function* parseEventStream(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<ServerSentEvent> {
  const decoder = new TextDecoder()
  let buffer = ''
  let data: string[] = []
  for await (const chunk of bytes) {
    buffer += decoder.decode(chunk, { stream: true })
    if (buffer.length > MAX_LINE_LENGTH) throw new Error('an event is too long')
    const lines = buffer.split(/\r\n|\n|\r(?!$)/)
    buffer = lines.pop() ?? ''
    for (const line of lines) {
      if (line === '') {
        if (data.length > 0) yield { data: data.join('\n') }
        data = []
      } else if (line.startsWith(':')) yield { comment: line.slice(1).trim() }
      else if (line.startsWith('data:')) data.push(line.slice(line[5] === ' ' ? 6 : 5))
    }
  }
}
