import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { TriggerGateEnum } from '../../src/campaigns/campaign-tools.type.js'
import { formatInstant, HOUR_MS, MINUTE_MS } from '../../src/kernel/time.js'
import { suppress } from '../players/suppressions.js'
import { type ApiClient, type GraphqlAnswer, tokenOf } from '../support/client.js'
import { ENGINES } from '../support/engines.js'
import { install, type TestInstallation } from '../support/server.js'
import { campaignOf, fight, NOON, save, setEnabled, triggeredBy } from './campaigns.js'

interface Explanation {
  campaignId: string
  campaignVersion: number | null
  eventId: string
  gate: string
  detail: string | null
}

interface Asked {
  campaignId: string
  eventId: string
  playerId?: string
  occurredAt?: string
}

const tryExplain = (
  client: ApiClient,
  asked: Asked,
  token?: Promise<string>,
): Promise<GraphqlAnswer<{ explainTrigger: Explanation }>> =>
  client.graphql(
    `query ($campaignId: ID!, $eventId: ID!, $playerId: ID, $occurredAt: DateTime) {
       explainTrigger(campaignId: $campaignId, eventId: $eventId, playerId: $playerId, occurredAt: $occurredAt) {
         campaignId campaignVersion eventId gate detail } }`,
    { ...asked },
    token,
  )

const LOST = "event => event.data.result === 'loss'"
const OF_PLAYER = /; player "[^"]+"$/
const time = (ms: number): string => formatInstant(NOON + ms)

