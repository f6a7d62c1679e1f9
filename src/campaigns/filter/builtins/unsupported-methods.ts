const HTML = 'anchor big blink bold fixed fontcolor fontsize italics link small strike sub sup'
const REFLECTION =
  '__defineGetter__ __defineSetter__ __lookupGetter__ __lookupSetter__ __proto__ constructor isPrototypeOf compile setYear'
const LOCAL = 'toLocaleString toLocaleDateString toLocaleTimeString'
/** Of newer versions of JavaScript. */
const SETS = 'difference intersection isDisjointFrom isSubsetOf isSupersetOf symmetricDifference union'

const LOCALE = 'what it gives depends on the machine it runs on'

/** Methods that values have in JavaScript and not here, and why: a call of one is refused when the filter is saved. */
const REASONS: ReadonlyMap<string, string> = new Map([
  ...`${HTML} ${REFLECTION} ${SETS}`.split(' ').map((name): [string, string] => [name, '']),
  ...LOCAL.split(' ').map((name): [string, string] => [name, `: ${LOCALE}`]),
])

/** How many arguments these take here: further ones name a locale and its options. */
const ARGUMENTS_MAX: ReadonlyMap<string, number> = new Map([
  ['localeCompare', 1],
  ['toLocaleLowerCase', 0],
  ['toLocaleUpperCase', 0],
])

/** Why a method call can't be kept; null where it can. */
export function whyUnsupported(name: string, argumentCount: number): string | null {
  const reason = REASONS.get(name)
  if (reason !== undefined) return `\`${name}()\` is not supported${reason}`
  const most = ARGUMENTS_MAX.get(name)
  if (most === undefined || argumentCount <= most) return null
  return `\`${name}\` takes no locale or options here: it answers the same on every machine`
}
