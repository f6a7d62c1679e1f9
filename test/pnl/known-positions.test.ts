import { describe, expect, test } from 'vitest'
import type { PositionDelta, SelectionDelta } from '../../src/pnl/game-deltas.js'
import { type GameState, KnownPositions, type SelectionState, selectionKey } from '../../src/pnl/known-positions.js'
import { NO_POSITION } from '../../src/pnl/position.js'
import { Random } from '../../src/simulate/random.js'

const GAMES = ['a', 'b', 'c']
const LANES = [-1, 0, 1]

/** Rows as the database has them: one a game and lane, and what the lane has on each selection. */
interface Row {
  changes: number
  bets: number
  openStake: bigint
  readonly selections: Map<string, { odds: bigint; at: number; stake: bigint }>
}

/** A database that this node and others write to, lane by lane. */
class World {
  private readonly rows = new Map<string, Map<number, Row>>(GAMES.map(game => [game, new Map()]))
  readonly known = new KnownPositions()
  private made = 0

  /** Returns what this node has to be told of it. */
  commit(game: string, lane: number, random: Random) {
    const lanes = this.rows.get(game)!
    const row: Row = lanes.get(lane) ?? { changes: 0, bets: 0, openStake: 0n, selections: new Map() }
    lanes.set(lane, row)
    const [stake, odds, selection] = [
      BigInt(1 + random.below(50)),
      BigInt(10_000 + random.below(9)),
      `s${random.below(3)}`,
    ]
    // Times of events, which come in any order.
    const at = random.below(1_000) * 10_000 + ++this.made
    row.changes++
    row.bets++
    row.openStake += stake
    const before = row.selections.get(selection)
    const quote = before !== undefined && before.at > at ? before : { odds, at }
    row.selections.set(selection, { ...quote, stake: (before?.stake ?? 0n) + stake })
    const position: PositionDelta = {
      game,
      position: { ...NO_POSITION, bets: 1, openBets: 1, openStake: stake },
      expected: 0n,
      waiting: 0,
    }
    const selections: SelectionDelta = {
      game,
      betMarket: 'm',
      selection,
      quote: { odds, occurredAt: at, eventId: `e${at}` },
      openStake: stake,
      openLiability: 0n,
      outcome: null,
    }
    const changes = new Map([[game, row.changes]])
    return { lane, at, positions: [position], selections: [selections], changes, named: [] }
  }

  versions = (game: string): [number, number][] =>
    [...this.rows.get(game)!].map(([lane, { changes }]) => [lane, changes])

  version = (game: string, gameType: string | null = null) => {
    return { game, versions: this.versions(game), gameType, competition: null }
  }

  /** As one statement sees it now. */
  read(game: string): GameState {
    const lanes = [...this.rows.get(game)!.values()]
    const sum = (figure: (row: Row) => number) => lanes.reduce((total, row) => total + figure(row), 0)
    const selections = new Map<string, SelectionState>()
    for (const row of lanes) {
      for (const [selection, { odds, at, stake }] of row.selections) {
        const key = selectionKey('m', selection)
        const none = { betMarket: 'm', selection, quote: null, openStake: 0n, openLiability: 0n }
        const state: SelectionState = selections.get(key) ?? none
        selections.set(key, state)
        state.openStake += stake
        if (state.quote === null || state.quote.occurredAt < at) {
          state.quote = { odds, occurredAt: at, eventId: `e${at}` }
        }
      }
    }
    return {
      game,
      gameType: null,
      competition: null,
      versions: new Map(this.versions(game)),
      ...NO_POSITION,
      bets: sum(row => row.bets),
      openBets: sum(row => row.bets),
      openStake: lanes.reduce((total, row) => total + row.openStake, 0n),
      expected: 0n,
      waiting: 0,
      changes: sum(row => row.changes),
      updatedAt: 0,
      selections: sum(row => row.bets) === 0 ? null : selections,
    }
  }
}

const figures = ({ game, bets, openStake, changes, selections }: GameState) => ({
  game,
  bets,
  openStake,
  changes,
  selections: [...(selections ?? [])].toSorted(([a], [b]) => (a < b ? -1 : 1)),
})

