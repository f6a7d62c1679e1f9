import { describe, expect, test } from 'vitest'
import type { Wallet } from '../../src/draws/wallet.js'
import type { WalletKey } from '../../src/draws/wallet-changes.js'
import { WalletWatch } from '../../src/draws/wallet-watch.js'

const walletOf = (key: WalletKey, tickets: number): Wallet => ({
  ...key,
  entryId: `entry of ${key.playerId}`,
  optedIn: false,
  tickets,
  stakeTotal: 0n,
  distanceToNextTicket: null,
  lastMilestone: null,
  excluded: false,
})

/** Wallets that a test changes, and what is asked of them. */
class World {
  readonly tickets = new Map<string, number>()
  readonly chunks: number[] = []
  readonly errors: string[] = []
  stage = 'open'
  failure: Error | null = null
  private waiting: { reads: number; done: () => void }[] = []
  readonly watch = new WalletWatch({
    wallets: {
      one: async (drawId, playerId) => this.wallet({ drawId, playerId }),
      watched: async keys => {
        this.chunks.push(keys.length)
        this.waiting = this.waiting.filter(({ reads, done }) => this.chunks.length < reads || done())
        if (this.failure !== null) throw this.failure
        return keys.map(key => this.wallet(key))
      },
    },
    stagesOf: async drawIds => new Map(drawIds.map(id => [id, { stage: this.stage, isDrawn: false }])),
    everyMs: 1,
    clock: () => 0,
    onError: error => this.errors.push(error.message),
  })

  of = (playerId: string) => this.watch.watch({ drawId: 'd', playerId })

  /** Until so many more reads have begun: what was read by the one before has been pushed then. */
  reads(more: number): Promise<void> {
    return new Promise(done => this.waiting.push({ reads: this.chunks.length + more, done }))
  }

  private wallet(key: WalletKey): Wallet {
    return walletOf(key, this.tickets.get(key.playerId) ?? 0)
  }
}

const ticketsOf = async (changes: AsyncIterator<Wallet>) => {
  const { done, value } = await changes.next()
  return done ? 'done' : (value as Wallet).tickets
}

describe('watched wallets', () => {
  test('come as they are, then as they change, and not again while they stay', async () => {
    const world = new World()
    const changes = await world.of('p')
    expect(await ticketsOf(changes)).toBe(0)
    const next = ticketsOf(changes)
    expect(await Promise.race([next, world.reads(5).then(() => 'nothing')])).toBe('nothing')
    world.tickets.set('p', 7)
    expect(await next).toBe(7)
    await changes.return()
  })

  test('skip what nobody has taken', async () => {
    const world = new World()
    const changes = await world.of('p')
    for (const tickets of [1, 2, 3]) {
      world.tickets.set('p', tickets)
      await world.reads(2)
    }
    expect(await ticketsOf(changes)).toBe(3)
    const next = ticketsOf(changes)
    expect(await Promise.race([next, world.reads(3).then(() => 'nothing')])).toBe('nothing')
    await changes.return()
    expect(await next).toBe('done')
  })

  test('come again when their draw has come further', async () => {
    const world = new World()
    const changes = await world.of('p')
    expect(await ticketsOf(changes)).toBe(0)
    world.stage = 'drawn'
    expect(await ticketsOf(changes)).toBe(0)
    await changes.return()
  })

  test('are read once for all who watch, each wallet once', async () => {
    const world = new World()
    const all = await Promise.all(['a', 'b', 'a', 'a'].map(world.of))
    for (const changes of all) await changes.next()
    await world.reads(1)
    expect(world.chunks.at(-1)).toBe(2)
    world.tickets.set('a', 1)
    expect(await Promise.all([all[0]!, all[2]!, all[3]!].map(ticketsOf))).toEqual([1, 1, 1])
    for (const changes of all) await changes.return()
  })

  test('are read in chunks of 5,000', async () => {
    const world = new World()
    const all = await Promise.all(Array.from({ length: 5_001 }, (_, i) => world.of(`p${i}`)))
    await world.reads(4)
    expect(world.chunks).toContain(5_000)
    expect(Math.max(...world.chunks)).toBe(5_000)
    expect(world.chunks).toContain(1)
    for (const changes of all) await changes.return()
  })

  test('are read no more once nobody watches, and again for the next who does', async () => {
    const world = new World()
    const first = await world.of('p')
    await world.reads(2)
    await first.return()
    await new Promise(resolve => setTimeout(resolve, 20))
    const before = world.chunks.length
    await new Promise(resolve => setTimeout(resolve, 50))
    expect(world.chunks.length).toBe(before)
    const second = await world.of('p')
    await second.next()
    world.tickets.set('p', 1)
    expect(await ticketsOf(second)).toBe(1)
    await second.return()
  })

  test('are read again after a failure, which is told once until it is over', async () => {
    const world = new World()
    const changes = await world.of('p')
    await changes.next()
    world.failure = new Error('no database')
    await world.reads(5)
    world.failure = null
    world.tickets.set('p', 1)
    expect(await ticketsOf(changes)).toBe(1)
    expect(world.errors).toEqual(['no database'])
    world.failure = new Error('gone again')
    await world.reads(5)
    expect(world.errors).toEqual(['no database', 'gone again'])
    await changes.return()
  })

  test('end with an error when the node stops, also for who comes then', async () => {
    const world = new World()
    const [waiting, busy] = [await world.of('p'), await world.of('q')]
    await waiting.next()
    const refused = expect(waiting.next()).rejects.toMatchObject({ code: 'UNAVAILABLE' })
    await world.watch.stop()
    await refused
    await expect(busy.next()).rejects.toMatchObject({ code: 'UNAVAILABLE' })
    expect(await ticketsOf(busy)).toBe('done')
    await expect(world.of('p')).rejects.toMatchObject({ code: 'UNAVAILABLE' })
    const before = world.chunks.length
    await new Promise(resolve => setTimeout(resolve, 20))
    expect(world.chunks.length).toBe(before)
  })
})
