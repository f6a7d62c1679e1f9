import { compileFilter, FilterError, FilterRefused } from '../../../src/campaigns/filter/filter.js'
import { FilterEvent, type PlayerState } from '../../../src/campaigns/filter/filter-event.js'
import type { EventRules } from '../../../src/events/event-limits.js'
import type { PlayerEvent } from '../../../src/events/player-event.js'
import { readEvent } from '../../../src/events/read-event.js'

const RULES: EventRules = {
  clock: () => Date.parse('2024-01-01T00:00:00Z'),
  aheadMs: 0,
  retentionMs: 0,
  baseCurrency: 'EUR',
  nameEvent: index => `unnamed-${index}`,
}

export type Wire = Readonly<Record<string, unknown>>

/** The event of the original's documentation, with a little more in it. */
export const FIGHT: Wire = {
  event_id: 'e-1',
  player_id: 12345,
  event_type: 'progress',
  event_name: 'fight',
  timestamp: '2023-11-20T11:00:00Z',
  game: 'foe',
  game_type: 'strategy',
  market: 'de',
  amount: '150.50',
  odds: '1.85',
  probability: 0.25,
  schema_version: 2,
  hostname: 'node-7',
  context: { device: 'ios', app: { version: '1.2.3' } },
  data: {
    result: 'loss',
    level: 12,
    items: [3, 1, 2],
    tags: ['new', 'Vip'],
    hero: { name: 'Ada', hp: 0 },
    note: '',
    none: null,
  },
}

export function eventOf(wire: Wire, player: PlayerState | null = null): FilterEvent {
  const event = readEvent(
    { event_id: 'e', player_id: 'p', event_type: 't', timestamp: FIGHT.timestamp, ...wire },
    0,
    RULES,
  )
  if ('code' in event) throw new Error(event.message)
  return new FilterEvent(event as PlayerEvent, player)
}

export interface Outcome {
  readonly verdict: boolean | 'error' | 'refused'
  /** What was said, where something was. */
  readonly message: string
}

/** What a filter does with an event, from its source to its answer. */
export function outcomeOf(source: string, event: FilterEvent): Outcome {
  try {
    return { verdict: compileFilter(source).matches(event), message: '' }
  } catch (problem) {
    if (problem instanceof FilterRefused) return { verdict: 'refused', message: problem.message }
    if (problem instanceof FilterError) return { verdict: 'error', message: problem.message }
    throw problem
  }
}
