import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Collected } from '../support/client.js'
import { ENGINES } from '../support/engines.js'
import { install, type TestInstallation } from '../support/server.js'

interface Trigger {
  campaignId: string
  campaignVersion: number
  playerId: string
  event: { eventId: string; eventName: string; data: unknown; extra: unknown }
  offer: unknown
  feedCursor: string
}

const FIGHT =
  '{"schema_version":"2023110110010101","event_id":"7a8d0614-4e8e-4464-b439-36e31441a040","system_type":"game","system_name":"foe-backend","game":"foe","market":"de","player_id":12345,"event_type":"progress","event_name":"fight","event_scope":"user","created_at":"2023-11-20T11:00:00.00Z","received_at":"2023-11-20T11:00:02.00Z","hostname":"foe-backend-1.ig.com","context":{},"data":{"result":"loss"}}'
const SAVE =
  'mutation ($input: CampaignInput!) { saveCampaign(input: $input) { id version enabled startsAt endsAt filter stats { triggers } versions { version } } }'
const CAMPAIGN = {
  id: '4711',
  name: 'Comfort after a lost fight',
  game: 'foe',
  eventName: 'fight',
  startsAt: '2023-09-01T10:00:00Z',
  endsAt: '2023-12-01T10:00:00Z',
  filter: "function(event) { return event.getData().get('result') === 'loss' }",
  offer: { bonus: 10 },
}

describe.each(ENGINES)('the example of the Flink demo on $name', engine => {
  let installation: TestInstallation
  beforeAll(async () => {
    installation = await install(engine)
  })
  afterAll(() => installation.close())

  test('its campaign and its event give exactly one trigger', async () => {
    const { client } = installation
    const { feedCursor } = await client.data<{ feedCursor: string }>('{ feedCursor }')
    const triggers = new Collected<Trigger>(
      client.socket(),
      `subscription ($after: String) { campaignTriggered(campaignId: "4711", after: $after) {
        campaignId campaignVersion playerId event { eventId eventName data extra } offer feedCursor } }`,
      { after: feedCursor },
    )
    await client.data(SAVE, { input: CAMPAIGN })
    const event = JSON.parse(FIGHT)
    await client.send([
      event,
      { ...event, event_id: 'won', data: { result: 'win' } },
      { ...event, event_id: 'other', event_name: 'quest' },
      { ...event, event_id: 'before', created_at: '2023-09-01T09:59:59.999Z' },
      { ...event, event_id: 'end', created_at: '2023-12-01T10:00:00Z' },
    ])
    await client.send([event])
    const [trigger] = await triggers.until(items => items.length >= 1)
    expect(trigger).toMatchObject({
      campaignId: '4711',
      campaignVersion: 1,
      playerId: '12345',
      event: { eventId: '7a8d0614-4e8e-4464-b439-36e31441a040', eventName: 'fight', data: { result: 'loss' } },
      offer: { bonus: 10 },
    })
    await triggers.close()
    const { campaignTriggers, campaign } = await client.data<{
      campaignTriggers: { totalCount: number; nodes: Trigger[] }
      campaign: object
    }>(
      '{ campaignTriggers { totalCount nodes { event { eventId } } } campaign(id: "4711") { stats { triggers players filterErrors lastTriggeredAt } versions { version savedBy } } }',
    )
    expect(campaignTriggers).toMatchObject({ totalCount: 1, nodes: [{ event: { eventId: event.event_id } }] })
    expect(campaign).toMatchObject({ stats: { triggers: 1, players: 1, filterErrors: 0 }, versions: [{ version: 1 }] })
  })
})
