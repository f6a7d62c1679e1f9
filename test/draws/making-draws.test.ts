import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { formatInstant, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../src/kernel/time.js'
import { shardOf } from '../../src/players/player-lock.js'
import { ENGINES } from '../support/engines.js'
import { install, type TestInstallation } from '../support/server.js'
import { backfilled, createDraw, grantTickets, wallet } from './draw-world.js'
import {
  drawn,
  drawOf,
  drawUntil,
  executeDraw,
  expectProven,
  proofFile,
  provideEntropy,
  stakeOf,
  storedAwards,
  suppress,
} from './made-draws.js'
import { verifyDraw } from './verify-draw.js'

const LANES = 3
const laneOf = (playerId: string) => shardOf(playerId) % LANES
const PRIZE = { name: 'A hundred euros', kind: 'CASH', value: '100', quantity: 1 }
const SPINS = { name: 'Five spins', kind: 'FREE_SPINS', value: '0.5', quantity: 5 }

describe.each(ENGINES)('draws are made on $name', engine => {
  let world: TestInstallation
  let skewMs = 0
  const now = () => Date.now() + skewMs
  const send = (stream: string, events: readonly object[]) => world.client.send(events, `/events?stream=${stream}`)
  const query: TestInstallation['database']['query'] = (text, values) => world.database.query(text, values)

  beforeAll(async () => {
    world = await install(engine, { IDLE_SECONDS: '300', INGEST_LANES: String(LANES) }, now)
  })
  afterAll(() => world.close())

  const open = (id: string, more: Record<string, unknown> = {}) =>
    createDraw(world.client, {
      id,
      opensAt: formatInstant(now() - HOUR_MS),
      drawsAt: formatInstant(now() + HOUR_MS),
      stakePerTicket: '10',
      game: id,
      prizes: [PRIZE],
      ...more,
    })
  /** So many players, the first with one ticket, each with one more than the one before. */
  const stakeAll = (id: string, players: number, at = now()) =>
    send(
      'all',
      Array.from({ length: players }, (_, n) => stakeOf(id, `${id}-${n}`, `${10 * (n + 1) + 9}.99`, at)),
    )

  test('once every stream that is not idle has passed drawsAt; what comes late counts until then', async () => {
    const [start, drawsAt] = [now(), now() + 500 * SECOND_MS]
    await send('idle', [stakeOf('barrier', 'early', 25, start)])
    await open('barrier', { drawsAt: formatInstant(drawsAt) })
    skewMs += 400 * SECOND_MS
    await send('ahead', [stakeOf('barrier', 'a', 100, now())])
    await send('behind', [stakeOf('barrier', 'b', 30, now())])
    skewMs += 101 * SECOND_MS
    expect(await drawOf(world.client, 'barrier')).toMatchObject({ status: 'CLOSING', waitingFor: ['ahead', 'behind'] })
    await send('ahead', [stakeOf('barrier', 'a', 1_000, drawsAt)])
    await send('behind', [stakeOf('barrier', 'b', 40, drawsAt - 1)])
    // A run of the job at least lies between, and does not close it.
    await new Promise(resolve => setTimeout(resolve, 1_500))
    expect(await drawOf(world.client, 'barrier')).toMatchObject({ status: 'CLOSING', waitingFor: ['behind'] })
    await send('behind', [stakeOf('barrier', 'b', 1_000, drawsAt)])
    expect(await drawn(world.client, 'barrier')).toMatchObject({ ticketsTotal: 19, playersTotal: 3, waitingFor: [] })
    await send('behind', [stakeOf('barrier', 'b', 500, drawsAt - 1)])
    expect(await drawOf(world.client, 'barrier')).toMatchObject({ ticketsTotal: 19 })
    const { entries } = await expectProven(world.client, query, 'barrier')
    expect(entries.map(entry => entry.tickets).toSorted((a, b) => a - b)).toEqual([2, 7, 10])
  })

  test('once what was received is committed: a lane may be behind another one', async () => {
    const [start, drawsAt] = [now(), now() + 400 * SECOND_MS]
    const slow = 'slow-0'
    const fast = Array.from({ length: 50 }, (_, n) => `fast-${n}`).find(id => laneOf(id) !== laneOf(slow))!
    await open('lanes', { drawsAt: formatInstant(drawsAt) })
    const locker = new pg.Client(world.database.url)
    await locker.connect()
    await locker.query('SELECT pg_advisory_lock(7421, $1)', [shardOf(slow)])
    const first = send('lanes', [stakeOf('lanes', slow, 10, start)])
    await drawUntil(world.client, 'lanes', () => true)
    skewMs += 401 * SECOND_MS
    const sent = send('lanes', [stakeOf('lanes', slow, 100, drawsAt - 1), stakeOf('lanes', fast, 10, drawsAt)])
    // The other lane has committed: nothing is waited for, and runs of the job lie between.
    for (let seen: readonly string[] = ['?']; seen.length > 0; ) seen = (await drawOf(world.client, 'lanes')).waitingFor
    await new Promise(resolve => setTimeout(resolve, 2_500))
    expect(await drawOf(world.client, 'lanes')).toMatchObject({ status: 'CLOSING', ticketsTotal: 0 })
    await locker.end()
    await Promise.all([first, sent])
    expect(await drawn(world.client, 'lanes')).toMatchObject({ ticketsTotal: 11, playersTotal: 1 })
  })

  test('at once where it is forced, whatever the streams say', async () => {
    await open('forced')
    await stakeAll('forced', 12)
    await expect(executeDraw(world.client, 'forced')).rejects.toThrow('it can be executed from drawsAt')
    expect(await executeDraw(world.client, 'forced', true)).toMatchObject({ status: 'DRAWN', ticketsTotal: 78 })
    const { drawnAt } = await drawOf(world.client, 'forced')
    expect(await executeDraw(world.client, 'forced', true)).toMatchObject({ status: 'DRAWN', drawnAt })
    const { awards } = await expectProven(world.client, query, 'forced')
    expect(awards.map(award => award.outcome)).toEqual(['PRIZE', ...Array<string>(11).fill('NO_PRIZE')])
  })

  test('by hand alone, where its drawsAt was over when it was created', async () => {
    const from = now() - 3 * HOUR_MS
    await stakeAll('history', 4, from + MINUTE_MS)
    await open('history', { opensAt: formatInstant(from), drawsAt: formatInstant(from + HOUR_MS) })
    await backfilled(world.client, 'history')
    await new Promise(resolve => setTimeout(resolve, 1_500))
    expect(await drawOf(world.client, 'history')).toMatchObject({ status: 'OPEN', waitingFor: [] })
    await executeDraw(world.client, 'history')
    expect(await drawn(world.client, 'history')).toMatchObject({ ticketsTotal: 10, playersTotal: 4 })
    await expectProven(world.client, query, 'history')
  })

  test('with the entropy that it waits for, which is taken once, behind the entries', async () => {
    await open('label', { entropyLabel: 'drand round 1', winsPerPlayer: 2, prizes: [{ ...PRIZE, quantity: 3 }] })
    await stakeAll('label', 9)
    await expect(provideEntropy(world.client, 'label', 'abc')).rejects.toThrow('once its entries are frozen')
    expect(await executeDraw(world.client, 'label', true)).toMatchObject({ status: 'CLOSING', waitingFor: ['entropy'] })
    const published = await query<{ entries_hash: string }>("SELECT entries_hash FROM draw WHERE id = 'label'")
    expect(published[0]!.entries_hash).toMatch(/^[0-9a-f]{64}$/)
    const refused = await fetch(`${world.client.url}/draws/label/proof`)
    expect([refused.status, await refused.json()]).toMatchObject([409, { error: { code: 'CONFLICT' } }])
    expect(await provideEntropy(world.client, 'label', '8f3a')).toMatchObject({ status: 'DRAWN', waitingFor: [] })
    expect(await provideEntropy(world.client, 'label', '8f3a')).toMatchObject({ status: 'DRAWN' })
    await expect(provideEntropy(world.client, 'label', '8f3b')).rejects.toThrow('cannot be changed')
    const { file, header } = await expectProven(world.client, query, 'label')
    expect(header.entropy).toBe('8f3a')
    expect(verifyDraw(file.replace('"8f3a"', '"8f3b"')).code).toBe(1)
    const audit = await query<{ action: string }>(
      "SELECT action FROM audit_log WHERE subject = 'draw:label' ORDER BY id",
    )
    expect(audit.map(entry => entry.action)).toEqual([
      'createDraw',
      'executeDraw',
      'freezeDraw',
      'provideDrawEntropy',
      'makeDraw',
    ])
  })

  test('without players who are suppressed; whose awards come later are withheld', async () => {
    await open('gate', { entropyLabel: 'dice', defaultPrize: SPINS })
    await stakeAll('gate', 6)
    await send('all', [stakeOf('gate', 'none', 5, now())])
    await suppress(world.client, 'gate-2')
    await suppress(world.client, 'gate-4')
    await suppress(world.client, 'none')
    await executeDraw(world.client, 'gate', true)
    await suppress(world.client, 'gate-5')
    await provideEntropy(world.client, 'gate', '4')
    const { header, entries, awards } = await expectProven(world.client, query, 'gate')
    expect([header.excluded, entries.length]).toEqual([2, 4])
    const withheld = awards.filter(award => award.feed_id === null)
    expect(withheld.map(award => award.player_id)).toEqual(['gate-5'])
    expect(awards.map(award => award.player_id).toSorted()).toEqual(['gate-0', 'gate-1', 'gate-3', 'gate-5'])
    const shown = await world.client.data<{ prizeAwards: { totalCount: number; nodes: { playerId: string }[] } }>(
      '{ prizeAwards(drawId: "gate") { totalCount nodes { playerId } } }',
    )
    expect(shown.prizeAwards.nodes.map(node => node.playerId).toSorted()).toEqual(['gate-0', 'gate-1', 'gate-3'])
    expect(shown.prizeAwards.totalCount).toBe(3)
    const ownCounts = await Promise.all(
      ['gate-1', 'gate-2', 'gate-5', 'none', 'nobody'].map(async playerId => {
        const { prizeAwards } = await world.client.data<{ prizeAwards: { totalCount: number } }>(
          'query ($id: ID!) { prizeAwards(drawId: "gate", playerId: $id) { totalCount } }',
          { id: playerId },
        )
        return prizeAwards.totalCount
      }),
    )
    expect(ownCounts).toEqual([1, 0, 0, 0, 0])
  })

  test.each<[string, Record<string, unknown>, number]>([
    ['of which a player may win several', { winsPerPlayer: 4, prizes: [{ ...PRIZE, quantity: 3 }, SPINS] }, 9],
    ['of more prizes than tickets', { winsPerPlayer: 100, prizes: [{ ...PRIZE, quantity: 5_000 }] }, 5],
    ['with a default prize', { prizes: [PRIZE, SPINS], defaultPrize: { ...SPINS, name: 'One spin', quantity: 1 } }, 20],
    ['with a cap', { maxTicketsPerPlayer: 2, winsPerPlayer: 2, defaultPrize: SPINS }, 7],
    ['without players', {}, 0],
    ['of players without a ticket', { stakePerTicket: '100000' }, 3],
  ])('%s', async (name, rules, players) => {
    const id = name.replaceAll(' ', '-')
    await open(id, rules)
    if (players > 0) await stakeAll(id, players)
    expect(await executeDraw(world.client, id, true)).toMatchObject({ status: 'DRAWN' })
    const { entries, awards } = await expectProven(world.client, query, id)
    expect(new Set(awards.map(award => award.player_id)).size).toBe(entries.length)
    expect(entries.length).toBe(rules.stakePerTicket === undefined ? players : 0)
  })

  test('of granted tickets alone, and of the tickets that the wallet says', async () => {
    await open('granted', { stakePerTicket: null, winsPerPlayer: 3 })
    for (const [n, playerId] of ['ana', 'bob', 'cleo'].entries()) {
      await grantTickets(world.client, {
        drawId: 'granted',
        playerId,
        tickets: 10 * (n + 1),
        source: 'mission',
        idempotencyKey: `granted-${n}`,
      })
    }
    const before = await wallet(world.client, 'granted', 'bob')
    await executeDraw(world.client, 'granted', true)
    const { entries } = await expectProven(world.client, query, 'granted')
    expect(entries.map(entry => entry.tickets).toSorted((a, b) => a - b)).toEqual([10, 20, 30])
    expect(await wallet(world.client, 'granted', 'bob')).toMatchObject({ ...before, tickets: 20 })
  })

  test('names of players are of one draw, and no player is in its proof', async () => {
    const [a, b] = await Promise.all(['forced', 'history'].map(id => storedAwards(query, id)))
    const names = new Set(a!.map(award => award.entry_id))
    expect(b!.filter(award => names.has(award.entry_id))).toEqual([])
    expect(await proofFile(world.client, 'forced')).not.toMatch(/forced-\d/)
  })

  test('a proof that was tampered with tells where', async () => {
    const file = await proofFile(world.client, 'forced')
    const [header, first, ...rest] = file.split('\n')
    const more = first!.replace(/"tickets":(\d+)/, (_, tickets) => `"tickets":${Number(tickets) + 1}`)
    const verdict = verifyDraw([header, more, ...rest].join('\n'))
    expect([verdict.code, verdict.told + verdict.refused]).toEqual([1, expect.stringContaining('entriesHash')])
    expect(verifyDraw(file.replace('"outcome":"PRIZE"', '"outcome":"NO_PRIZE"')).code).toBe(1)
  })

  test('there is no proof of what is none, and a cancelled draw never has one', async () => {
    const missing = await fetch(`${world.client.url}/draws/nosuch/proof`)
    expect([missing.status, await missing.json()]).toMatchObject([404, { error: { code: 'NOT_FOUND' } }])
    await open('cancelled', { entropyLabel: 'dice' })
    const early = await fetch(`${world.client.url}/draws/cancelled/proof`)
    expect([early.status, await early.json()]).toMatchObject([
      409,
      { error: { message: 'draw cancelled is OPEN: its proof comes when it has been made', status: 'OPEN' } },
    ])
    await executeDraw(world.client, 'cancelled', true)
    await world.client.data('mutation { cancelDraw(id: "cancelled", reason: "a mistake") { id } }')
    await expect(provideEntropy(world.client, 'cancelled', '4')).rejects.toThrow()
    await expect(executeDraw(world.client, 'cancelled', true)).rejects.toThrow('it cannot be executed')
    const response = await fetch(`${world.client.url}/draws/cancelled/proof`)
    expect(response.status).toBe(409)
    expect(await drawUntil(world.client, 'cancelled', () => true)).toMatchObject({
      status: 'CANCELLED',
      waitingFor: [],
    })
  })
})
