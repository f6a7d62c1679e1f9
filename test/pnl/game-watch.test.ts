import { afterEach, describe, expect, test } from 'vitest'
import type { GameChanges } from '../../src/pnl/game-changes.js'
import { type GameFilter, type GamePnl, type GameScope, revisionOf } from '../../src/pnl/game-pnl.js'
import { GameWatch } from '../../src/pnl/game-watch.js'

const EVERY_MS = 50

/** Games that a test changes, and what is asked of them. */
class World {
  readonly games = new Map<string, { changes: number; gameType: string | null }>()
  readonly reads: { at: number; games: readonly string[] }[] = []
  readonly scopes: GameScope[] = []
  readonly errors: string[] = []
  readonly subscribers: number[] = []
  frames = 0
  activation = 0
  failure: Error | null = null
  readonly watch = new GameWatch({
    source: {
      read: async games => {
        this.reads.push({ at: Date.now(), games })
        if (this.failure !== null) throw this.failure
        return games.flatMap(game => (this.games.has(game) ? [this.pnl(game)] : []))
      },
      revisions: async scope => {
        this.scopes.push(scope)
        if (this.failure !== null) throw this.failure
        const { games, gameTypes } = scope
        const matches = (game: string) =>
          games === null || games.includes(game) || gameTypes.includes(this.typeOf(game))
        return new Map([...this.games.keys()].filter(matches).map(game => [game, this.pnl(game).revision]))
      },
    },
    everyMs: EVERY_MS,
    clock: Date.now,
    onSubscribers: n => this.subscribers.push(n),
    onFrame: () => this.frames++,
    onError: error => this.errors.push(error.message),
  })

  change(game: string, gameType: string | null = 'football'): void {
    this.games.set(game, { changes: (this.games.get(game)?.changes ?? 0) + 1, gameType })
  }

  /** As this node's own commit. */
  commit(...games: string[]): void {
    for (const game of games) this.change(game)
    this.watch.changed(games)
  }

  follow = (filter: Partial<GameFilter> = {}) => this.watch.watch({ games: null, gameType: null, ...filter })

  private typeOf = (game: string): string => this.games.get(game)?.gameType ?? ''

  private pnl(game: string): GamePnl {
    const { changes, gameType } = this.games.get(game)!
    const none = { turnover: 0n, payouts: 0n, ggr: 0n, openBets: 0, openStake: 0n, liability: 0n, expectedGgr: 0n }
    const revision = revisionOf(changes, this.activation)
    return { game, gameType, competition: null, bets: changes, ...none, waiting: 0, updatedAt: 0, revision }
  }
}

const frame = async (changes: GameChanges): Promise<string> => {
  const { done, value } = await changes.next()
  return done ? 'done' : `${(value as GamePnl).game} ${(value as GamePnl).bets}`
}
const frames = async (changes: GameChanges, n: number): Promise<string[]> => {
  const all: string[] = []
  for (let i = 0; i < n; i++) all.push(await frame(changes))
  return all
}
const pause = (ms: number) => new Promise(resolve => setTimeout(resolve, ms))

