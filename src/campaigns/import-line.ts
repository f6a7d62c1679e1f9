import { AppError, badInput, shown } from '../kernel/errors.js'
import { formatInstant, type Millis, parseInstant } from '../kernel/time.js'
import { CAMPAIGN_ID, type CampaignDraft, checkCampaign } from './campaign.js'
import { checkFilter } from './check-filter.js'
import { filterQuirks } from './import-quirks.js'
import { error, type Remark, warning } from './import-remark.js'

/** A campaign as the Kafka/Flink demo has it, in one line of JSON. */
export interface CampaignLine {
  /** Where it can be told. */
  readonly campaignId: string | null
  /** Null: the line is refused, and the last remark says why. */
  readonly draft: CampaignDraft | null
  readonly remarks: readonly Remark[]
}

type Wire = Readonly<Record<string, unknown>>

/** The members of its Java bean. Any other made it drop the line. */
const MEMBERS = ['campaign_id', 'enabled', 'game', 'event_name', 'start_date', 'end_date', 'filter']

export function readCampaignLine(line: string): CampaignLine {
  const remarks: Remark[] = []
  let campaignId: string | null = null
  try {
    const wire = objectOf(line)
    campaignId = idOf(wire.campaign_id)
    const draft = draftOf(wire, campaignId, remarks)
    checkCampaign(draft)
    checkFilter(draft.filter)
    remarks.push(...filterQuirks(draft.filter))
    return { campaignId, draft, remarks }
  } catch (refusal) {
    if (!(refusal instanceof AppError)) throw refusal
    return { campaignId, draft: null, remarks: [...remarks, error(inTheirWords(refusal))] }
  }
}

function objectOf(line: string): Wire {
  const value = parsed(line)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw badInput('line', 'must be a JSON object', value)
  }
  return value as Wire
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch (problem) {
    throw badInput('line', `is not JSON: ${(problem as Error).message.replaceAll(/\p{Cc}/gu, '\uFFFD')}`)
  }
}

function draftOf(wire: Wire, id: string, remarks: Remark[]): CampaignDraft {
  const unknown = Object.keys(wire).filter(key => !MEMBERS.includes(key))
  if (unknown.length > 0) {
    remarks.push(warning(`${shown(unknown.join(', '))} made the line be dropped there; here it is ignored`))
  }
  const startsAt = instantOf('start_date', wire.start_date, remarks)
  const endsAt = instantOf('end_date', wire.end_date, remarks)
  if (startsAt !== null && endsAt !== null && startsAt >= endsAt) {
    const problem = `must be later than start_date ${formatInstant(startsAt)}: the campaign never matched there`
    throw badInput('end_date', problem, wire.end_date)
  }
  return {
    id,
    name: `Campaign ${id}`,
    enabled: flagOf(wire.enabled, remarks),
    disabledReason: null,
    game: nameOf('game', wire.game),
    eventName: nameOf('event_name', wire.event_name),
    startsAt,
    endsAt,
    filter: textOf('filter', wire.filter),
    offer: null,
    maxTriggersPerPlayer: null,
    cooldownMs: null,
  }
}

function idOf(value: unknown): string {
  const id = typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : value
  if (typeof id === 'string' && CAMPAIGN_ID.test(id)) return id
  const rule = 'must be a whole number up to 2^53 - 1, or 1 to 100 of A-Z a-z 0-9 _ . : -'
  throw badInput('campaign_id', rule, value ?? null)
}

function flagOf(value: unknown, remarks: Remark[]): boolean {
  if (typeof value === 'boolean') return value
  if (value !== undefined && value !== null) throw badInput('enabled', 'must be true or false', value)
  remarks.push(warning(`enabled is ${missing(value)}, which is false there and here`))
  return false
}

function nameOf(field: string, value: unknown): string {
  if (value !== undefined && value !== null) return textOf(field, value)
  throw badInput(field, `is ${missing(value)}: it crashed the job there, and here the line is refused`)
}

function textOf(field: string, value: unknown): string {
  if (typeof value === 'string') return value
  throw badInput(field, 'must be text', value ?? null)
}

const missing = (value: unknown): string => (value === null ? 'null' : 'missing')

/** What Instant.parse takes, up to Java 11: UTC alone, and the seconds have to be there. */
const JAVA_INSTANT = /^[+-]?\d{4,10}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$/i

function instantOf(field: string, value: unknown, remarks: Remark[]): Millis | null {
  if (value === undefined || value === null) {
    remarks.push(warning(`${field} is ${missing(value)}: the campaign never matches, there and here`))
    return null
  }
  const at = typeof value === 'string' ? parseInstant(value) : null
  if (at === null) {
    const problem = 'must be an instant such as 2023-09-01T10:00:00Z: others crashed the job there'
    throw badInput(field, `${problem}, and here the line is refused`, value)
  }
  if (!JAVA_INSTANT.test(value as string)) {
    const here = formatInstant(at)
    remarks.push(
      warning(`${field} ${shown(value)} crashed the job there, which read times in UTC alone; here it is ${here}`),
    )
  }
  return at
}

const THEIR_NAMES: Readonly<Record<string, string>> = { eventName: 'event_name' }

/** Problems begin with the name of the field. */
function inTheirWords({ message, details }: AppError): string {
  const theirs = THEIR_NAMES[String(details.field)]
  return theirs === undefined ? message : theirs + message.slice(String(details.field).length)
}
