import { type EventSnapshot } from '../events/event-snapshot.js'
import { shown } from '../kernel/errors.js'
import { formatDuration, formatInstant } from '../kernel/time.js'
import type { Campaign, TriggerGate } from './campaign.js'
import type { Received } from './decide-triggers.js'

const quoted = (text: string | null): string => (text === null ? 'none' : shown(text))

/** The figures behind a gate of the campaign's own. */
export function standingWords(gate: TriggerGate, campaign: Campaign, event: EventSnapshot): string {
  switch (gate) {
    case 'DISABLED':
      return disabledWords(campaign)
    case 'WRONG_GAME':
      return `game is ${quoted(campaign.game)}, that of the event ${quoted(event.game)}`
    case 'WRONG_EVENT':
      return `eventName is ${quoted(campaign.eventName)}, that of the event ${quoted(event.event_name)}`
    case 'NOT_STARTED':
      return timeWords('start', campaign.startsAt, event)
    default:
      return timeWords('end', campaign.endsAt, event)
  }
}

const disabledWords = ({ version, disabledReason, savedBy, savedAt }: Campaign): string =>
  `version ${version} was switched off by ${quoted(savedBy)} at ${formatInstant(savedAt)}` +
  (disabledReason === null ? '' : `: ${disabledReason}`)

const timeWords = (border: 'start' | 'end', at: number | null, { occurred_at }: EventSnapshot): string =>
  at === null
    ? `has no ${border}, so it never matches`
    : `${border}s ${formatInstant(at)}, the event is of ${formatInstant(occurred_at)}`

/** The figures behind a gate of the player's. */
export function receivedWords(gate: 'PLAYER_CAP' | 'COOLDOWN', campaign: Campaign, had: Received): string {
  const { maxTriggersPerPlayer, cooldownMs } = campaign
  if (gate === 'PLAYER_CAP') return `${had.triggers} of ${maxTriggersPerPlayer} triggers had`
  const until = formatInstant(had.lastEventAt + cooldownMs!)
  return `last trigger at ${formatInstant(had.lastEventAt)}, cooldown ${formatDuration(cooldownMs!)} until ${until}`
}

export const playerWords = ({ player_id }: EventSnapshot): string => `player ${shown(player_id)}`

export const notRunWords = (disabledReason: string): string =>
  `not run: the campaign was being switched off: ${disabledReason}`

export const tooLateWords = ({ stream, occurred_at, ingested_at }: EventSnapshot): string =>
  `the event of ${formatInstant(occurred_at)} was further than TRIGGER_LATENESS_SECONDS behind the watermark of stream ` +
  `${quoted(stream)} when it came at ${formatInstant(ingested_at)}`
