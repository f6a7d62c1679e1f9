import { type Command, runCommand } from './command.js'
import type { Config } from './config.js'
import { comparePanes, comparePlayers, hasSchema, panesWaiting, type Sums } from './players/reconcile.store.js'
import {
  compareBuckets,
  compareHouse,
  comparePositions,
  compareSelections,
  type Figures,
  type WaitingSettlements,
  waitingSettlements,
} from './pnl/reconcile.store.js'
import type { Database } from './storage/database.js'

const DIFFERENCES_SHOWN = 20
const WAITING_SHOWN = 5

/** What was compared, in words, and the lines that tell the first differences. */
interface Told {
  readonly what: string
  readonly groups: number
  readonly differing: number
  readonly lines: readonly string[]
}

/** `npm run reconcile`: the sums that are read against a recount of the raw events. 1 where they disagree. */
const reconcile: Command = async (db, config, print) => {
  if (!(await hasSchema(db))) {
    print('this database has no tables yet: npm run migrate makes them')
    return 1
  }
  const panes = await panesWaiting(db)
  const waiting = await waitingSettlements(db, WAITING_SHOWN)
  const all = [...(await recountPlayers(db, config)), ...(await recountGames(db, config))]
  for (const line of all.flatMap(({ lines }) => lines).slice(0, DIFFERENCES_SHOWN)) print(line)
  if (panes > 0) print(`${panes} panes wait for a refresh and were left out`)
  if (waiting.count > 0) print(toldOf(waiting))
  const same = all.every(({ differing }) => differing === 0)
  print(`${same ? 'OK' : 'DIFFERENT'}: ${all.map(verdict).join(', ')}`)
  return same ? 0 : 1
}

async function recountPlayers(db: Database, config: Config): Promise<Told[]> {
  const span = { fromOldestEvent: config.storage.retentionMs > 0, before: Date.now() }
  const panes = await comparePanes(db, span, DIFFERENCES_SHOWN)
  const players = await comparePlayers(db, span, DIFFERENCES_SHOWN)
  return [
    { what: 'sums of panes', ...panes },
    { what: 'players', ...players },
  ].map(({ what, groups, differing, differences }) => ({
    what,
    groups,
    differing,
    lines: differences.map(({ group, summed, raw }) => `${group}: summed ${shownSums(summed)}, raw ${shownSums(raw)}`),
  }))
}

async function recountGames(db: Database, config: Config): Promise<Told[]> {
  const fromOldestEvent = config.storage.retentionMs > 0
  const buckets = (grain: 'minute' | 'hour' | 'day') => compareBuckets(db, grain, fromOldestEvent, DIFFERENCES_SHOWN)
  const house = (grain: 'minute' | 'hour') => compareHouse(db, grain, fromOldestEvent, DIFFERENCES_SHOWN)
  return [
    { what: 'positions of games', ...(await comparePositions(db, fromOldestEvent, DIFFERENCES_SHOWN)) },
    { what: 'selections', ...(await compareSelections(db, DIFFERENCES_SHOWN)) },
    { what: 'minutes of games', ...(await buckets('minute')) },
    { what: 'hours of games', ...(await buckets('hour')) },
    { what: 'days of games', ...(await buckets('day')) },
    { what: 'minutes of the house', ...(await house('minute')) },
    { what: 'hours of the house', ...(await house('hour')) },
  ].map(({ what, groups, differing, differences }) => ({
    what,
    groups,
    differing,
    lines: differences.map(({ group, summed, raw }) => `${group}: ${shownFigures(summed, raw)}`),
  }))
}

const shownSums = (sums: Sums | null): string =>
  sums === null
    ? 'nothing'
    : `${sums.events} events, amount ${sums.amount}, turnover ${sums.turnover}, payouts ${sums.payouts}`

/** Those that differ. */
function shownFigures(summed: Figures, raw: Figures): string {
  const names = Object.keys(summed).filter(name => summed[name] !== raw[name])
  const shown = (figures: Figures) => names.map(name => `${name} ${figures[name]}`).join(', ')
  return `summed ${shown(summed)}, raw ${shown(raw)}`
}

function toldOf({ count, bets }: WaitingSettlements): string {
  const first = bets.map(bet => `${bet.player_id} ${bet.bet_id}`).join(', ')
  return `${count} settlements wait for their bet: ${first}${count > bets.length ? ', ...' : ''}`
}

const verdict = ({ what, groups, differing }: Told): string =>
  differing === 0 ? `${groups} ${what} agree` : `${differing} of ${groups} ${what} differ`

await runCommand(reconcile)
