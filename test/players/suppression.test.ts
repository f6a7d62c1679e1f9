import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { formatInstant, HOUR_MS, MINUTE_MS } from '../../src/kernel/time.js'
import { within } from '../engine/recount.js'
import { type ApiClient, Collected, tokenOf } from '../support/client.js'
import { ENGINES } from '../support/engines.js'
import { install, type TestInstallation } from '../support/server.js'
import { allPlayers, lift, playerOf, suppress, tryLift, trySuppress } from './suppressions.js'

const NOON = Date.UTC(2024, 5, 1, 12)
const at = (minutes: number): string => formatInstant(NOON + minutes * MINUTE_MS)
const ahead = (ms: number): string => formatInstant(Date.now() + ms)

let names = 0
const newName = (kind = 'player'): string => `${kind}-${++names}`
const bet = (player_id: string, amount: number, timestamp = at(5)) => ({
  event_id: newName('event'),
  player_id,
  event_type: 'bet',
  amount,
  timestamp,
})

interface Entry {
  playerId: string
  suppressed: boolean
  feedCursor: string
}
const ENTRY = 'playerId suppressed feedCursor'

describe.each(ENGINES)('suppression on $name', engine => {
  let installation: TestInstallation
  let client: ApiClient
  beforeAll(async () => {
    installation = await install(engine)
    client = installation.client
    await client.data('mutation { saveVipPolicy(input: { id: "vip", name: "VIP", threshold: "1000" }) { version } }')
  })
  afterAll(() => installation.close())

  const changesOf = (id: string) =>
    installation.database.query<{ action: string; reason: string; until: string | null; by: string }>(
      `SELECT action, reason, to_char(until_at, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS until, changed_by AS by
       FROM suppression_change WHERE player_id = $1 ORDER BY id`,
      [id],
    )

  const entriesOf = async (playerId: string): Promise<Entry[]> => {
    const { vipEntries } = await client.data<{ vipEntries: { nodes: Entry[] } }>(
      `query ($playerId: ID!) { vipEntries(filter: { playerId: $playerId }) { nodes { ${ENTRY} } } }`,
      { playerId },
    )
    return vipEntries.nodes
  }

  const feedCursor = async () => (await client.data<{ feedCursor: string }>('{ feedCursor }')).feedCursor

  const follow = (after: string) =>
    new Collected<Entry>(client.socket(), `subscription ($after: String) { vipEntered(after: $after) { ${ENTRY} } }`, {
      after,
    })

  describe('of one player', () => {
    test('never seen: becomes known, without times, until events come', async () => {
      const id = newName()
      expect(await playerOf(client, id)).toBeNull()
      const before = Date.now()
      const suppressed = await suppress(client, { playerId: id, reason: 'on the national exclusion list' })
      expect(suppressed).toEqual({
        id,
        firstSeenAt: null,
        lastSeenAt: null,
        suppressed: true,
        suppression: {
          reason: 'on the national exclusion list',
          since: expect.any(String),
          until: null,
          by: 'admin-1',
        },
      })
      const since = Date.parse(suppressed.suppression!.since)
      expect(since).toBeGreaterThanOrEqual(before)
      expect(since).toBeLessThanOrEqual(Date.now())
      expect(await playerOf(client, id)).toEqual(suppressed)
      expect(await allPlayers(client, { idPrefix: id })).toEqual([suppressed])

      await client.send([bet(id, 1, at(20)), bet(id, 1, at(10))])
      expect(await playerOf(client, id)).toEqual({ ...suppressed, firstSeenAt: at(10), lastSeenAt: at(20) })
      await client.send([bet(id, 1, at(5)), bet(id, 1, at(20.5))])
      const seen = { ...suppressed, firstSeenAt: at(5), lastSeenAt: at(20.5) }
      expect(await playerOf(client, id)).toEqual(seen)
      expect(await allPlayers(client, { idPrefix: id })).toEqual([seen])
    })

    test('seen before: keeps its times', async () => {
      const id = newName()
      await client.send([bet(id, 1, at(7))])
      const player = await suppress(client, { playerId: id })
      expect(player).toMatchObject({ firstSeenAt: at(7), lastSeenAt: at(7), suppressed: true })
      expect(await lift(client, id)).toEqual({ ...player, suppressed: false, suppression: null })
    })

    test('twice: the second reason and end stand, the first time stays, the evidence has both', async () => {
      const id = newName()
      const until = ahead(HOUR_MS)
      const first = await suppress(client, { playerId: id, reason: 'one' })
      const { data } = await trySuppress(client, { playerId: id, reason: 'two', until }, tokenOf('crm', 'eve'))
      expect(data!.suppressPlayer.suppression).toEqual({
        reason: 'two',
        since: first.suppression!.since,
        until,
        by: 'eve',
      })
      await lift(client, id)
      const again = await suppress(client, { playerId: id, reason: 'three' })
      expect(Date.parse(again.suppression!.since)).toBeGreaterThan(Date.parse(first.suppression!.since))
      expect(await changesOf(id)).toEqual([
        { action: 'suppress', reason: 'one', until: null, by: 'admin-1' },
        { action: 'suppress', reason: 'two', until, by: 'eve' },
        { action: 'lift', reason: 'the exclusion is over', until: null, by: 'admin-1' },
        { action: 'suppress', reason: 'three', until: null, by: 'admin-1' },
      ])
    })

    test('until a time: ends by itself, and a new one begins anew', async () => {
      const id = newName()
      const first = await suppress(client, { playerId: id, until: ahead(1_500) })
      expect(first.suppressed).toBe(true)
      await within(10_000, async () => !(await playerOf(client, id))!.suppressed)
      expect(await playerOf(client, id)).toEqual({ ...first, suppressed: false, suppression: null })
      expect(await allPlayers(client, { idPrefix: id, suppressed: true })).toEqual([])
      expect(await allPlayers(client, { idPrefix: id, suppressed: false })).toHaveLength(1)
      expect((await tryLift(client, id)).errors).toMatchObject([{ extensions: { code: 'CONFLICT' } }])
      await client.send([bet(id, 1001)])
      expect((await entriesOf(id)).map(entry => entry.suppressed)).toEqual([false, false])
      const second = await suppress(client, { playerId: id })
      expect(Date.parse(second.suppression!.since)).toBeGreaterThan(Date.parse(first.suppression!.until!))
    })

    test('the evidence cannot be changed', async () => {
      const id = newName()
      await suppress(client, { playerId: id })
      for (const statement of [
        "UPDATE suppression_change SET reason = 'none'",
        'DELETE FROM suppression_change',
        'TRUNCATE suppression_change',
      ]) {
        await expect(installation.database.query(statement)).rejects.toThrow('rows are only added here')
      }
      expect(await changesOf(id)).toHaveLength(1)
    })

    test('is seen by the player itself, and by no other player', async () => {
      const id = newName()
      const player = await suppress(client, { playerId: id })
      expect(await playerOf(client, id, tokenOf('player', id))).toEqual(player)
      await expect(playerOf(client, id, tokenOf('player', 'another'))).rejects.toThrow('FORBIDDEN')
    })
  })

  describe('refusals', () => {
    test.each<[string, Record<string, unknown>, string]>([
      ['playerId', { playerId: '' }, 'playerId is required'],
      ['playerId', { playerId: 'x'.repeat(201) }, 'playerId may have 200 characters, got 201'],
      ['playerId', { playerId: 'a\0b' }, 'playerId holds a NUL character, got "a\\u0000b"'],
      ['reason', { reason: '  ' }, 'reason must have 1 to 500 characters, got "  "'],
      [
        'reason',
        { reason: 'x'.repeat(501) },
        `reason must have 1 to 500 characters, got "${'x'.repeat(79)}... (503 characters)`,
      ],
      ['reason', { reason: 'a\0b' }, 'reason holds a character that cannot be stored, got "a\\u0000b"'],
    ])('%s: %j', async (field, wrong, message) => {
      const sent = { playerId: newName(), ...wrong } as { playerId: string; reason?: string }
      for (const answer of [await trySuppress(client, sent), await tryLift(client, sent.playerId, sent.reason)]) {
        expect(answer.errors).toMatchObject([{ message, extensions: { code: 'BAD_USER_INPUT', field } }])
      }
      if (sent.playerId.startsWith('player-')) expect(await playerOf(client, sent.playerId)).toBeNull()
    })

    test('until that is not ahead of now', async () => {
      const { errors } = await trySuppress(client, { playerId: newName(), until: at(0) })
      expect(errors).toMatchObject([
        {
          message: expect.stringMatching(/^until must lie ahead of now, 20.+Z, got "2024-06-01T12:00:00.000Z"$/),
          extensions: { code: 'BAD_USER_INPUT', field: 'until' },
        },
      ])
    })

    test('to lift what is not there', async () => {
      const id = newName()
      expect((await tryLift(client, id)).errors).toMatchObject([
        { message: 'there is no player of this id', extensions: { code: 'NOT_FOUND' } },
      ])
      await client.send([bet(id, 1)])
      expect((await tryLift(client, id)).errors).toMatchObject([
        { message: 'the player is not suppressed', extensions: { code: 'CONFLICT' } },
      ])
      expect(await changesOf(id)).toEqual([])
    })

    test.each(['ingest', 'analyst', 'player'] as const)('%s may not', async role => {
      const id = newName()
      const token = tokenOf(role, id)
      for (const answer of [
        await trySuppress(client, { playerId: id }, token),
        await tryLift(client, id, 'r', token),
      ]) {
        expect(answer.errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }])
      }
      expect(await playerOf(client, id)).toBeNull()
    })

    test('crm may', async () => {
      const id = newName()
      const { data } = await trySuppress(client, { playerId: id }, tokenOf('crm', 'carl'))
      expect(data!.suppressPlayer.suppression!.by).toBe('carl')
      expect((await tryLift(client, id, 'r', tokenOf('crm', 'carl'))).data!.liftSuppression.suppressed).toBe(false)
    })
  })

  describe('players(suppressed:)', () => {
    const ids = Array.from({ length: 60 }, (_, n) => `page-${String(n).padStart(2, '0')}`)
    const suppressed = ids.filter((_, n) => n % 3 === 0 || n === 59)
    const lifted = ids.slice(0, 1)
    const standing = suppressed.filter(id => !lifted.includes(id))
    beforeAll(async () => {
      await client.send(ids.filter((_, n) => n % 6 !== 0).map(id => bet(id, 1)))
      for (const playerId of suppressed) await suppress(client, { playerId })
      for (const id of lifted) await lift(client, id)
    })

    test.each<[boolean | undefined, readonly string[]]>([
      [undefined, ids.filter((_, n) => n % 6 !== 0 || suppressed.includes(ids[n]!))],
      [true, standing],
      [false, ids.filter((id, n) => !standing.includes(id) && (n % 6 !== 0 || suppressed.includes(id)))],
    ])('%s: by id, in pages of every size', async (asked, expected) => {
      for (const first of [1, 7, 500]) {
        const found = await allPlayers(client, { idPrefix: 'page-', suppressed: asked }, first)
        expect(found.map(player => player.id)).toEqual(expected)
        expect(found.filter(player => player.suppressed).map(player => player.id)).toEqual(
          expected.filter(id => standing.includes(id)),
        )
      }
      const tens = await allPlayers(client, { idPrefix: 'page-1', suppressed: asked })
      expect(tens.map(player => player.id)).toEqual(expected.filter(id => id.startsWith('page-1')))
    })
  })

  describe('VIP entries of a suppressed player', () => {
    test('are recorded and marked, delivered neither live nor on replay, and a later lift brings none of them', async () => {
      const [before, held, after, end] = [newName(), newName(), newName(), newName()] as const
      const cursor = await feedCursor()
      const live = follow(cursor)
      await suppress(client, { playerId: held })
      await client.send([bet(before, 1001)])
      await client.send([bet(held, 600), bet(held, 600), bet(after, 1001)])
      await lift(client, held)
      await client.send([bet(held, 1), bet(end, 1001)])
      const told = (items: readonly Entry[]) => items.filter(item => item.playerId === end).length === 2
      const delivered = [before, before, after, after, end, end]
      expect((await live.until(told)).map(entry => entry.playerId)).toEqual(delivered)
      const replayed = follow(cursor)
      expect((await replayed.until(told)).map(entry => entry.playerId)).toEqual(delivered)
      await Promise.all([live.close(), replayed.close()])

      const entries = (await Promise.all([before, held, after, end].map(entriesOf))).flat()
      expect(entries.filter(entry => entry.suppressed).map(entry => entry.playerId)).toEqual([held, held])
      const numbers = entries.map(entry => Number(entry.feedCursor.split('-')[1])).sort((a, b) => a - b)
      const first = Number(cursor.split('-')[1]) + 1
      expect(numbers).toEqual(Array.from({ length: 8 }, (_, n) => first + n))
      const { player } = await client.data<{ player: { vipEntries: Entry[] } }>(
        `query ($id: ID!) { player(id: $id) { vipEntries { ${ENTRY} } } }`,
        { id: held },
      )
      expect(player.vipEntries).toEqual(await entriesOf(held))
    })

    test('who is let go again is delivered what comes then', async () => {
      const id = newName()
      await suppress(client, { playerId: id })
      await client.send([bet(id, 1001)])
      await lift(client, id)
      const cursor = await feedCursor()
      const live = follow(cursor)
      await client.send([bet(id, 1001, at(65))])
      expect((await live.until(items => items.length === 2)).map(({ playerId }) => playerId)).toEqual([id, id])
      await live.close()
      expect((await entriesOf(id)).map(entry => entry.suppressed)).toEqual([false, false, true, true])
    })

    test('are marked by the backfill of a policy as well', async () => {
      const [free, held] = [newName(), newName()]
      const type = newName('stake')
      await client.send([free, held].map(id => ({ ...bet(id, 50, at(90)), event_type: type })))
      await suppress(client, { playerId: held })
      const cursor = await feedCursor()
      const live = follow(cursor)
      await client.data(
        `mutation ($type: String!) {
           saveVipPolicy(input: { id: "backfilled", name: "B", threshold: "10", eventTypes: [$type] }) { version } }`,
        { type },
      )
      expect((await entriesOf(free)).map(entry => entry.suppressed)).toEqual([false, false])
      expect((await entriesOf(held)).map(entry => entry.suppressed)).toEqual([true, true])
      await lift(client, held)
      const end = newName()
      await client.send([bet(end, 1001, at(90))])
      const items = await live.until(all => all.filter(item => item.playerId === end).length === 2)
      expect(items.map(item => item.playerId)).toEqual([free, free, end, end])
      await live.close()
    })
  })
})
