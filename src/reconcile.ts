import { type Command, runCommand } from './command.js'
import {
  type Comparison,
  comparePanes,
  comparePlayers,
  hasSchema,
  panesWaiting,
  type Sums,
} from './players/reconcile.store.js'

const DIFFERENCES_SHOWN = 20

/** `npm run reconcile`: the sums that are read against a recount of the raw events. 1 where they disagree. */
const reconcile: Command = async (db, config, print) => {
  if (!(await hasSchema(db))) {
    print('this database has no tables yet: npm run migrate makes them')
    return 1
  }
  const span = { fromOldestEvent: config.storage.retentionMs > 0, before: Date.now() }
  const waiting = await panesWaiting(db)
  const panes = await comparePanes(db, span, DIFFERENCES_SHOWN)
  const players = await comparePlayers(db, span, DIFFERENCES_SHOWN)
  for (const { group, summed, raw } of [...panes.differences, ...players.differences].slice(0, DIFFERENCES_SHOWN)) {
    print(`${group}: summed ${shown(summed)}, raw ${shown(raw)}`)
  }
  if (waiting > 0) print(`${waiting} panes wait for a refresh and were left out`)
  const differing = panes.differing + players.differing
  print(`${differing === 0 ? 'OK' : 'DIFFERENT'}: ${told(panes, 'sums of panes')}, ${told(players, 'players')}`)
  return differing === 0 ? 0 : 1
}

const shown = (sums: Sums | null): string =>
  sums === null
    ? 'nothing'
    : `${sums.events} events, amount ${sums.amount}, turnover ${sums.turnover}, payouts ${sums.payouts}`

const told = ({ groups, differing }: Comparison, what: string): string =>
  differing === 0 ? `${groups} ${what} agree` : `${differing} of ${groups} ${what} differ`

await runCommand(reconcile)
