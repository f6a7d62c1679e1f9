import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { EVENTS_OF_RANGE, rangeValues } from '../../src/campaigns/preview.store.js'
import { PREVIEW_LIMITS, PreviewCampaign } from '../../src/campaigns/preview-campaign.js'
import { DifferentIds } from '../../src/campaigns/preview-players.js'
import { DAY_MS, formatInstant } from '../../src/kernel/time.js'
import { type ApiClient, type GraphqlAnswer, tokenOf } from '../support/client.js'
import { ENGINES } from '../support/engines.js'
import { install, type TestInstallation } from '../support/server.js'
import { save, triggeredBy } from './campaigns.js'
import { inTimeOrder, makeSends, type Sent, START, stateOf, VIP_POLICY } from './preview-world.js'

interface Preview {
  eventsScanned: number
  matches: number
  players: number
  filterErrors: number
  firstError: string | null
  truncated: boolean
  samples: { eventId: string; data: unknown }[]
}

const PREVIEW = `query ($filter: String!, $game: String!, $eventName: String!, $from: DateTime!, $to: DateTime!, $samples: Int) {
  previewCampaign(filter: $filter, game: $game, eventName: $eventName, from: $from, to: $to, samples: $samples) {
    eventsScanned matches players filterErrors firstError truncated samples { eventId data } } }`

const FROM = formatInstant(START - 30 * DAY_MS)
const TO = formatInstant(START + 300 * DAY_MS)
const RANGE = { game: 'foe', eventName: 'fight', from: FROM, to: TO }

const tryPreview = (
  client: ApiClient,
  asked: object,
  token?: Promise<string>,
): Promise<GraphqlAnswer<{ previewCampaign: Preview }>> =>
  client.graphql(PREVIEW, { ...RANGE, filter: 'e => true', ...asked }, token)

async function preview(client: ApiClient, asked: object, token?: Promise<string>): Promise<Preview> {
  const { data, errors } = await tryPreview(client, asked, token)
  if (data === undefined || errors) throw new Error(JSON.stringify(errors))
  return data.previewCampaign
}

const SPENDERS = 'e => e.player.turnover1h >= 60 && e.player.eventCount1h >= 2 || e.player.isVip'
const SEVERE = 'e => { for (let i = 0; i < 3000; i++); return true }'

