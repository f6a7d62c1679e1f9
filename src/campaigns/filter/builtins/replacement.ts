import { checkLength, made, scanned, step } from '../run.js'

/** A match as replacing sees it; groups from 1, undefined where a group took no part. */
export interface Match {
  readonly start: number
  readonly end: number
  readonly groups: readonly (string | undefined)[]
  readonly names: ReadonlyMap<string, number>
}

/** Text put together piece by piece: its length is looked at before it exists. */
export class Pieces {
  private readonly pieces: string[] = []
  private length = 0

  add(piece: string): void {
    this.length += piece.length
    checkLength(this.length)
    this.pieces.push(piece)
  }

  text(): string {
    return made(this.pieces.join(''))
  }
}

const REFERENCE = /\$(?:\$|&|`|'|(\d\d?))/g
/** No name is longer than a pattern; without a bound, names that nothing closes take the square of the template's length. */
const NAMED_REFERENCE = /\$(?:\$|&|`|'|(\d\d?)|<([^>]{0,1000})>)/g

/** Of a template's characters: every other one may begin a reference. */
const REFERENCE_STEP_SHIFT = 3

/** Expands $$, $&, $`, $', $1 and $<name> as String.prototype.replace does. */
export function expanded(template: string, text: string, match: Match): string {
  if (!scanned(template).includes('$')) return template
  step(template.length >> REFERENCE_STEP_SHIFT)
  const pieces = new Pieces()
  let from = 0
  for (const reference of template.matchAll(match.names.size === 0 ? REFERENCE : NAMED_REFERENCE)) {
    pieces.add(template.slice(from, reference.index))
    pieces.add(referred(reference, text, match))
    from = reference.index + reference[0].length
  }
  pieces.add(template.slice(from))
  return pieces.text()
}

function referred([whole, number, name]: RegExpMatchArray, text: string, match: Match): string {
  if (number !== undefined) return group(whole, number, match)
  if (name !== undefined) {
    const index = match.names.get(name)
    return index === undefined ? '' : (match.groups[index - 1] ?? '')
  }
  if (whole === '$$') return '$'
  if (whole === '$&') return text.slice(match.start, match.end)
  return whole === '$`' ? text.slice(0, match.start) : text.slice(match.end)
}

/** Two digits where there is such a group, else one and the other digit as it is. */
function group(whole: string, number: string, match: Match): string {
  const count = match.groups.length
  const both = Number(number)
  if (both >= 1 && both <= count) return match.groups[both - 1] ?? ''
  const first = Number(number[0])
  if (number.length === 2 && first >= 1 && first <= count) return (match.groups[first - 1] ?? '') + number[1]
  return whole
}
