import {
  autocompletion,
  type Completion,
  type CompletionContext,
  type CompletionResult,
  type CompletionSource,
} from '@codemirror/autocomplete'
import { localCompletionSource } from '@codemirror/lang-javascript'
import type { Extension } from '@codemirror/state'
import { type FilterTypes, type Member, membersAt, parametersOf } from './filter-types'

/** Proposes what the event has, and the names that the filter itself has declared. */
export const filterCompletion = (types: () => FilterTypes): Extension =>
  autocompletion({ override: [ofTheEvent(types), localCompletionSource], icons: false })

const ofTheEvent =
  (types: () => FilterTypes): CompletionSource =>
  (context: CompletionContext): CompletionResult | null => {
    const filter = context.state.doc.toString()
    const word = context.matchBefore(/[\w$]*/)!
    const known = membersAt(types(), filter, filter.slice(0, context.pos))
    if (known.length > 0) return { from: word.from, options: known.map(completionOf), validFor: /^[\w$]*$/ }
    const isBehindDot = filter[word.from - 1] === '.'
    if (isBehindDot || (word.text === '' && !context.explicit)) return null
    const names = [...parametersOf(types(), filter).keys()]
    return { from: word.from, options: names.map(label => ({ label, type: 'variable', boost: 1 })) }
  }

const completionOf = ({ name, isMethod, type, signature, doc }: Member): Completion => ({
  label: name,
  apply: isMethod ? `${name}()` : name,
  type: isMethod ? 'method' : 'property',
  detail: isMethod ? '()' : type,
  // Fields first: they read better than the accessors of the same.
  boost: isMethod ? -1 : 0,
  info: () => infoOf(name + signature, doc),
})

function infoOf(declaration: string, doc: string): Node {
  const info = document.createElement('div')
  const code = document.createElement('code')
  code.textContent = declaration
  info.append(code)
  if (doc !== '') {
    const words = document.createElement('p')
    words.textContent = doc
    info.append(words)
  }
  return info
}
