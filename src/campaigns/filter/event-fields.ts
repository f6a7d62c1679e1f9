import { EVENT_KEY_CHARACTERS_MAX } from './limits.js'

/** The fields of an event by the names that filters use. */
export const EVENT_FIELDS = [
  'eventId',
  'playerId',
  'eventType',
  'eventName',
  'amount',
  'currency',
  'occurredAt',
  'game',
  'gameType',
  'competition',
  'market',
  'sessionId',
  'deviceId',
  'roundId',
  'betId',
  'betMarket',
  'selection',
  'odds',
  'probability',
  'result',
  'context',
  'data',
  'player',
] as const
export type EventField = (typeof EVENT_FIELDS)[number]

/** Other names of the same field. */
const ALIASES: Readonly<Record<string, EventField>> = { timestamp: 'occurredAt', createdAt: 'occurredAt' }

export const snakeCase = (name: string): string => name.replace(/[A-Z]/g, letter => `_${letter.toLowerCase()}`)

const BY_NAME = new Map<string, EventField>()
for (const field of EVENT_FIELDS) BY_NAME.set(field, field).set(snakeCase(field), field)
for (const [alias, field] of Object.entries(ALIASES)) BY_NAME.set(alias, field).set(snakeCase(alias), field)

export const eventField = (name: string): EventField | undefined => BY_NAME.get(name)

/** getEventName -> eventName; null for what is not an accessor. */
export function fieldOfAccessor(method: string): string | null {
  if (method.length > EVENT_KEY_CHARACTERS_MAX) return null
  return /^get[A-Z]/.test(method) ? method.charAt(3).toLowerCase() + method.slice(4) : null
}
