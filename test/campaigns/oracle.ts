/**
 * Brute force, and nothing of the project's own decisions: every stored event is shown to every campaign as it stood at
 * the revision of the rules that judged the event, and filters run as the JavaScript that they are.
 */
export interface OracleVersion {
  readonly campaignId: string
  readonly version: number
  readonly revision: number
  readonly enabled: boolean
  readonly game: string
  readonly eventName: string
  readonly startsAt: number | null
  readonly endsAt: number | null
  readonly filter: string
  readonly cap: number | null
  readonly cooldownMs: number | null
}

export interface OracleEvent {
  readonly eventId: string
  readonly playerId: string
  readonly occurredAt: number
  readonly game: string | null
  readonly eventName: string | null
  readonly amount: number
  readonly data: Readonly<Record<string, unknown>> | null
  /** Of the rules that judged it. */
  readonly revision: number | null
}

/** What was done to a player, in the order of commits. */
export type OracleStep =
  | { readonly event: OracleEvent; readonly isTooLate: boolean }
  | { readonly playerId: string; readonly suppressed: boolean }

export interface OracleTrigger {
  readonly campaignId: string
  readonly version: number
  readonly playerId: string
  readonly eventId: string
}

export type OracleGate = 'MATCHED' | 'TOO_LATE' | 'FILTER_ERROR' | 'SUPPRESSED' | 'PLAYER_CAP' | 'COOLDOWN'

export interface OracleStats {
  triggers: number
  players: number
  suppressed: number
  filterErrors: number
}

export interface OracleOutcome {
  readonly triggers: readonly OracleTrigger[]
  readonly stats: ReadonlyMap<string, OracleStats>
  /** How often each was what decided, so that a test can tell that it has seen them all. */
  readonly gates: Readonly<Record<OracleGate, number>>
}

type Verdict = boolean | 'failed'

const functions = new Map<string, (event: unknown) => unknown>()

function verdictOf(filter: string, event: OracleEvent): Verdict {
  let run = functions.get(filter)
  if (run === undefined) {
    run = new Function(`return (${filter})`)() as (event: unknown) => unknown
    functions.set(filter, run)
  }
  try {
    return run(shownTo(event)) === true
  } catch {
    return 'failed'
  }
}

function shownTo(event: OracleEvent) {
  const { data } = event
  const members = data && Object.defineProperty({ ...data }, 'get', { value: (key: string) => data[key] ?? null })
  return { ...event, data: members, getData: () => members, getEventName: () => event.eventName }
}

interface Had {
  triggers: number
  lastAt: number
}

/** Takes the steps in their order: of one player it is what caps, cooldowns and suppressions are decided by. */
export function oracleTriggers(versions: readonly OracleVersion[], steps: Iterable<OracleStep>): OracleOutcome {
  const campaigns = new Map<string, OracleVersion[]>()
  for (const version of versions.toSorted((a, b) => a.revision - b.revision)) {
    campaigns.set(version.campaignId, [...(campaigns.get(version.campaignId) ?? []), version])
  }
  const stats = new Map(
    [...campaigns.keys()].map(id => [id, { triggers: 0, players: 0, suppressed: 0, filterErrors: 0 }]),
  )
  const gates = { MATCHED: 0, TOO_LATE: 0, FILTER_ERROR: 0, SUPPRESSED: 0, PLAYER_CAP: 0, COOLDOWN: 0 }
  const had = new Map<string, Had>()
  const suppressed = new Set<string>()
  const triggers: OracleTrigger[] = []

  const gateOf = (campaign: OracleVersion, event: OracleEvent, isTooLate: boolean): OracleGate | null => {
    if (!campaign.enabled || campaign.game !== event.game || campaign.eventName !== event.eventName) return null
    const { startsAt, endsAt } = campaign
    if (startsAt === null || endsAt === null) return null
    if (event.occurredAt < startsAt || event.occurredAt >= endsAt) return null
    if (isTooLate) return 'TOO_LATE'
    const verdict = verdictOf(campaign.filter, event)
    if (verdict === 'failed') return 'FILTER_ERROR'
    if (!verdict) return null
    if (suppressed.has(event.playerId)) return 'SUPPRESSED'
    const before = had.get(`${campaign.campaignId} ${event.playerId}`)
    if (before === undefined) return 'MATCHED'
    if (campaign.cap !== null && before.triggers >= campaign.cap) return 'PLAYER_CAP'
    if (campaign.cooldownMs && event.occurredAt < before.lastAt + campaign.cooldownMs) return 'COOLDOWN'
    return 'MATCHED'
  }

  const trigger = ({ campaignId, version }: OracleVersion, { playerId, eventId, occurredAt }: OracleEvent) => {
    triggers.push({ campaignId, version, playerId, eventId })
    const key = `${campaignId} ${playerId}`
    const before = had.get(key)
    if (before === undefined) stats.get(campaignId)!.players++
    had.set(key, {
      triggers: (before?.triggers ?? 0) + 1,
      lastAt: Math.max(before?.lastAt ?? occurredAt, occurredAt),
    })
    stats.get(campaignId)!.triggers++
  }

  for (const step of steps) {
    if ('suppressed' in step) {
      if (step.suppressed) suppressed.add(step.playerId)
      else suppressed.delete(step.playerId)
      continue
    }
    const { event, isTooLate } = step
    for (const [id, saved] of campaigns) {
      const campaign = event.revision === null ? undefined : saved.findLast(v => v.revision <= event.revision!)
      const gate = campaign === undefined ? null : gateOf(campaign, event, isTooLate)
      if (gate === null) continue
      gates[gate]++
      if (gate === 'FILTER_ERROR') stats.get(id)!.filterErrors++
      if (gate === 'SUPPRESSED') stats.get(id)!.suppressed++
      if (gate === 'MATCHED') trigger(campaign!, event)
    }
  }
  return { triggers, stats, gates }
}