describe('games that are followed', () => {
  let world: World
  afterEach(() => world.watch.stop())

  test('come as they are, then as they change, and not again while they stay', async () => {
    world = new World()
    for (const game of ['a', 'b']) world.change(game)
    const changes = world.follow()
    expect(await frames(changes, 2)).toEqual(['a 1', 'b 1'])
    const next = frame(changes)
    world.watch.changed(['a', 'b'])
    expect(await Promise.race([next, pause(150).then(() => 'nothing')])).toBe('nothing')
    world.commit('b')
    expect(await next).toBe('b 2')
    expect(world.frames).toBe(3)
  })

  test('are read at once, then after 50 ms at the earliest, and in the end as they are', async () => {
    world = new World()
    world.change('a')
    const changes = world.follow()
    await changes.next()
    await pause(EVERY_MS)
    const startedAt = Date.now()
    const seen: string[] = []
    const reading = (async () => {
      do seen.push(await frame(changes))
      while (seen.at(-1) !== 'a 41')
    })()
    for (let i = 0; i < 40; i++) {
      world.commit('a')
      await pause(5)
    }
    await reading
    const reads = world.reads.slice(1).map(({ at }) => at)
    expect(reads[0]! - startedAt).toBeLessThan(EVERY_MS - 2)
    // A timer may be a millisecond early.
    for (let i = 1; i < reads.length; i++) expect(reads[i]! - reads[i - 1]!).toBeGreaterThanOrEqual(EVERY_MS - 2)
    expect(seen.length).toBeGreaterThan(2)
  })

  test('are found when others have changed them, when they are new, and when a model has become active', async () => {
    world = new World()
    world.change('a')
    const changes = world.follow()
    expect(await frame(changes)).toBe('a 1')
    world.change('a')
    expect(await frame(changes)).toBe('a 2')
    world.change('new')
    expect(await frame(changes)).toBe('new 1')
    world.activation = 1
    expect((await frames(changes, 2)).toSorted()).toEqual(['a 2', 'new 1'])
  })

  test('skip what nobody has taken, and keep one name a game', async () => {
    world = new World()
    for (const game of ['a', 'b']) world.change(game)
    const slow = world.follow()
    const quick = world.follow()
    await frames(quick, 2)
    for (let i = 2; i <= 4; i++) {
      world.commit('a')
      expect(await frame(quick)).toBe(`a ${i}`)
    }
    expect(await frames(slow, 2)).toEqual(['a 4', 'b 1'])
    expect(await Promise.race([frame(slow), pause(50).then(() => 'nothing')])).toBe('nothing')
  })

  test('are those of the list, of the type, or of both', async () => {
    world = new World()
    world.change('a')
    world.change('dart', 'darts')
    world.change('untyped', null)
    const [listed, typed, both] = [
      world.follow({ games: ['a', 'later'] }),
      world.follow({ gameType: 'darts' }),
      world.follow({ games: ['a', 'dart'], gameType: 'darts' }),
    ]
    expect(await frame(listed)).toBe('a 1')
    for (const one of [typed, both]) expect(await frame(one)).toBe('dart 1')
    // Of another type, and of none yet: read once to see.
    world.commit('other')
    world.change('untyped', 'darts')
    world.watch.changed(['untyped'])
    expect(await frame(typed)).toBe('untyped 2')
    world.commit('later')
    expect(await frame(listed)).toBe('later 1')
    await pause(EVERY_MS)
    const before = world.reads.length
    world.watch.changed(['other'])
    await pause(20)
    expect(world.reads.slice(before).flatMap(({ games }) => games)).toEqual([])
  })

  test('are all told to who comes later, without a new read of what is known', async () => {
    world = new World()
    for (const game of ['a', 'b', 'c']) world.change(game)
    const first = world.follow()
    await frames(first, 3)
    const before = world.reads.length
    const second = world.follow({ games: ['a', 'c'] })
    expect(await frames(second, 2)).toEqual(['a 1', 'c 1'])
    expect(world.reads.length).toBe(before)
    expect(await Promise.race([frame(first), pause(50).then(() => 'nothing')])).toBe('nothing')
  })

  test('are read 500 at a time', async () => {
    world = new World()
    for (let i = 0; i < 1_201; i++) world.change(`g${i}`)
    expect(new Set(await frames(world.follow(), 1_201)).size).toBe(1_201)
    expect(world.reads.map(({ games }) => games.length)).toEqual([500, 500, 201])
  })

  test('are read no more once nobody follows, and anew for the next who does', async () => {
    world = new World()
    world.change('a')
    const first = world.follow()
    await first.next()
    await first.return()
    expect(await frame(first)).toBe('done')
    await pause(20)
    const before = world.scopes.length
    world.commit('a')
    await pause(150)
    expect(world.scopes.length).toBe(before)
    expect(await frame(world.follow())).toBe('a 2')
    expect(world.subscribers).toEqual([1, 0, 1])
  })

  test('are read again after a failure, which is told once until it is over', async () => {
    world = new World()
    world.change('a')
    world.failure = new Error('no database')
    const changes = world.follow()
    await pause(250)
    world.failure = null
    expect(await frame(changes)).toBe('a 1')
    expect(world.errors).toEqual(['no database'])
    world.failure = new Error('gone again')
    world.commit('a')
    await pause(250)
    world.failure = null
    expect(await frame(changes)).toBe('a 2')
    expect(world.errors).toEqual(['no database', 'gone again'])
  })

  test('end with an error when the node stops, also for who comes then', async () => {
    world = new World()
    world.change('a')
    const [waiting, busy] = [world.follow(), world.follow()]
    await waiting.next()
    const refused = expect(waiting.next()).rejects.toMatchObject({ code: 'UNAVAILABLE' })
    await world.watch.stop()
    await refused
    await expect(busy.next()).rejects.toMatchObject({ code: 'UNAVAILABLE' })
    expect(await frame(busy)).toBe('done')
    expect(() => world.follow()).toThrow('this server is stopping')
    const before = world.scopes.length
    await pause(150)
    expect(world.scopes.length).toBe(before)
  })
})
