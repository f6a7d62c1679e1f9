import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ENGINES } from '../support/engines.js'
import { install, type TestInstallation } from '../support/server.js'

const DAY_MS = 86_400_000
const START = Date.parse('2023-01-01T00:00:00Z')
const PLAYERS = 50

describe.each(ENGINES)('a replay of a year on $name', engine => {
  let installation: TestInstallation
  beforeAll(async () => {
    installation = await install(engine, { INGEST_LANES: '4', INGEST_BATCH_EVENTS_MAX: '50' })
  })
  afterAll(() => installation.close())

  test('triggers what the year itself did, however far one lane is ahead of another', async () => {
    const { client } = installation
    await client.data(
      `mutation { saveCampaign(input: { id: "any", name: "any", game: "foe", eventName: "fight", startsAt: "2023-01-01T00:00:00Z", endsAt: "2024-01-01T00:00:00Z", filter: "e => true" }) { version } }`,
    )
    const events = Array.from({ length: 5_000 }, (_, i) => ({
      event_id: `e${i}`,
      player_id: `p${i % PLAYERS}`,
      event_type: 'progress',
      event_name: 'fight',
      game: 'foe',
      timestamp: new Date(START + Math.floor((i * 364 * DAY_MS) / 5_000)).toISOString(),
    }))
    await client.send(events)
    const { campaign } = await client.data<{ campaign: { stats: { triggers: number } } }>(
      '{ campaign(id: "any") { stats { triggers } } }',
    )
    expect(campaign.stats.triggers).toBe(5_000)
    await client.send([{ ...events[0]!, event_id: 'late' }])
    const after = await client.data<{ campaign: { stats: { triggers: number } } }>(
      '{ campaign(id: "any") { stats { triggers } } }',
    )
    expect(after.campaign.stats.triggers).toBe(5_000)
  })
})
