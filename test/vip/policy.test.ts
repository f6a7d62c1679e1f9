import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { formatInstant, HOUR_MS, MINUTE_MS } from '../../src/kernel/time.js'
import { within } from '../engine/recount.js'
import type { ApiClient, GraphqlAnswer } from '../support/client.js'
import { ENGINES } from '../support/engines.js'
import { install, startNode, type TestInstallation } from '../support/server.js'
import { type ApiEntry, allEntries } from './entries.js'

interface Policy {
  id: string
  name: string
  threshold: string
  window: string
  slide: string
  eventTypes: string[]
  enabled: boolean
  version: number
}

const SAVE = `mutation ($input: VipPolicyInput!) {
  saveVipPolicy(input: $input) { id name threshold window slide eventTypes enabled version } }`

type Input = Record<string, unknown> & { id: string }

const trySave = (client: ApiClient, input: Input): Promise<GraphqlAnswer<{ saveVipPolicy: Policy }>> =>
  client.graphql(SAVE, { input: { name: input.id, threshold: '1000', ...input } })

async function save(client: ApiClient, input: Input): Promise<Policy> {
  const { data, errors } = await trySave(client, input)
  if (data === undefined || errors) throw new Error(JSON.stringify(errors))
  return data.saveVipPolicy
}

/** Policies meet every event of the database, so each test has a policy, players and an event type of its own. */
let tests = 0
function ownNames() {
  tests++
  return { id: `policy-${tests}`, type: `stake-${tests}`, player: (n: number | string) => `player-${tests}-${n}` }
}

/** A window of an hour, and its middle, some weeks behind the one before: the newest stays open, the others are closed. */
const NOON = Date.UTC(2024, 5, 1, 12)
const at = (minutes: number): string => formatInstant(NOON + minutes * MINUTE_MS)

let ids = 0
const event = (player_id: string, event_type: string, amount: string, timestamp = at(5)) => ({
  event_id: `event-${++ids}`,
  player_id,
  event_type,
  amount,
  timestamp,
})

const WINDOWS_AT_5 = [formatInstant(NOON - 30 * MINUTE_MS), formatInstant(NOON)]

const shortOf = (entries: readonly ApiEntry[]) =>
  entries
    .map(({ playerId, windowStart, policyVersion, amount, crossingEventId }) => ({
      playerId,
      windowStart,
      policyVersion,
      amount,
      crossingEventId,
    }))
    .sort((a, b) => (a.playerId + a.windowStart < b.playerId + b.windowStart ? -1 : 1))