describe.each(ENGINES)('explainTrigger on $name', engine => {
  const reached = new Set<string>()
  let installation: TestInstallation
  let client: ApiClient
  beforeAll(async () => {
    installation = await install(engine)
    client = installation.client
  })
  afterAll(() => installation.close())

  /** Each test has a stream of its own, whose watermark no other moves. */
  const send = (stream: string, events: object[]) => client.send(events, `/events?stream=${stream}`)

  async function explain(campaignId: string, eventId: string, rest: Partial<Asked> = {}): Promise<Explanation> {
    const { data, errors } = await tryExplain(client, { campaignId, eventId, ...rest })
    if (data === undefined || errors) throw new Error(JSON.stringify(errors))
    const { explainTrigger } = data
    reached.add(explainTrigger.gate)
    if (rest.playerId !== undefined) return explainTrigger
    // Each explanation that was not asked for a player ends with the one that it is of.
    expect(explainTrigger.detail).toMatch(OF_PLAYER)
    return { ...explainTrigger, detail: explainTrigger.detail!.replace(OF_PLAYER, '') }
  }

  test("the campaign's own gates, in their order", async () => {
    await save(client, { id: 'own', filter: LOST, startsAt: time(0), endsAt: time(HOUR_MS) })
    const ok = { data: { result: 'loss' } }
    await send('own', [
      fight({ event_id: 'match', ...ok }),
      fight({ event_id: 'match-2', ...ok, at: NOON + HOUR_MS - 1 }),
      fight({ event_id: 'game', ...ok, game: 'elvenar' }),
      fight({ event_id: 'no-game', ...ok, game: null, at: NOON - 1 }),
      fight({ event_id: 'name', ...ok, event_name: 'quest' }),
      fight({ event_id: 'no-name', ...ok, event_name: null }),
      fight({ event_id: 'start', ...ok, at: NOON - 1 }),
      fight({ event_id: 'end', ...ok, at: NOON + HOUR_MS }),
      fight({ event_id: 'won', data: { result: 'win' } }),
      fight({ event_id: 'bare' }),
    ])
    const own = (eventId: string) => explain('own', eventId)
    const of = (eventId: string, gate: string, detail: unknown) => ({
      campaignId: 'own',
      campaignVersion: 1,
      eventId,
      gate,
      detail,
    })
    expect(await own('match')).toEqual(of('match', 'MATCHED', expect.stringMatching(/^triggered at \d{4}-.*Z$/)))
    expect(await own('match-2')).toMatchObject({ gate: 'MATCHED' })
    expect(await own('game')).toEqual(of('game', 'WRONG_GAME', 'game is "foe", that of the event "elvenar"'))
    expect(await own('no-game')).toEqual(of('no-game', 'WRONG_GAME', 'game is "foe", that of the event none'))
    expect(await own('name')).toEqual(of('name', 'WRONG_EVENT', 'eventName is "fight", that of the event "quest"'))
    expect(await own('no-name')).toEqual(of('no-name', 'WRONG_EVENT', 'eventName is "fight", that of the event none'))
    expect(await own('start')).toEqual(of('start', 'NOT_STARTED', `starts ${time(0)}, the event is of ${time(-1)}`))
    expect(await own('end')).toEqual(of('end', 'ENDED', `ends ${time(HOUR_MS)}, the event is of ${time(HOUR_MS)}`))
    expect(await own('won')).toEqual(of('won', 'FILTER_FALSE', expect.stringContaining('boolean true')))
    expect(await own('bare')).toEqual(
      of('bare', 'FILTER_ERROR', expect.stringMatching(/^TypeError: null has no property .*line 1/)),
    )
    expect((await campaignOf(client, 'own')).stats).toMatchObject({ triggers: 2, filterErrors: 1 })
  })

  test('a campaign without a start or an end', async () => {
    await save(client, { id: 'no-start', startsAt: null })
    await save(client, { id: 'no-end', endsAt: null })
    await send('bounds', [fight({ event_id: 'any' })])
    expect(await explain('no-start', 'any')).toMatchObject({
      gate: 'NOT_STARTED',
      detail: 'has no start, so it never matches',
    })
    expect(await explain('no-end', 'any')).toMatchObject({
      gate: 'ENDED',
      detail: 'has no end, so it never matches',
    })
  })

  test('the version in force when the event was committed', async () => {
    await send('versions', [fight({ event_id: 'before-all' }), fight({ event_id: 'before-all-bare', game: null })])
    await save(client, { id: 'changing', filter: 'e => false' })
    await send('versions', [fight({ event_id: 'of-1' }), fight({ event_id: 'of-1-bare', game: null })])
    await save(client, { id: 'changing', filter: 'e => true' })
    await send('versions', [fight({ event_id: 'of-2' })])
    await setEnabled(client, 'changing', false)
    await send('versions', [fight({ event_id: 'of-3' }), fight({ event_id: 'of-3-bare', game: null })])
    await save(client, { id: 'changing', filter: 'e => e.nothing.at.all' })
    const version = async (eventId: string) => {
      const { campaignVersion, gate } = await explain('changing', eventId)
      return [campaignVersion, gate]
    }
    expect(await version('before-all')).toEqual([null, 'NOT_IN_FORCE'])
    expect(await version('before-all-bare')).toEqual([null, 'NOT_IN_FORCE'])
    expect(await version('of-1')).toEqual([1, 'FILTER_FALSE'])
    expect(await version('of-1-bare')).toEqual([1, 'WRONG_GAME'])
    expect(await version('of-2')).toEqual([2, 'MATCHED'])
    expect(await version('of-3')).toEqual([3, 'DISABLED'])
    expect(await version('of-3-bare')).toEqual([3, 'DISABLED'])
    expect(await explain('changing', 'of-3')).toMatchObject({
      detail: expect.stringMatching(/^version 3 was switched off by "admin-1" at \d{4}-[^ ]+Z$/),
    })
  })

  test('switched off by the system', async () => {
    await save(client, { id: 'failing', filter: 'e => e.nothing.at.all' })
    const deadline = Date.now() + 10_000
    while ((await campaignOf(client, 'failing')).enabled && Date.now() < deadline) {
      await send(
        'failing',
        Array.from({ length: 50 }, () => fight()),
      )
    }
    await send('failing', [fight({ event_id: 'off' })])
    expect(await explain('failing', 'off')).toMatchObject({
      campaignVersion: 2,
      gate: 'DISABLED',
      detail: expect.stringMatching(
        /^version 2 was switched off by "system" at .*Z: its filter failed on \d+ of \d+ events$/,
      ),
    })
  })

  test('not run, because its campaign was being switched off', async () => {
    const filter = "e => e.data.n >= 0 || e.nothing.at.all === 'x'"
    await save(client, { id: 'condemned', filter, eventName: 'condemned' })
    const numbered = (n: number) => fight({ event_id: `n${n}`, event_name: 'condemned', data: { n: n < 200 ? -1 : n } })
    await send(
      'condemned',
      Array.from({ length: 250 }, (_, n) => numbered(n)),
    )
    const deadline = Date.now() + 10_000
    while ((await campaignOf(client, 'condemned')).enabled && Date.now() < deadline) await send('condemned', [fight()])
    const { disabledReason, stats } = await campaignOf(client, 'condemned')
    expect(disabledReason).toBe('its filter failed on 100 of 100 events')
    expect(stats).toMatchObject({ triggers: 0, filterErrors: 100, lastFilterError: expect.stringMatching(/line 1/) })
    expect(await explain('condemned', 'n249')).toMatchObject({
      campaignVersion: 1,
      gate: 'FILTER_ERROR',
      detail: `not run: the campaign was being switched off: ${disabledReason}`,
    })
    expect(await explain('condemned', 'n99')).toMatchObject({ detail: expect.stringMatching(/^TypeError/) })
    await installation.database.query(
      `UPDATE player_event SET ingested_at = ingested_at - interval '2 minutes' WHERE event_id = 'n249'`,
    )
    expect(await explain('condemned', 'n249')).toMatchObject({ gate: 'FILTER_FALSE' })
  })

  test('too late for a stream whose watermark ran ahead', async () => {
    await save(client, { id: 'late' })
    await send('ahead', [fight({ event_id: 'head', at: NOON + HOUR_MS })])
    await send('ahead', [fight({ event_id: 'in-time', at: NOON + HOUR_MS - 10 * MINUTE_MS })])
    await send('ahead', [fight({ event_id: 'late', at: NOON + HOUR_MS - 10 * MINUTE_MS - 1 })])
    expect(await explain('late', 'in-time')).toMatchObject({ gate: 'MATCHED' })
    expect(await explain('late', 'late')).toMatchObject({
      gate: 'TOO_LATE',
      detail: expect.stringMatching(/TRIGGER_LATENESS_SECONDS behind the watermark of stream "ahead"/),
    })
  })

  test('a suppressed player', async () => {
    await save(client, { id: 'kind', filter: LOST })
    await suppress(client, { playerId: 'gone' })
    const of = { player_id: 'gone' }
    await send('suppressed', [
      fight({ event_id: 'held', ...of, data: { result: 'loss' } }),
      fight({ event_id: 'not-even', ...of, data: { result: 'win' } }),
    ])
    expect(await explain('kind', 'held')).toMatchObject({
      gate: 'SUPPRESSED',
      detail: expect.stringMatching(/^the player was suppressed when the event came at \d{4}/),
    })
    expect(await explain('kind', 'not-even')).toMatchObject({ gate: 'FILTER_FALSE' })
  })

  test('cap and cooldown, one batch after the other', async () => {
    await save(client, { id: 'seldom', maxTriggersPerPlayer: 2, cooldown: 'PT1H' })
    const of = (event_id: string, at: number) => fight({ event_id, player_id: 'eager', at: NOON + at })
    const events = [of('s1', 0), of('s2', HOUR_MS - 1), of('s3', HOUR_MS), of('s4', HOUR_MS + 1), of('s5', 3 * HOUR_MS)]
    for (const event of events) await send('seldom', [event])
    expect(await triggeredBy(client, 'seldom')).toEqual(['s1', 's3'])
    expect(await explain('seldom', 's1')).toMatchObject({ gate: 'MATCHED' })
    expect(await explain('seldom', 's2')).toMatchObject({
      gate: 'COOLDOWN',
      detail: `last trigger at ${time(0)}, cooldown PT1H until ${time(HOUR_MS)}`,
    })
    expect(await explain('seldom', 's3')).toMatchObject({ gate: 'MATCHED' })
    for (const id of ['s4', 's5']) {
      expect(await explain('seldom', id)).toMatchObject({ gate: 'PLAYER_CAP', detail: '2 of 2 triggers had' })
    }
  })

  test('cap and cooldown within one batch', async () => {
    await save(client, { id: 'batch', maxTriggersPerPlayer: 3, cooldown: 'PT1H', eventName: 'raid' })
    const of = (event_id: string, at: number) =>
      fight({ event_id, player_id: 'one-batch', event_name: 'raid', at: NOON + at })
    await send('batch', [
      of('b1', 0),
      of('b2', MINUTE_MS),
      of('b3', HOUR_MS),
      of('b4', 2 * HOUR_MS),
      of('b5', 3 * HOUR_MS),
    ])
    expect(await triggeredBy(client, 'batch')).toEqual(['b1', 'b3', 'b4'])
    expect(await explain('batch', 'b2')).toMatchObject({
      gate: 'COOLDOWN',
      detail: `last trigger at ${time(0)}, cooldown PT1H until ${time(HOUR_MS)}`,
    })
    expect(await explain('batch', 'b5')).toMatchObject({ gate: 'PLAYER_CAP', detail: '3 of 3 triggers had' })
  })

  test('a cooldown that looks forward: the trigger in its way has a later time', async () => {
    await save(client, { id: 'shuffled', cooldown: 'PT1H', eventName: 'shuffle' })
    const of = (event_id: string, at: number) =>
      fight({ event_id, player_id: 'x', event_name: 'shuffle', at: NOON + at })
    await send('shuffled', [of('later', 5 * MINUTE_MS), of('earlier', 0)])
    expect(await triggeredBy(client, 'shuffled')).toEqual(['later'])
    expect(await explain('shuffled', 'earlier')).toMatchObject({
      gate: 'COOLDOWN',
      detail: `last trigger at ${time(5 * MINUTE_MS)}, cooldown PT1H until ${time(HOUR_MS + 5 * MINUTE_MS)}`,
    })
  })

  test('filters see the player as it was', async () => {
    await save(client, { id: 'spent', filter: 'e => e.player.turnover1h >= 10', eventName: 'spend' })
    const of = (event_id: string) =>
      fight({ event_id, player_id: 'spender', event_name: 'spend', event_type: 'bet', amount: 6 })
    for (const id of ['p1', 'p2', 'p3']) await send('spend', [of(id)])
    expect(await triggeredBy(client, 'spent')).toEqual(['p3'])
    for (const id of ['p1', 'p2']) expect(await explain('spent', id)).toMatchObject({ gate: 'FILTER_FALSE' })
    expect(await explain('spent', 'p3')).toMatchObject({ gate: 'MATCHED' })
  })

  test('says so where the filter finds today what it did not find then', async () => {
    await save(client, { id: 'kept', filter: LOST, eventName: 'keep' })
    await send('keep', [fight({ event_id: 'kept', event_name: 'keep', data: { result: 'win' } })])
    await installation.database.query(
      `UPDATE player_event SET data = '{"result":"loss"}' WHERE event_id = 'kept' AND player_id = 'p'`,
    )
    expect(await explain('kept', 'kept')).toMatchObject({
      gate: 'FILTER_FALSE',
      detail: expect.stringMatching(/finds the stored event true, and did not/),
    })
  })

  test('one of several events with an id; what there is not; roles', async () => {
    await save(client, { id: 'twins', filter: "e => e.playerId === 'twin-b'", eventName: 'twin' })
    const of = (player_id: string, at: number) => fight({ event_id: 'twin', player_id, event_name: 'twin', at })
    await send('twin', [of('twin-a', NOON + 1), of('twin-b', NOON)])
    expect(await explain('twins', 'twin')).toMatchObject({ gate: 'FILTER_FALSE' })
    expect(await explain('twins', 'twin', { playerId: 'twin-b' })).toMatchObject({ gate: 'MATCHED' })
    expect(await explain('twins', 'twin', { occurredAt: time(0) })).toMatchObject({ gate: 'MATCHED' })
    const { data } = await tryExplain(client, { campaignId: 'twins', eventId: 'twin' })
    expect(data?.explainTrigger.detail).toMatch(/; player "twin-a"$/)
    const refusal = async (asked: Asked, token?: Promise<string>) =>
      (await tryExplain(client, asked, token)).errors?.[0]
    expect(await refusal({ campaignId: 'nobody', eventId: 'twin' })).toMatchObject({
      message: 'there is no campaign nobody',
      extensions: { code: 'NOT_FOUND' },
    })
    for (const asked of [{ eventId: 'none' }, { eventId: 'twin', playerId: 'twin-c' }]) {
      expect(await refusal({ campaignId: 'twins', ...asked })).toMatchObject({ extensions: { code: 'NOT_FOUND' } })
    }
    const good = { campaignId: 'twins', eventId: 'twin' }
    for (const role of ['ingest', 'player'] as const) {
      expect(await refusal(good, tokenOf(role))).toMatchObject({ extensions: { code: 'FORBIDDEN' } })
    }
    for (const role of ['crm', 'analyst'] as const) expect(await refusal(good, tokenOf(role))).toBeUndefined()
  })

  test('every gate was met', () => {
    expect(Object.keys(TriggerGateEnum).filter(gate => !reached.has(gate))).toEqual([])
  })
})
