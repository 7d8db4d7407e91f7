/** What lines of geth's log mean. Pure, so that it can be tested with lines geth really wrote. */

export type GethEvent =
  | { readonly kind: 'peer-to-peer'; readonly enode: string }
  /** JSON-RPC over HTTP. */
  | { readonly kind: 'rpc-open' }
  /** JSON-RPC over WebSocket; geth opens it after the others, and closes them all when it cannot. */
  | { readonly kind: 'websocket-open'; readonly port: number }
  | { readonly kind: 'dag'; readonly epoch: number; readonly percent: number }
  | { readonly kind: 'dag-complete'; readonly epoch: number }
  /** A peer's blocks are not taken, and the peer is left, because this one lies too far ahead of our clock. Unix seconds. */
  | { readonly kind: 'future-block'; readonly blockTime: number }
  /** State and blocks are on disk: the last thing geth does before it ends in order. */
  | { readonly kind: 'saved' }
  | { readonly kind: 'failure'; readonly failure: GethFailure }

export type GethFailure =
  | { readonly kind: 'port-in-use'; readonly port: number | undefined }
  | { readonly kind: 'directory-in-use' }
  | { readonly kind: 'other-genesis'; readonly stored: string; readonly wanted: string }
  | { readonly kind: 'disk-full' }
  | { readonly kind: 'fatal'; readonly reason: string }

/** `undefined` for a line that means nothing to us. */
export function parseGethLine(line: string): GethEvent | undefined {
  const failure = failureOf(line)
  if (failure !== undefined) return { kind: 'failure', failure }
  // A level, a time in brackets, the message, then `name=value` in columns.
  const message = /^[A-Z]+ *\[[^\]]*\] (.*)$/.exec(line)?.[1]
  if (message === undefined) return undefined
  if (/^HTTP server started\b.*\bauth=false\b/.test(message)) return { kind: 'rpc-open' }
  const webSocketPort = /^WebSocket enabled\b.*\burl=wss?:\/\/\S+:(\d+)/.exec(message)?.[1]
  if (webSocketPort !== undefined) return { kind: 'websocket-open', port: Number(webSocketPort) }
  if (message.startsWith('Blockchain stopped')) return { kind: 'saved' }
  const blockTime = /\bfuture block timestamp (\d+) > allowed \d+/.exec(message)?.[1]
  if (blockTime !== undefined) return { kind: 'future-block', blockTime: Number(blockTime) }
  if (message.startsWith('Started P2P networking')) {
    const enode = /self="?(enode:[^"\s]+)/.exec(message)?.[1]
    return enode === undefined ? undefined : { kind: 'peer-to-peer', enode }
  }
  if (message.startsWith('Generating DAG in progress')) {
    const epoch = numberOf(message, 'epoch')
    const percent = numberOf(message, 'percentage')
    return epoch === undefined || percent === undefined ? undefined : { kind: 'dag', epoch, percent }
  }
  if (message.startsWith('Generated ethash verification dataset') || message.startsWith('Generated ethash dataset')) {
    const epoch = numberOf(message, 'epoch')
    return epoch === undefined ? undefined : { kind: 'dag-complete', epoch }
  }
  return undefined
}

function failureOf(line: string): GethFailure | undefined {
  const genesis = /incompatible genesis \(have ([0-9a-fx]+), new ([0-9a-fx]+)\)/.exec(line)
  if (genesis?.[1] !== undefined && genesis[2] !== undefined)
    return { kind: 'other-genesis', stored: withPrefix(genesis[1]), wanted: withPrefix(genesis[2]) }
  if (/no space left on device|Low disk space\. Gracefully|disk quota exceeded/i.test(line))
    return { kind: 'disk-full' }
  if (line.includes('address already in use')) {
    const port = /:(\d+): bind: address already in use/.exec(line)?.[1]
    return { kind: 'port-in-use', port: port === undefined ? undefined : Number(port) }
  }
  if (/datadir already used by another process|resource temporarily unavailable/.test(line))
    return { kind: 'directory-in-use' }
  const fatal = /^Fatal: (.*)$/.exec(line)?.[1] ?? /^CRIT *\[[^\]]*\] (.*)$/.exec(line)?.[1]
  return fatal === undefined ? undefined : { kind: 'fatal', reason: fatal.replace(/\s+/g, ' ').trim() }
}

function numberOf(message: string, name: string): number | undefined {
  const value = new RegExp(`\\b${name}=([0-9,]+)`).exec(message)?.[1]
  return value === undefined ? undefined : Number(value.replaceAll(',', ''))
}

function withPrefix(hash: string): string {
  return hash.startsWith('0x') ? hash : `0x${hash}`
}
