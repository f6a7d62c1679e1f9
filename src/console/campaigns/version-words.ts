import { countText } from '../parts/numbers'
import type { DiffLine } from './line-diff'

/** How much differs between two versions, e.g. "1 field changed, 3 lines added, 1 line removed". */
export function differenceText(fields: number, lines: readonly DiffLine[]): string {
  const count = (kind: DiffLine['kind']) => lines.filter(line => line.kind === kind).length
  const counted = [
    ...(fields > 0 ? [`${counting(fields, 'field')} changed`] : []),
    ...(count('added') > 0 ? [`${counting(count('added'), 'line')} added`] : []),
    ...(count('removed') > 0 ? [`${counting(count('removed'), 'line')} removed`] : []),
  ]
  return counted.length > 0 ? counted.join(', ') : 'The rules are the same; the name is not kept by version.'
}

const counting = (count: number, what: string): string => `${countText(count)} ${what}${count === 1 ? '' : 's'}`
