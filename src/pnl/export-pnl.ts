import { AppError } from '../kernel/errors.js'
import { MINUTE_MS, SECOND_MS } from '../kernel/time.js'
import type { Database, Session } from '../storage/database.js'
import type { PnlAsked, PnlBucket } from './pnl-bucket.js'
import { type Span, slicesOf } from './pnl-export.js'
import {
  cancelStatement,
  closePnlCursors,
  fetchPnlRows,
  openPnlCursor,
  readBackend,
  readPnlSpan,
} from './pnl-export.store.js'

/** Each has a connection, and sorts in the database. */
export const EXPORTS_AT_ONCE_MAX = 4
const TRY_AGAIN_MS = 10 * SECOND_MS
/** One page is in memory at a time. As a row group of Parquet it holds the thread for some 25 ms. */
const ROWS_A_PAGE = 5_000
const STATEMENT_MS_MAX = 4 * MINUTE_MS

export type BucketPages = AsyncGenerator<readonly PnlBucket[], void, undefined>

/**
 * Profit and loss without a limit, at the pace of whoever takes it. The span is read in slices, each of which is one
 * snapshot; the next slice is read when the rows of the one before have been taken. An abort ends also a statement that
 * is under way.
 */
export class ExportPnl {
  private running = 0

  constructor(
    /** A pool of as many connections as there may be exports. */
    private readonly exports: Database,
    /** Where a statement is cancelled from. */
    private readonly others: Database,
  ) {}

  /** The pages are there until what `take` returns has settled. */
  async run(asked: PnlAsked, signal: AbortSignal, take: (pages: BucketPages) => Promise<void>): Promise<void> {
    if (this.running >= EXPORTS_AT_ONCE_MAX) {
      const problem = `${EXPORTS_AT_ONCE_MAX} exports are under way, which is as many as may be at once, ask again`
      throw new AppError('EXPORTS_BUSY', problem, { retryAfterMs: TRY_AGAIN_MS })
    }
    this.running++
    try {
      await this.exports.withSession(async session => {
        // The export before may have ended on this connection with its cursor open.
        await closePnlCursors(session)
        const statements = new Abortable(session, this.others, await readBackend(session), signal)
        await take(pagesOf(statements, asked))
      })
    } finally {
      this.running--
    }
  }
}

async function* pagesOf(statements: Abortable, asked: PnlAsked): BucketPages {
  const span = await statements.run(session => readPnlSpan(session, asked))
  if (span === null) return
  for (const slice of slicesOf(span, asked.grain)) yield* pagesOfSlice(statements, asked, slice)
}

async function* pagesOfSlice(statements: Abortable, asked: PnlAsked, slice: Span): BucketPages {
  await statements.run(session => openPnlCursor(session, asked, slice))
  for (;;) {
    const rows = await statements.run(session => fetchPnlRows(session, ROWS_A_PAGE))
    if (rows.length > 0) yield rows
    if (rows.length < ROWS_A_PAGE) break
  }
  await statements.run(closePnlCursors)
}

/** The statements of a session, cancelled when the signal aborts, or when one takes too long. */
class Abortable {
  constructor(
    private readonly session: Session,
    private readonly others: Database,
    private readonly pid: number,
    private readonly signal: AbortSignal,
  ) {}

  async run<T>(work: (session: Session) => Promise<T>): Promise<T> {
    this.signal.throwIfAborted()
    let cancelled: Promise<unknown> = Promise.resolve()
    let late = false
    const cancel = () => {
      // A cancel that fails leaves the statement to its own end.
      cancelled = cancelStatement(this.others, this.pid).catch(() => undefined)
    }
    // A held cursor is filled behind its statement, where the database's own timeout does not look.
    const patience = setTimeout(() => {
      late = true
      cancel()
    }, STATEMENT_MS_MAX)
    this.signal.addEventListener('abort', cancel, { once: true })
    try {
      return await work(this.session)
    } catch (error) {
      this.signal.throwIfAborted()
      if (late) throw new AppError('TIMEOUT', 'the export takes the database too long, ask for a shorter span')
      throw error
    } finally {
      clearTimeout(patience)
      this.signal.removeEventListener('abort', cancel)
      await cancelled
    }
  }
}