describe('what a node remembers of positions', () => {
  test.each([1, 2, 3, 4])(
    'is never behind what it has committed, nor taken for current when others went on (%d)',
    seed => {
      const random = new Random(`known ${seed}`)
      const world = new World()
      const { known } = world
      /** What this node was told of, by game and lane. */
      const told = new Map<string, number>()
      const untold: (() => void)[] = []
      const reads: (() => void)[] = []
      let served = 0
      for (let step = 0; step < 4_000; step++) {
        const game = GAMES[random.below(GAMES.length)]!
        const lane = LANES[random.below(LANES.length)]!
        switch (random.below(6)) {
          case 0:
          case 1: {
            const committed = world.commit(game, lane, random)
            // Its answer comes later; those of one lane keep their order, as here all do.
            untold.push(() => {
              known.committed(committed)
              told.set(`${game} ${lane}`, committed.changes.get(game)!)
            })
            break
          }
          case 2:
            if (random.below(20) === 0) world.commit(game, lane, random)
            break
          case 3:
            for (const tell of untold.splice(0, 3)) tell()
            break
          case 4: {
            const read = known.beginRead()
            const found = [world.read(game)]
            reads.push(() => known.endRead(read, found))
            break
          }
          default:
            reads.splice(random.below(Math.max(1, reads.length)), 1)[0]?.()
        }
        for (const each of GAMES) {
          const state = known.get(each)
          if (state === undefined) continue
          for (const other of LANES) {
            expect(state.versions.get(other) ?? 0).toBeGreaterThanOrEqual(told.get(`${each} ${other}`) ?? 0)
          }
          if (!known.isCurrent(world.version(each))) continue
          expect(figures(state)).toEqual(figures(world.read(each)))
          served++
        }
      }
      expect(served).toBeGreaterThan(500)
    },
  )

  test('keeps no selections of a game that had no open bets, and none of it once it has', () => {
    const world = new World()
    const { known } = world
    known.endRead(known.beginRead(), [world.read('a')])
    expect(known.get('a')).toMatchObject({ bets: 0, selections: null })
    known.committed(world.commit('a', 0, new Random('first')))
    expect(known.get('a')).toBeUndefined()
  })

  test('is of a game without its type forgotten when that is told', () => {
    const world = new World()
    const { known } = world
    const random = new Random('named')
    world.commit('a', 0, random)
    known.endRead(known.beginRead(), [world.read('a')])
    known.committed({ ...world.commit('a', 0, random), named: ['a'] })
    expect(known.get('a')).toBeUndefined()
  })

  test('is behind what tells the type of a game, by whatever node', () => {
    const world = new World()
    const { known } = world
    world.commit('a', 0, new Random('typed'))
    known.endRead(known.beginRead(), [world.read('a')])
    expect([known.isCurrent(world.version('a')), known.isCurrent(world.version('a', 'darts'))]).toEqual([true, false])
  })

  test('has a bound: what was read longest ago goes first', () => {
    const known = new KnownPositions()
    const world = new World()
    world.commit('a', 0, new Random('bound'))
    const wide = (game: string, selections: number): GameState => ({
      ...world.read('a'),
      game,
      selections: new Map(
        Array.from({ length: selections }, (_, i): [string, SelectionState] => [
          `s${i}`,
          { betMarket: 'm', selection: `s${i}`, quote: null, openStake: 0n, openLiability: 0n },
        ]),
      ),
    })
    const keep = (state: GameState) => known.endRead(known.beginRead(), [state])
    keep(wide('first', 90_000))
    keep(wide('second', 90_000))
    expect([known.get('first'), known.get('second')]).not.toContain(undefined)
    keep(wide('third', 90_000))
    expect(known.get('first')).toBeUndefined()
    expect([known.get('second'), known.get('third')]).not.toContain(undefined)
    // Also where selections are added to a game that nobody reads again.
    const more = new World()
    more.commit('a', 0, new Random('more'))
    known.endRead(known.beginRead(), [more.read('a')])
    const grown = more.commit('a', 0, new Random('grown'))
    const added = Array.from({ length: 30_000 }, (_, i) => ({ ...grown.selections[0]!, selection: `new ${i}` }))
    known.committed({ ...grown, selections: added })
    expect([known.get('second'), known.get('third')]).toContain(undefined)
  })
})