describe.each(ENGINES)('previewCampaign on $name', engine => {
  const sends = makeSends()
  const all = sends.flat()
  const fights = all.filter(e => e.game === 'foe' && e.event_name === 'fight').sort(inTimeOrder)
  let installation: TestInstallation
  beforeAll(async () => {
    installation = await install(engine, { TRIGGER_LATENESS_SECONDS: '2592000', CHUNK_DAYS: '7' })
    const { client } = installation
    await client.data(VIP_POLICY)
    await save(client, { id: 'spenders', filter: SPENDERS })
    for (const send of sends) {
      const wire = (far: boolean) =>
        send
          .filter(e => e.at > START + 30 * DAY_MS === far)
          .map(({ send: _, at: __, ...rest }) => ({ ...rest, extra_field: 'x' }))
      await client.send(wire(false))
      await client.send(wire(true), '/events?stream=far')
    }
  })
  afterAll(() => installation.close())

  const usecase = (limits: Partial<typeof PREVIEW_LIMITS>) =>
    new PreviewCampaign(installation.node.db, Date.now, { ...PREVIEW_LIMITS, ...limits })
  const asked = (filter: string) => ({
    filter,
    game: 'foe',
    eventName: 'fight',
    from: Date.parse(FROM),
    to: Date.parse(TO),
    samples: 5,
  })

  const expected = (shown: readonly Sent[], verdict: (e: Sent) => boolean | null, samples: number) => {
    const matches = shown.filter(e => verdict(e) === true)
    return {
      eventsScanned: shown.length,
      matches: matches.length,
      players: new Set(matches.map(e => e.player_id)).size,
      filterErrors: shown.filter(e => verdict(e) === null).length,
      truncated: false,
      samples: matches.slice(0, samples).map(e => ({ eventId: e.event_id, data: e.data })),
    }
  }

  test('counts what brute force counts, samples in time order', async () => {
    const { client } = installation
    const lost = "function(event) { return event.getData().get('result') === 'loss' }"
    const isLost = (e: Sent) => e.data.result === 'loss'
    expect(fights.length).toBeGreaterThan(200)
    expect(await preview(client, { filter: lost })).toEqual({ ...expected(fights, isLost, 5), firstError: null })
    expect(await preview(client, { filter: lost, samples: 50 })).toMatchObject(expected(fights, isLost, 50))
    expect(await preview(client, { filter: lost, samples: 0 })).toMatchObject(expected(fights, isLost, 0))
    const from = fights[40]!.at
    const to = fights[160]!.at
    const within = fights.filter(e => e.at >= from && e.at < to)
    expect(await preview(client, { filter: lost, from: formatInstant(from), to: formatInstant(to) })).toMatchObject(
      expected(within, isLost, 5),
    )
    const quests = all.filter(e => e.game === 'elvenar' && e.event_name === 'quest').sort(inTimeOrder)
    expect(await preview(client, { filter: 'e => 1', game: 'elvenar', eventName: 'quest' })).toMatchObject(
      expected(quests, () => false, 5),
    )
    expect(await preview(client, { game: 'none' })).toMatchObject(expected([], () => false, 5))
  })

  test('counts failures, and shows that of the earliest event', async () => {
    const filter =
      "e => { if (e.data.hero === undefined) throw 'no hero in ' + e.eventId; return e.data.hero.level > 6 }"
    const verdict = (e: Sent) => (e.data.hero === undefined ? null : e.data.hero.level > 6)
    const first = fights.find(e => e.data.hero === undefined)!
    const found = await preview(installation.client, { filter })
    expect(found).toMatchObject(expected(fights, verdict, 5))
    expect(found.firstError).toContain(`no hero in ${first.event_id}`)
  })

  test('sees the players as they were when the events came, and finds what was triggered then', async () => {
    const verdict = (e: Sent) => {
      const { turnover1h, eventCount1h, isVip } = stateOf(e, all)
      return (turnover1h >= 60 && eventCount1h >= 2) || isVip
    }
    const found = await preview(installation.client, { filter: SPENDERS, samples: 50 })
    expect(found).toMatchObject(expected(fights, verdict, 50))
    expect(found.matches).toBeGreaterThan(20)
    expect(found.matches).toBeLessThan(fights.length - 20)
    const vips = await preview(installation.client, { filter: 'e => e.player.isVip' })
    expect(vips).toMatchObject(expected(fights, e => stateOf(e, all).isVip, 5))
    expect(vips.matches).toBeGreaterThan(0)
    const triggered = new Set(await triggeredBy(installation.client, 'spenders'))
    expect(triggered).toEqual(new Set(fights.filter(verdict).map(e => e.event_id)))
  })

  test('stops after so many events, and says so', async () => {
    const { length } = fights
    expect(await usecase({ eventsMax: 150 }).preview(asked('e => true'))).toMatchObject({
      eventsScanned: 150,
      matches: 150,
      truncated: true,
    })
    expect(await usecase({ eventsMax: length - 1 }).preview(asked('e => true'))).toMatchObject({
      eventsScanned: length - 1,
      truncated: true,
    })
    expect(await usecase({ eventsMax: length }).preview(asked('e => true'))).toMatchObject({
      eventsScanned: length,
      truncated: false,
    })
  })

  test('takes turns by the time that passes, not by steps alone', async () => {
    let now = 0
    let passed = 0
    const limits = { ...PREVIEW_LIMITS, tookMsMax: 1_500 }
    const { db } = installation.node
    const slow = new PreviewCampaign(
      db,
      () => (now += 100),
      limits,
      () => (passed += 20),
    )
    const found = await slow.preview(asked('e => true'))
    expect(found.truncated).toBe(true)
    expect(found.eventsScanned).toBeGreaterThan(0)
    expect(found.eventsScanned).toBeLessThan(20)
  })

  test('stops in time: between events, and inside a statement', async () => {
    let now = 0
    const slow = new PreviewCampaign(installation.node.db, () => (now += 100), { ...PREVIEW_LIMITS, tookMsMax: 1_500 })
    const found = await slow.preview(asked(SEVERE))
    expect(found.truncated).toBe(true)
    expect(found.eventsScanned).toBeGreaterThan(0)
    expect(found.eventsScanned).toBeLessThan(fights.length)
    const release = await locked()
    try {
      const startedAt = performance.now()
      const cut = await usecase({ tookMsMax: 300 }).preview(asked('e => true'))
      expect(cut).toMatchObject({ eventsScanned: 0, truncated: true })
      expect(performance.now() - startedAt).toBeLessThan(3_000)
    } finally {
      await release()
    }
    expect(await usecase({}).preview(asked('e => true'))).toMatchObject({ truncated: false })
  })

  /** Nobody can read events until it is released. */
  async function locked(): Promise<() => Promise<void>> {
    const holder = new pg.Client({ connectionString: installation.database.url })
    await holder.connect()
    await holder.query('BEGIN; LOCK TABLE player_event IN ACCESS EXCLUSIVE MODE')
    return () => holder.end()
  }

  test('runs twice at once on a node, not three times', async () => {
    const { client, database } = installation
    const release = await locked()
    const two = [preview(client, {}), preview(client, {})]
    try {
      const deadline = Date.now() + 10_000
      const waiting = () =>
        database.query(
          "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock' AND query ~ 'openPreview'",
        )
      while ((await waiting()).length < 2 && Date.now() < deadline);
      const { errors } = await tryPreview(client, {})
      expect(errors).toMatchObject([{ extensions: { code: 'UNAVAILABLE' } }])
    } finally {
      await release()
    }
    for (const found of await Promise.all(two)) expect(found).toMatchObject({ eventsScanned: fights.length })
    expect(await preview(client, {})).toMatchObject({ eventsScanned: fights.length })
  })

  test('reads the chunks of its time alone', async () => {
    const client = new pg.Client({ connectionString: installation.database.url })
    await client.connect()
    const chunksRead = async (from: number, to: number): Promise<number> => {
      const { rows } = await client.query<{ 'QUERY PLAN': object }>(
        `EXPLAIN (FORMAT JSON) DECLARE previewed NO SCROLL CURSOR FOR ${EVENTS_OF_RANGE}`,
        rangeValues({ game: 'foe', eventName: 'fight', from, to }),
      )
      const plan = JSON.stringify(rows[0]!['QUERY PLAN'])
      return new Set(plan.match(/(?<="Relation Name":")[^"]+/g)?.filter(name => name !== 'player_event')).size
    }
    try {
      expect(await chunksRead(Date.parse(FROM), Date.parse(TO))).toBeGreaterThanOrEqual(2)
      expect(await chunksRead(fights[0]!.at, fights[0]!.at + 1)).toBe(1)
    } finally {
      await client.end()
    }
  })

  test('refuses what can not be looked at', async () => {
    const { client } = installation
    const refusal = async (asked: object, token?: Promise<string>) =>
      (await tryPreview(client, asked, token)).errors?.[0]
    expect(await refusal({ filter: 'e =>\n process.exit()' })).toMatchObject({
      extensions: { code: 'BAD_USER_INPUT', field: 'filter', line: 2, column: 2 },
    })
    expect(await refusal({ from: TO, to: FROM })).toMatchObject({
      message: `to must be later than from ${TO}, got "${FROM}"`,
      extensions: { code: 'BAD_USER_INPUT', field: 'to' },
    })
    expect(await refusal({ to: FROM })).toMatchObject({ extensions: { field: 'to' } })
    expect(await refusal({ from: '1970-01-01T00:00:00.000Z', to: '2100-01-01T00:00:00.000Z' })).toBeUndefined()
    for (const samples of [-1, 51])
      expect(await refusal({ samples })).toMatchObject({ extensions: { field: 'samples' } })
    const { filterTypes } = await client.data<{ filterTypes: string }>('{ filterTypes }', {}, tokenOf('analyst'))
    expect(filterTypes).toContain('turnover1h')
    expect(await refusal({}, tokenOf('ingest'))).toMatchObject({ extensions: { code: 'FORBIDDEN' } })
    expect(await refusal({}, tokenOf('player'))).toMatchObject({ extensions: { code: 'FORBIDDEN' } })
    for (const role of ['crm', 'analyst'] as const) expect(await refusal({}, tokenOf(role))).toBeUndefined()
  })
})

test('players are counted as a set counts them', () => {
  const ids = new DifferentIds()
  const set = new Set<string>()
  for (let i = 0; i < 300_000; i++) {
    const id = i % 3 === 0 ? `player-${i % 70_000}` : String(1_000_000 + (i % 90_000))
    ids.add(id)
    set.add(id)
  }
  expect(ids.count).toBe(set.size)
  for (const id of ['', 'a', 'A', 'aa', 'a', '']) {
    ids.add(id)
    set.add(id)
  }
  expect(ids.count).toBe(set.size)
})
