import { z } from 'zod'

/** What a supervisor tells of itself and its geth: the answer of `chain status`. */
export const chainStatusSchema = z.object({
  /** `waiting`: geth ended by itself and is started again after a pause. */
  phase: z.enum(['starting', 'running', 'waiting', 'stopping']),
  supervisorPid: z.int(),
  gethPid: z.int().optional(),
  client: z.string().optional(),
  chainId: z.int(),
  genesisHash: z.string().optional(),
  rpcUrl: z.string(),
  wsUrl: z.string(),
  /** With a host others can use, where it is known. */
  enode: z.string().optional(),
  bootnodes: z.array(z.string()),
  /** Always connected with, or dialled again. */
  staticNodes: z.array(z.string()),
  /** Where the DHT is entered through the peer beside geth; absent until that peer runs. */
  peerAddresses: z.array(z.string()).optional(),
  mining: z.boolean(),
  /** The mining data set that is being made. */
  dag: z.object({ epoch: z.int(), percent: z.int() }).optional(),
  /** The last block of a peer that was refused as too far ahead of this machine's clock: its time in seconds, and when that was. */
  refusedBlock: z.object({ blockTime: z.int(), refusedAtMs: z.int() }).optional(),
  /** How often geth was started again after it ended by itself. */
  restarts: z.int(),
  /** Why it ended the last time. */
  lastFailure: z.object({ code: z.string(), message: z.string() }).optional(),
  logFile: z.string(),
})

export type ChainStatus = z.infer<typeof chainStatusSchema>
