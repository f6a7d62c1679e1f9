import { floorTo, HOUR_MS, type Millis } from '../kernel/time.js'
import { writeBets } from '../pnl/bet.store.js'
import { addToPositions, saveGames } from '../pnl/game.store.js'
import {
  foldHouse,
  foldMinutes,
  foldPositions,
  foldSelections,
  type GamePaneDelta,
  type HousePaneDelta,
  type PositionDelta,
  type SelectionDelta,
} from '../pnl/game-deltas.js'
import { addToLedger } from '../pnl/game-ledger.store.js'
import type { Game, KnownGames } from '../pnl/known-games.js'
import type { CommittedGames } from '../pnl/known-positions.js'
import { addToSelections } from '../pnl/selection.store.js'
import type { Session } from '../storage/database.js'
import { allOf } from './all-of.js'
import type { Books } from './books.js'

/** What a batch adds to where games stand. */
export interface GameSums {
  readonly positions: readonly PositionDelta[]
  readonly selections: readonly SelectionDelta[]
  readonly minutes: readonly GamePaneDelta[]
  readonly house: readonly HousePaneDelta[]
  /** Of which something is told that is not known to be stored. */
  readonly named: readonly Game[]
}

export function sumGames({ booked }: Books, known: KnownGames): GameSums {
  const minutes = foldMinutes(booked)
  return {
    positions: foldPositions(booked),
    selections: foldSelections(booked),
    minutes,
    house: foldHouse(minutes),
    named: known.newOf(booked),
  }
}

export interface PnlStep {
  readonly session: Session
  readonly lane: number
  readonly books: Books
  readonly games: GameSums
  readonly horizon: Millis
  readonly at: Millis
}

/**
 * Other nodes write to the rows of games too: each table in the order of its key, the tables in this order. The house's
 * are left to the end of the batch, as all wait for them. Null: nothing has changed of any game.
 */
export async function writeBooks({
  session,
  lane,
  books,
  games,
  horizon,
  at,
}: PnlStep): Promise<CommittedGames | null> {
  const { positions, selections, minutes, named } = games
  // The hour that the horizon cuts is whole in its panes.
  const live = minutes.filter(({ paneStart }) => paneStart >= floorTo(horizon, HOUR_MS))
  const [, , changes] = await allOf([
    writeBets(session, books.bets, at),
    named.length > 0 ? saveGames(session, named) : null,
    positions.length > 0 ? addToPositions(session, lane, positions, at) : null,
    selections.length > 0 ? addToSelections(session, lane, selections) : null,
    live.length > 0 ? addToLedger(session, live) : null,
  ])
  if (changes === null && named.length === 0) return null
  return { lane, at, positions, selections, changes: changes ?? NO_CHANGES, named: named.map(({ game }) => game) }
}

const NO_CHANGES: ReadonlyMap<string, number> = new Map()
