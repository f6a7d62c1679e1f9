import { formatMoney } from '../kernel/money.js'
import { formatDuration } from '../kernel/time.js'
import type { VipPolicy } from './vip-policy.js'

/** A policy in the words of the API. */
export const auditedPolicy = ({ id, version, name, threshold, windowMs, slideMs, eventTypes, enabled }: VipPolicy) => ({
  id,
  version,
  name,
  threshold: formatMoney(threshold),
  window: formatDuration(windowMs),
  slide: formatDuration(slideMs),
  eventTypes,
  enabled,
})
