import { badInput } from '../kernel/errors.js'
import { ceilTo, DAY_MS, formatDuration, formatInstant, type Millis, PANE_MS } from '../kernel/time.js'

const ACTIVITY_WINDOW_MAX_MS = 366 * DAY_MS
const LEADERBOARD_SPAN_MAX_MS = 7 * DAY_MS

/** The run of panes that ends with the one `at` lies in. */
export function activityWindow(windowMs: number, at: Millis): { from: Millis; to: Millis } {
  const window = formatDuration(windowMs)
  if (windowMs <= 0 || windowMs % PANE_MS !== 0)
    throw badInput('window', `must be a multiple of ${formatDuration(PANE_MS)}`, window)
  if (windowMs > ACTIVITY_WINDOW_MAX_MS) {
    throw badInput('window', `may be at most ${formatDuration(ACTIVITY_WINDOW_MAX_MS)}`, window)
  }
  const to = ceilTo(at, PANE_MS)
  return { from: to - windowMs, to }
}

export function checkLeaderboardSpan(from: Millis, to: Millis): void {
  for (const [field, at] of [
    ['from', from],
    ['to', to],
  ] as const) {
    if (at % PANE_MS !== 0)
      throw badInput(field, `must be on a border of ${formatDuration(PANE_MS)}`, formatInstant(at))
  }
  if (to <= from) throw badInput('to', 'must be later than from', formatInstant(to))
  if (to - from > LEADERBOARD_SPAN_MAX_MS) {
    throw badInput('to', `may be at most ${formatDuration(LEADERBOARD_SPAN_MAX_MS)} after from`, formatInstant(to))
  }
}
