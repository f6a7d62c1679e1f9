import type { Session } from '../storage/database.js'
import { allowLongReads, settleAccounts } from './close.store.js'
import { markSettled } from './draw.store.js'
import type { StoredDraw } from './stored-draw.js'

/** Keeps everybody's account in a draw that was cancelled: batches write down what is counted alone. */
export async function settleDraw(session: Session, draw: StoredDraw): Promise<void> {
  await session.rows('BEGIN')
  try {
    await allowLongReads(session)
    await settleAccounts(session, draw)
    await markSettled(session, draw.number)
    await session.rows('COMMIT')
  } catch (error) {
    await session.rows('ROLLBACK').catch(() => undefined)
    throw error
  }
}
