import type { VipPolicyInput } from '../api/schema.generated'
import { type DurationEntry, entryOf, isoOf } from './durations'
import type { PolicyLineFragment } from './policies.generated'

/** A policy as it stands in the form. */
export interface PolicyDraft {
  readonly id: string
  readonly name: string
  readonly threshold: string
  readonly window: DurationEntry
  readonly slide: DurationEntry
  /** With commas between them. */
  readonly eventTypes: string
  readonly enabled: boolean
}

const HOUR: DurationEntry = { count: '1', unit: 'hours' }
const HALF_HOUR: DurationEntry = { count: '30', unit: 'minutes' }

export function draftOf(policy: PolicyLineFragment | null): PolicyDraft {
  if (policy === null) {
    return { id: '', name: '', threshold: '', window: HOUR, slide: HALF_HOUR, eventTypes: 'bet', enabled: true }
  }
  return {
    ...policy,
    window: entryOf(policy.window) ?? HOUR,
    slide: entryOf(policy.slide) ?? HALF_HOUR,
    eventTypes: policy.eventTypes.join(', '),
  }
}

/** `version`: the one that the draft was made from; 0 for a new policy. */
export const inputOf = (draft: PolicyDraft, version: number): VipPolicyInput => ({
  id: draft.id.trim(),
  name: draft.name,
  threshold: draft.threshold.trim(),
  window: isoOf(draft.window) ?? '',
  slide: isoOf(draft.slide) ?? '',
  eventTypes: draft.eventTypes
    .split(',')
    .map(type => type.trim())
    .filter(type => type !== ''),
  enabled: draft.enabled,
  expectedVersion: version,
})
