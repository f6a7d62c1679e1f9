import type { AuditDraft } from '../audit/audit.js'
import { formatDuration, formatInstant, type Millis } from '../kernel/time.js'
import type { Campaign } from './campaign.js'

const instant = (at: Millis | null): string | null => (at === null ? null : formatInstant(at))

/** A campaign in the words of the API. */
const auditedCampaign = (campaign: Campaign): object => ({
  id: campaign.id,
  version: campaign.version,
  name: campaign.name,
  enabled: campaign.enabled,
  disabledReason: campaign.disabledReason,
  game: campaign.game,
  eventName: campaign.eventName,
  startsAt: instant(campaign.startsAt),
  endsAt: instant(campaign.endsAt),
  filter: campaign.filter,
  offer: campaign.offer,
  maxTriggersPerPlayer: campaign.maxTriggersPerPlayer,
  cooldown: campaign.cooldownMs === null ? null : formatDuration(campaign.cooldownMs),
  updatedAt: formatInstant(campaign.savedAt),
  updatedBy: campaign.savedBy,
})

/** One change for each that was saved; `present` are those that stood before. */
export function auditedChanges(action: string, present: readonly Campaign[], saved: readonly Campaign[]): AuditDraft[] {
  const before = new Map(present.map(campaign => [campaign.id, campaign]))
  return saved.map(campaign => {
    const replaced = before.get(campaign.id)
    return {
      actor: campaign.savedBy,
      action,
      subject: `campaign:${campaign.id}`,
      before: replaced === undefined ? null : auditedCampaign(replaced),
      after: auditedCampaign(campaign),
    }
  })
}
