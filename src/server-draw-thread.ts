import { parentPort, workerData } from 'node:worker_threads'
import { AuditTrail } from './audit/audit-trail.js'
import { AwardDraw } from './draws/award-draw.js'
import { SecretBox } from './draws/draw-key.js'
import { type DrawTask, STOP, type StepTaken } from './draws/draw-thread.js'
import type { FrozenEntries } from './draws/entrants.js'
import { FreezeDraw } from './draws/freeze-draw.js'
import { MoveDraw } from './draws/move-draw.js'
import { SECOND_MS } from './kernel/time.js'
import { holdSending, suppressedAmong, suppressedBehind } from './players/suppression.store.js'
import { openDatabase } from './storage/database.js'

/** The thread in which one draw's entries are frozen and its awards made, on a connection of its own. */
const node = parentPort!
const { databaseUrl, drawKey, drawId, aheadMs } = workerData as DrawTask
const STATEMENT_TIMEOUT_MS = 60 * SECOND_MS

const clock = () => Date.now() + aheadMs
const secrets = new SecretBox(drawKey)
const audit = new AuditTrail(clock)
const freezing = new FreezeDraw(suppressedBehind, audit, secrets, clock)
const awarding = new AwardDraw({ hold: holdSending, suppressed: suppressedAmong }, audit, secrets, clock)
const db = openDatabase({
  connectionString: databaseUrl,
  poolMax: 1,
  applicationName: 'tidemark draws',
  statementTimeoutMs: STATEMENT_TIMEOUT_MS,
  // It is lent as long as there is something to do: what fails then fails here.
  onError: () => undefined,
})
let frozen: FrozenEntries | null = null
const move = new MoveDraw(
  db,
  {
    freeze: async (session, draw, signal) => {
      frozen = await freezing.run(session, draw, signal)
      return true
    },
    award: async (session, draw, signal) => {
      await awarding.run(session, draw, frozen, signal)
      return true
    },
  },
  (step, tookMs) => node.postMessage({ step, tookMs } satisfies StepTaken),
  clock,
)

const stopping = new AbortController()
node.on('message', message => {
  if (message === STOP) stopping.abort()
})
try {
  await move.run(drawId, stopping.signal)
} catch (error) {
  if (!stopping.signal.aborted) throw error
} finally {
  await db.close()
  node.close()
}
