import type { Logger } from 'pino'
import type { Config } from './config.js'
import { RUNS_AT_ONCE_MAX } from './draws/advance-draw.js'
import type { SecretBox } from './draws/draw-key.js'
import { checkDrawKey } from './draws/draw-key.store.js'
import { type Clock, SECOND_MS } from './kernel/time.js'
import { EXPORTS_AT_ONCE_MAX } from './pnl/export-pnl.js'
import { openDatabase } from './storage/database.js'
import { openEngine } from './storage/open-engine.js'
import { WEBHOOK_CONNECTIONS } from './webhooks/webhooks.js'

/** A batch that waits for a lock longer than this is tried again. */
const WRITE_TIMEOUT_MS = 60 * SECOND_MS
/** The same for plans inside a look-up: statistics of a table that was just made can make a scan of it look cheap. */
const INDEX_PLANS = {
  enable_hashjoin: 'off',
  enable_mergejoin: 'off',
  enable_seqscan: 'off',
  enable_bitmapscan: 'off',
  enable_material: 'off',
}

/** A pool for each kind of work, so that none of them waits for another's connections, and the engine behind them. */
export async function openStorage(
  config: Config,
  connectionString: string,
  secrets: SecretBox,
  log: Logger,
  clock: Clock,
) {
  const onError = (error: Error) => log.warn({ err: error }, 'an idle database connection was lost')
  const { poolMax, queryTimeoutMs } = config.storage
  const base = { connectionString, onError }
  const reads = openDatabase({ ...base, poolMax, applicationName: 'tidemark', statementTimeoutMs: queryTimeoutMs })
  const writes = openDatabase({
    ...base,
    poolMax: config.ingest.lanes,
    applicationName: 'tidemark writer',
    session: INDEX_PLANS,
    statementTimeoutMs: WRITE_TIMEOUT_MS,
  })
  const outbound = openDatabase({
    ...base,
    poolMax: WEBHOOK_CONNECTIONS,
    applicationName: 'tidemark webhooks',
    statementTimeoutMs: queryTimeoutMs,
  })
  const drawing = openDatabase({
    ...base,
    poolMax: RUNS_AT_ONCE_MAX,
    applicationName: 'tidemark draws',
    statementTimeoutMs: WRITE_TIMEOUT_MS,
  })
  const exporting = openDatabase({
    ...base,
    poolMax: EXPORTS_AT_ONCE_MAX,
    applicationName: 'tidemark exports',
    // An export bounds its statements itself.
    statementTimeoutMs: 0,
  })
  const settings = { ...config.storage, latenessMs: config.streams.latenessMs }
  try {
    const opened = await openEngine(reads, settings, clock)
    await checkDrawKey(reads, secrets)
    return { reads, writes, outbound, drawing, exporting, ...opened }
  } catch (error) {
    await Promise.all([reads, writes, outbound, drawing, exporting].map(pool => pool.close()))
    throw error
  }
}
