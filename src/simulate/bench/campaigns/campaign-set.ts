import { DAY_MS, formatInstant, type Millis } from '../../../kernel/time.js'
import type { Api } from '../../api.js'
import { BenchLoad, playEnding } from '../../bench-load.js'
import type { Random } from '../../random.js'

/** As saveCampaign takes it. */
export interface CampaignInput {
  readonly id: string
  readonly name: string
  readonly enabled: boolean
  readonly game: string
  readonly eventName: string
  readonly startsAt: string
  readonly endsAt: string
  readonly filter: string
  readonly offer: unknown
}

const EVENT_NAMES = ['fight', 'quest', 'trade', 'level_up', 'purchase'] as const
const GAMES = ['harbor', 'foe', 'elvenar', 'tribal', 'rise', 'sunrise', 'heroes', 'grepolis', 'west', 'lagoon'] as const
const PAIRS = GAMES.flatMap(game => EVENT_NAMES.map(eventName => ({ game, eventName })))
const CAMPAIGNS_A_PAIR = 20
export const CAMPAIGNS = PAIRS.length * CAMPAIGNS_A_PAIR
/** One prepared line in so many is found true by one campaign of its pair. */
const LINES_A_MATCH = 1_024
const ROLLS = 20_000
const HEROES = ['knight', 'Kraken', 'archer', 'Mage', 'smith'] as const

/** As people write them: the Kafka/Flink demo's accessors, the bean form, modern JavaScript. Each wants a roll of its own. */
const FILTERS: readonly ((roll: number) => string)[] = [
  roll => `function(event) {
  return event.getData().get('result') === 'loss' && event.getData().get('roll') === ${roll}
}`,
  roll => `event => event.data.result === 'loss' && event.data.roll === ${roll}`,
  roll => `event => {
  const { level, roll, hero } = event.data
  return level >= 10 && hero.toLowerCase().startsWith('k') && roll === ${roll}
}`,
  roll => `event => ['de', 'at', 'ch'].includes(event.market) && event.data?.roll === ${roll}`,
  roll => `function(event) {
  var data = event.getData()
  if (event.getMarket() !== 'de' || data.get('level') < 5) return false
  return Math.floor(data.get('roll')) === ${roll} && /^k/i.test(data.get('hero'))
}`,
]

/** A thousand live campaigns, twenty of each pair of game and event name. */
export function liveCampaigns(now: Millis): CampaignInput[] {
  const time = { startsAt: formatInstant(now - DAY_MS), endsAt: formatInstant(now + DAY_MS) }
  return Array.from({ length: CAMPAIGNS }, (_, n) => {
    const nth = Math.floor(n / PAIRS.length)
    const filter = FILTERS[nth % FILTERS.length]!(n)
    const offer = { kind: 'FREE_SPINS', spins: 10 + nth }
    return { id: `c${n}`, name: `Campaign ${n}`, enabled: true, ...PAIRS[n % PAIRS.length]!, ...time, filter, offer }
  })
}

/** One of a pair that no other event has. */
export const PROBE = { game: 'probe', eventName: 'probe' } as const

export const probeCampaign = (now: Millis, enabled: boolean): CampaignInput => ({
  id: 'probe',
  name: 'Every probe',
  enabled,
  ...PROBE,
  startsAt: formatInstant(now - DAY_MS),
  endsAt: formatInstant(now + DAY_MS),
  filter: "event => event.data.result === 'loss'",
  offer: { kind: 'MESSAGE', text: 'Well tried' },
})

export const probeEvent = (eventId: string, at: Millis): string =>
  `{"event_id":"${eventId}","player_id":"${eventId}","timestamp":"${formatInstant(at)}","event_type":"progress",` +
  `"game":"${PROBE.game}","event_name":"${PROBE.eventName}","data":{"result":"loss"}}\n`

const SAVED_AT_ONCE = 4

export async function saveCampaigns(api: Api, campaigns: readonly CampaignInput[]): Promise<void> {
  let next = 0
  const saver = async () => {
    while (next < campaigns.length) {
      const input = campaigns[next++]!
      await api.graphql('mutation ($input: CampaignInput!) { saveCampaign(input: $input) { version } }', { input })
    }
  }
  await Promise.all(Array.from({ length: SAVED_AT_ONCE }, saver))
}

/** The load of the other sections, each event with a name that twenty of the campaigns wait for. */
export const campaignLoad = (name: string, players: number): BenchLoad =>
  new BenchLoad({ seed: name, prefix: `${name}${Date.now()}`, players, ending: campaignEnding })

function campaignEnding(random: Random, line: number): string {
  const pair = random.below(PAIRS.length)
  const { game, eventName } = PAIRS[pair]!
  const money = playEnding(random).replace(/,"game":"[^"]*"/, '')
  const matches = line % LINES_A_MATCH === 0
  const data = {
    result: matches || random.chance(0.5) ? 'loss' : 'win',
    level: matches ? 12 : 1 + random.below(40),
    hero: matches ? 'knight' : random.pick(HEROES),
    roll: matches ? pair + PAIRS.length * ((line / LINES_A_MATCH) % CAMPAIGNS_A_PAIR) : CAMPAIGNS + random.below(ROLLS),
    units: [random.below(100), random.below(100), random.below(100)],
  }
  return `${money},"game":"${game}","event_name":"${eventName}","data":${JSON.stringify(data)}`
}
