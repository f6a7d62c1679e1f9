import { badInput } from '../kernel/errors.js'
import { formatMoney, type Money } from '../kernel/money.js'
import { DAY_MS, formatDuration, type Millis, PANE_MS } from '../kernel/time.js'

/** A player whose stakes in one window are strictly above the threshold is a VIP of that window. */
export interface VipPolicy {
  readonly id: string
  readonly version: number
  readonly name: string
  readonly threshold: Money
  readonly windowMs: number
  readonly slideMs: number
  readonly eventTypes: readonly string[]
  readonly enabled: boolean
}

export type VipPolicyDraft = Omit<VipPolicy, 'version'>

export const WINDOW_MAX_MS = DAY_MS
export const SLIDES_MAX = 24
export const EVENT_TYPES_MAX = 20
export const POLICIES_MAX = 100
const POLICY_ID = /^[A-Za-z0-9_.:-]{1,100}$/
const NAME_MAX = 200
const EVENT_TYPE_MAX = 200

/** Throws BAD_USER_INPUT for a policy that can't be decided from panes, or that is out of bounds. */
export function checkPolicy(draft: VipPolicyDraft): void {
  if (!POLICY_ID.test(draft.id)) throw badInput('id', 'must be 1 to 100 of A-Z a-z 0-9 _ . : -', draft.id)
  checkText('name', draft.name, NAME_MAX)
  if (draft.threshold < 0n) throw badInput('threshold', 'must be 0 or more', formatMoney(draft.threshold))
  checkWindow(draft.windowMs, draft.slideMs)
  if (draft.eventTypes.length === 0 || draft.eventTypes.length > EVENT_TYPES_MAX) {
    throw badInput('eventTypes', `must name 1 to ${EVENT_TYPES_MAX} event types`, draft.eventTypes.length)
  }
  for (const type of draft.eventTypes) checkText('eventTypes', type, EVENT_TYPE_MAX)
}

function checkWindow(windowMs: number, slideMs: number): void {
  const [window, slide] = [formatDuration(windowMs), formatDuration(slideMs)]
  if (slideMs <= 0 || slideMs % PANE_MS !== 0) {
    throw badInput('slide', `must be a multiple of ${formatDuration(PANE_MS)}`, slide)
  }
  if (windowMs <= 0 || windowMs % slideMs !== 0)
    throw badInput('window', `must be a multiple of the slide ${slide}`, window)
  if (windowMs > WINDOW_MAX_MS) throw badInput('window', `may be at most ${formatDuration(WINDOW_MAX_MS)}`, window)
  if (windowMs / slideMs > SLIDES_MAX)
    throw badInput('window', `may be at most ${SLIDES_MAX} slides of ${slide}`, window)
}

function checkText(field: string, value: string, max: number): void {
  if (value.trim() === '' || value.length > max) throw badInput(field, `must have 1 to ${max} characters`, value)
  if (!value.isWellFormed() || value.includes('\0'))
    throw badInput(field, 'holds a character that cannot be stored', value)
}

/** Starts of the hopping windows that hold this time, ascending. Windows are aligned to the Unix epoch. */
export function windowsAround(at: Millis, windowMs: number, slideMs: number): Millis[] {
  const last = Math.floor(at / slideMs) * slideMs
  const starts: Millis[] = []
  for (let start = last; start > at - windowMs; start -= slideMs) starts.push(start)
  return starts.reverse()
}
