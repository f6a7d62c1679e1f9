/** What of a campaign says whether it can trigger. */
export interface Switched {
  readonly enabled: boolean
  readonly disabledReason: string | null
  readonly startsAt: string | null
  readonly endsAt: string | null
}

export type Standing = 'on' | 'off' | 'stopped' | 'untimed' | 'ahead' | 'over'

/** Switched on is not yet triggering: events have to be of its time. */
export function standingOf({ enabled, disabledReason, startsAt, endsAt }: Switched, now: number): Standing {
  if (!enabled) return disabledReason === null ? 'off' : 'stopped'
  if (startsAt === null || endsAt === null) return 'untimed'
  if (Date.parse(startsAt) > now) return 'ahead'
  return Date.parse(endsAt) <= now ? 'over' : 'on'
}

/** What to know about its time before it is switched on; null where that is now. */
export function warningOfTime(startsAt: string | null, endsAt: string | null, now: number): string | null {
  switch (standingOf({ enabled: true, disabledReason: null, startsAt, endsAt }, now)) {
    case 'untimed':
      return `It has no ${startsAt === null ? 'start' : 'end'}, so no event matches until it gets one.`
    case 'ahead':
      return 'Its start is ahead: only events from then on match.'
    case 'over':
      return 'Its end has passed: only events from before it match.'
    default:
      return null
  }
}
