import { SECOND_MS } from '../kernel/time.js'
import type { Database } from '../storage/database.js'
import { foldLedger } from './game-ledger.store.js'

/** A game is written once in so long, however many batches it is in; readers of panes add what lies there meanwhile. */
const FOLD_EVERY_MS = 2 * SECOND_MS
/** A node that stops waits for the run that is under way: it has an end, however much has gathered. */
const FOLDS_A_RUN = 10

export const gameLedgerJob = (db: Database) => ({
  name: 'game-ledger',
  everyMs: FOLD_EVERY_MS,
  run: () => foldLedger(db, FOLDS_A_RUN),
})
