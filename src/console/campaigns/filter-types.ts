/** A field or a method of something that a filter sees. */
export interface Member {
  readonly name: string
  readonly isMethod: boolean
  /** Of the field, or what the method gives. */
  readonly type: string
  /** With its arguments, as it is declared. */
  readonly signature: string
  readonly doc: string
}

/** Members by the name of their type; aliases stand for the members of the interfaces that they name. */
export type FilterTypes = ReadonlyMap<string, readonly Member[]>

/** The names of types, as values have them, under their declared ones. */
const WRAPPERS: Readonly<Record<string, string>> = { string: 'String', number: 'Number', boolean: 'Boolean' }

const INTERFACE = /^interface (\w+)(?:<\w+>)? \{\n([\s\S]*?)^\}/gm
const ALIAS = /^declare type (\w+) = (.+)$/gm
const MEMBER =
  /^ {2}(?:\/\*\* (?<doc>.*?) \*\/\n {2})?(?:readonly )?(?<name>[A-Za-z_$][\w$]*)(?<args>\(.*?\))?: (?<type>.+)$/gm

/** Reads the declarations that the API gives for editors; what it does not know it passes over. */
export function parseFilterTypes(text: string): FilterTypes {
  const types = new Map<string, readonly Member[]>()
  for (const [, name, body] of text.matchAll(INTERFACE)) types.set(name!, membersOf(body!))
  for (const [, name, definition] of text.matchAll(ALIAS)) {
    const named = [...definition!.matchAll(/\b[A-Z]\w*/g)].flatMap(([other]) => types.get(other) ?? [])
    if (!definition!.includes('=>')) types.set(name!, named)
  }
  return types
}

function membersOf(body: string): Member[] {
  const docs = new Map<string, string>()
  return [...body.matchAll(MEMBER)].map(({ groups }) => {
    const { doc = '', name = '', args = '', type = '' } = groups ?? {}
    // An accessor says the same as its field, which stands before it.
    docs.set(`get${name[0]!.toUpperCase()}${name.slice(1)}`, doc)
    const isMethod = args !== ''
    return { name, isMethod, type, signature: `${args}: ${type}`, doc: doc || (isMethod ? (docs.get(name) ?? '') : '') }
  })
}

/** What can be written behind a dot after something of this type. */
export function membersOfType(types: FilterTypes, type: string): readonly Member[] {
  const bare = type.replace(/ \| null$/, '')
  return types.get(/\[\]$/.test(bare) ? 'Array' : (WRAPPERS[bare] ?? bare)) ?? []
}

const ONE_NAME = /^\s*(?:function\s*[\w$]*\s*\(\s*([\w$]+)|\(?\s*([A-Za-z_$][\w$]*)\s*\)?\s*=>)/
const SEVERAL_NAMES = /^\s*(?:function\s*[\w$]*\s*)?\(\s*\{([^}]*)\}?/
const EVENT = 'FilterEvent'

/** What the names of the filter's parameter are: the event, or those of its fields that are taken out of it. */
export function parametersOf(types: FilterTypes, filter: string): ReadonlyMap<string, string> {
  const [, ofFunction, ofArrow] = ONE_NAME.exec(filter) ?? []
  const name = ofFunction ?? ofArrow
  if (name !== undefined) return new Map([[name, EVENT]])
  const pattern = SEVERAL_NAMES.exec(filter)?.[1] ?? ''
  const taken = [...pattern.matchAll(/([\w$]+)(?:\s*:\s*([\w$]+))?/g)].flatMap(([, field, as]) => {
    const type = types.get(EVENT)?.find(member => member.name === field)?.type
    return type === undefined ? [] : [[as ?? field!, type] as const]
  })
  return new Map(taken)
}

const STEP = String.raw`[A-Za-z_$][\w$]*(?:\([^()]*\))?`
const CHAIN = new RegExp(String.raw`(?<![\w$.)\]])(${STEP}(?:\s*\??\.\s*${STEP})*)\s*\??\.\s*[\w$]*$`)

/** What may stand at the end of `before`, the filter up to the cursor, where that is behind a dot. */
export function membersAt(types: FilterTypes, filter: string, before: string): readonly Member[] {
  const chain = CHAIN.exec(before)?.[1]
  if (chain === undefined) return []
  const [first = '', ...steps] = chain.split(/\s*\??\.\s*(?![^(]*\))/)
  let type = parametersOf(types, filter).get(first)
  for (const step of steps) {
    const [name] = step.split('(')
    const isCall = step.includes('(')
    type = membersOfType(types, type ?? '').find(one => one.name === name && one.isMethod === isCall)?.type
  }
  return type === undefined ? [] : membersOfType(types, type)
}