describe.each(ENGINES)('VIP policies on $name', engine => {
  let installation: TestInstallation
  let client: ApiClient
  beforeAll(async () => {
    installation = await install(engine)
    client = installation.client
    // The only stream: its watermark decides which windows are open.
    await client.send([event('clock', 'tick', '0', at(10))])
  })
  afterAll(() => installation.close())

  const entriesBy = async (policyId: string) => shortOf(await allEntries(client, { policyId }))

  describe('versions', () => {
    test('grow by one, are kept, and read as they were saved', async () => {
      const { id, type } = ownNames()
      const input = {
        id,
        name: 'Whales',
        threshold: '1000.5',
        window: 'PT2H',
        slide: 'PT30M',
        eventTypes: [type, 'deposit'],
      }
      const first = await save(client, { ...input, expectedVersion: 0 })
      expect(first).toEqual({ ...input, threshold: '1000.50', enabled: true, version: 1 })
      const second = await save(client, { ...input, name: 'Sharks', enabled: false, expectedVersion: 1 })
      expect(second).toEqual({ ...first, name: 'Sharks', enabled: false, version: 2 })
      const { vipPolicies } = await client.data<{ vipPolicies: Policy[] }>(
        '{ vipPolicies { id name threshold window slide eventTypes enabled version } }',
      )
      expect(vipPolicies.filter(policy => policy.id === id)).toEqual([second])
      const kept = await installation.database.query(
        'SELECT version, name, saved_by FROM vip_policy_version WHERE policy_id = $1 ORDER BY version',
        [id],
      )
      expect(kept).toEqual([
        { version: 1, name: 'Whales', saved_by: 'admin-1' },
        { version: 2, name: 'Sharks', saved_by: 'admin-1' },
      ])
    })

    test('another expectedVersion is a CONFLICT that changes nothing', async () => {
      const { id } = ownNames()
      await save(client, { id })
      for (const expectedVersion of [0, 2]) {
        const { errors } = await trySave(client, { id, threshold: '1', expectedVersion })
        expect(errors).toMatchObject([
          {
            extensions: { code: 'CONFLICT' },
            message: `expectedVersion is ${expectedVersion}, and the policy has version 1`,
          },
        ])
      }
      expect(await save(client, { id, expectedVersion: 1 })).toMatchObject({ version: 2, threshold: '1000.00' })
    })

    test('of two who save the same version at once, one gets a CONFLICT', async () => {
      const { id } = ownNames()
      const answers = await Promise.all([0, 0, 0, 0].map(expectedVersion => trySave(client, { id, expectedVersion })))
      expect(answers.filter(answer => answer.data?.saveVipPolicy.version === 1)).toHaveLength(1)
      expect(answers.flatMap(answer => answer.errors ?? []).map(error => error.extensions.code)).toEqual([
        'CONFLICT',
        'CONFLICT',
        'CONFLICT',
      ])
    })
  })

  describe('refusals name the field and what came', () => {
    test.each<[string, Record<string, unknown>, string]>([
      ['id', { id: 'white space' }, 'id must be 1 to 100 of A-Z a-z 0-9 _ . : -, got "white space"'],
      ['id', { id: '' }, 'id must be 1 to 100 of A-Z a-z 0-9 _ . : -, got ""'],
      [
        'id',
        { id: 'x'.repeat(101) },
        `id must be 1 to 100 of A-Z a-z 0-9 _ . : -, got "${'x'.repeat(79)}... (103 characters)`,
      ],
      ['name', { name: ' ' }, 'name must have 1 to 200 characters, got " "'],
      ['name', { name: 'a\u0000b' }, 'name holds a character that cannot be stored, got "a\\u0000b"'],
      ['threshold', { threshold: '-0.0001' }, 'threshold must be 0 or more, got "-0.0001"'],
      ['slide', { slide: 'PT7M' }, 'slide must be a multiple of PT5M, got "PT7M"'],
      ['slide', { slide: 'PT0S' }, 'slide must be a multiple of PT5M, got "PT0S"'],
      ['window', { window: 'PT45M', slide: 'PT30M' }, 'window must be a multiple of the slide PT30M, got "PT45M"'],
      ['window', { window: 'PT0S' }, 'window must be a multiple of the slide PT30M, got "PT0S"'],
      ['window', { window: 'P1DT1H', slide: 'PT5H' }, 'window may be at most P1D, got "P1DT1H"'],
      ['window', { window: 'PT2H5M', slide: 'PT5M' }, 'window may be at most 24 slides of PT5M, got "PT2H5M"'],
      ['eventTypes', { eventTypes: [] }, 'eventTypes must name 1 to 20 event types, got 0'],
      [
        'eventTypes',
        { eventTypes: Array.from({ length: 21 }, (_, i) => `t${i}`) },
        'eventTypes must name 1 to 20 event types, got 21',
      ],
      ['eventTypes', { eventTypes: ['bet', ''] }, 'eventTypes must have 1 to 200 characters, got ""'],
    ])('%s: %j', async (field, wrong, message) => {
      const { errors } = await trySave(client, { id: ownNames().id, ...wrong })
      expect(errors).toMatchObject([{ message, extensions: { code: 'BAD_USER_INPUT', field } }])
    })

    test.each<[Record<string, unknown>]>([[{ window: '1 hour' }], [{ threshold: '1e3' }], [{ threshold: '0.00001' }]])(
      'what is not of its type: %j',
      async wrong => {
        const [field, value] = Object.entries(wrong)[0]!
        const { errors } = await trySave(client, { id: ownNames().id, ...wrong })
        expect(errors).toHaveLength(1)
        expect(errors![0]!.extensions.code).toBe('BAD_USER_INPUT')
        expect(errors![0]!.message).toContain(field)
        expect(errors![0]!.message).toContain(value)
      },
    )
  })

  describe('who is above already', () => {
    test('gets an entry in each open window when the policy is made, once', async () => {
      const { id, type, player } = ownNames()
      await client.send([
        event(player(1), type, '1000'),
        event(player(1), type, '0.0001'),
        event(player(2), type, '1000'),
      ])
      await save(client, { id, eventTypes: [type] })
      const expected = WINDOWS_AT_5.map(windowStart => ({
        playerId: player(1),
        windowStart,
        policyVersion: 1,
        amount: '1000.0001',
        crossingEventId: null,
      }))
      expect(await entriesBy(id)).toEqual(expected)
      await save(client, { id, eventTypes: [type], name: 'another name' })
      expect(await entriesBy(id)).toEqual(expected)
    })

    test('gets one when the threshold is lowered; who has one keeps it; raised and lowered again gives none', async () => {
      const { id, type, player } = ownNames()
      await save(client, { id, eventTypes: [type] })
      const crossing = event(player(1), type, '2000')
      await client.send([crossing, event(player(2), type, '600')])
      await save(client, { id, eventTypes: [type], threshold: '500' })
      const expected = [
        ...WINDOWS_AT_5.map(windowStart => ({
          playerId: player(1),
          windowStart,
          policyVersion: 1,
          amount: '2000.00',
          crossingEventId: crossing.event_id,
        })),
        ...WINDOWS_AT_5.map(windowStart => ({
          playerId: player(2),
          windowStart,
          policyVersion: 2,
          amount: '600.00',
          crossingEventId: null,
        })),
      ]
      expect(await entriesBy(id)).toEqual(expected)
      await save(client, { id, eventTypes: [type], threshold: '5000' })
      await save(client, { id, eventTypes: [type], threshold: '400' })
      expect(await entriesBy(id)).toEqual(expected)
      // Above the raised threshold by an event: the window has its entry.
      await save(client, { id, eventTypes: [type], threshold: '700' })
      await client.send([event(player(2), type, '200')])
      expect((await entriesBy(id)).map(entry => entry.amount)).toEqual(['2000.00', '2000.00', '800.00', '800.00'])
    })

    test('gets none in a window that the watermark has passed, and one in the window that it stands in', async () => {
      const { id, type, player } = ownNames()
      await client.send([
        event(player(1), type, '5000', at(-21)),
        event(player(2), type, '5000', at(-81)),
        event(player(3), type, '5000', at(9)),
      ])
      await save(client, { id, eventTypes: [type] })
      // The watermark is 12:10. 11:00-12:00 is closed, 11:30-12:30 is open.
      expect((await entriesBy(id)).map(({ playerId, windowStart }) => [playerId, windowStart])).toEqual([
        [player(1), formatInstant(NOON - 30 * MINUTE_MS)],
        [player(3), formatInstant(NOON - 30 * MINUTE_MS)],
        [player(3), formatInstant(NOON)],
      ])
      // A late event in the closed window does not cross there: its sum was above before.
      await client.send([event(player(2), type, '1', at(-81))])
      expect(await entriesBy(id)).toHaveLength(3)
    })

    test('gets none of a disabled policy until it is enabled', async () => {
      const { id, type, player } = ownNames()
      await client.send([event(player(1), type, '5000')])
      await save(client, { id, eventTypes: [type], enabled: false })
      await client.send([event(player(2), type, '5000')])
      expect(await entriesBy(id)).toEqual([])
      await save(client, { id, eventTypes: [type] })
      expect((await entriesBy(id)).map(entry => entry.playerId)).toEqual([player(1), player(1), player(2), player(2)])
    })

    test('of several event types together, and of no others', async () => {
      const { id, type, player } = ownNames()
      const [deposit, transfer] = [`${type}-deposit`, `${type}-transfer`]
      await client.send([
        event(player(1), deposit, '600'),
        event(player(1), transfer, '600'),
        event(player(1), type, '600'),
      ])
      await save(client, { id, eventTypes: [deposit, transfer, deposit] })
      expect((await entriesBy(id)).map(entry => entry.amount)).toEqual(['1200.00', '1200.00'])
      const last = event(player(2), transfer, '1')
      await client.send([event(player(2), type, '9000'), event(player(2), deposit, '1000'), last])
      expect((await entriesBy(id)).filter(entry => entry.playerId === player(2))).toMatchObject([
        { amount: '1001.00', crossingEventId: last.event_id },
        { amount: '1001.00', crossingEventId: last.event_id },
      ])
    })

    test('is found by the job when the node that saved was gone too early', async () => {
      const { id, type, player } = ownNames()
      await client.send([event(player(1), type, '5000')])
      await save(client, { id, eventTypes: [type], enabled: false })
      // As savePolicy leaves it before the first entry.
      await installation.database.query('UPDATE vip_policy SET enabled = true WHERE id = $1', [id])
      await installation.database.query('UPDATE vip_policy SET version = 3, backfilled_version = 0 WHERE id = $1', [id])
      await within(20_000, async () => {
        const [row] = await installation.database.query<{ done: boolean }>(
          'SELECT backfilled_version = version AS done FROM vip_policy WHERE id = $1',
          [id],
        )
        return row!.done
      })
      expect((await entriesBy(id)).map(entry => entry.policyVersion)).toEqual([3, 3])
    })
  })

  test('while events come in on two nodes, each change gives everybody above one entry a window, and no one else', async () => {
    const { id, type, player } = ownNames()
    const players = Array.from({ length: 40 }, (_, n) => player(n))
    const second = await startNode(installation.database.url)
    try {
      let sending = true
      const writer = async (to: ApiClient, stream: string) => {
        let rounds = 0
        for (; sending || rounds < 10; rounds++) {
          await to.send(
            players.map((name, n) => event(name, type, String(1 + (n % 7)))),
            `/events?stream=${stream}`,
          )
        }
        return rounds
      }
      const writers = [writer(client, 'left'), writer(second.client, 'right'), writer(client, 'left')]
      for (const threshold of ['400', '900', '100', '5000', '50', '20']) {
        await save(threshold === '900' ? second.client : client, { id, eventTypes: [type], threshold })
      }
      sending = false
      await Promise.all(writers)
      const entries = await allEntries(client, { policyId: id })
      const keys = entries.map(entry => `${entry.playerId} ${entry.windowStart}`)
      expect(new Set(keys).size).toBe(keys.length)
      const [sums] = await installation.database.query<{ above: number }>(
        `SELECT count(*)::int AS above FROM (
           SELECT FROM player_event WHERE event_type = $1 GROUP BY player_id HAVING sum(amount) > 20) p`,
        [type],
      )
      expect(keys.length).toBe(2 * sums!.above)
      expect(sums!.above).toBeGreaterThan(30)
    } finally {
      await second.stop()
    }
  })

  test('a policy saved on one node judges the next event on the other', async () => {
    const { id, type, player } = ownNames()
    const second = await startNode(installation.database.url)
    try {
      for (let round = 1; round <= 10; round++) {
        const threshold = round % 2 === 0 ? '10' : '100000'
        await save(round % 4 < 2 ? client : second.client, { id, eventTypes: [type], threshold })
        await (round % 4 < 2 ? second.client : client).send([event(player(round), type, '11')])
      }
      const crossed = (await entriesBy(id)).filter(entry => entry.crossingEventId !== null).map(entry => entry.playerId)
      expect(new Set(crossed)).toEqual(new Set([2, 4, 6, 8, 10].map(player)))
      expect(crossed).toHaveLength(10)
    } finally {
      await second.stop()
    }
  })
})

describe.each(ENGINES)('a policy without events on $name', engine => {
  test('is in force for the first of them', async () => {
    const installation = await install(engine)
    try {
      await save(installation.client, { id: 'first' })
      const bet = event('p', 'bet', '1000.01', formatInstant(NOON + HOUR_MS))
      await installation.client.send([bet])
      expect((await allEntries(installation.client)).map(e => e.crossingEventId)).toEqual([bet.event_id, bet.event_id])
    } finally {
      await installation.close()
    }
  })
})
