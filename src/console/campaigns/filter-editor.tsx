import { closeBrackets, closeBracketsKeymap } from '@codemirror/autocomplete'
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands'
import { javascriptLanguage } from '@codemirror/lang-javascript'
import { bracketMatching, indentOnInput } from '@codemirror/language'
import { type Diagnostic, setDiagnostics } from '@codemirror/lint'
import { Annotation, EditorState, type Text } from '@codemirror/state'
import {
  drawSelection,
  EditorView,
  highlightActiveLineGutter,
  keymap,
  lineNumbers,
  type ViewUpdate,
} from '@codemirror/view'
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks'
import { filterCompletion } from './editor-completion'
import { EDITOR_LOOKS } from './editor-looks'
import { ownReplacing } from './editor-replacing'
import type { FilterPlace } from './filter-check'
import type { FilterTypes } from './filter-types'

export interface FilterEditorProps {
  readonly label: string
  readonly value: string
  readonly onChange: (value: string) => void
  /** What the server refuses, marked at its place. */
  readonly refused: FilterPlace | null
  readonly types: FilterTypes
}

/**
 * Lives in a shadow tree: there the editor's styles are adopted sheets; in the page they would be a style element, which
 * the Content-Security-Policy forbids. Tab is left to the browser, so that nobody is caught in here.
 */
export default function FilterEditor({ label, value, onChange, refused, types }: FilterEditorProps) {
  const host = useRef<HTMLDivElement>(null)
  const view = useRef<EditorView | null>(null)
  const latest = useRef({ onChange, types })
  latest.current = { onChange, types }
  useEffect(() => {
    const root = host.current!.shadowRoot ?? host.current!.attachShadow({ mode: 'open' })
    const state = EditorState.create({
      doc: value,
      extensions: [
        lineNumbers(),
        highlightActiveLineGutter(),
        history(),
        drawSelection(),
        indentOnInput(),
        bracketMatching(),
        closeBrackets(),
        ownReplacing,
        javascriptLanguage,
        filterCompletion(() => latest.current.types),
        keymap.of([...closeBracketsKeymap, ...defaultKeymap, ...historyKeymap]),
        EditorView.lineWrapping,
        EditorView.contentAttributes.of({ 'aria-label': label, spellcheck: 'false' }),
        EditorView.updateListener.of(update => {
          if (update.docChanged && !isGiven(update)) latest.current.onChange(update.state.doc.toString())
        }),
        EDITOR_LOOKS,
      ],
    })
    const editor = new EditorView({ state, root, parent: root })
    view.current = editor
    return () => editor.destroy()
  }, [])
  // Before anything else can be typed: later, it would take back what was typed since.
  useLayoutEffect(() => {
    const doc = view.current?.state.doc
    if (doc === undefined || doc.toString() === value) return
    view.current!.dispatch({ changes: { from: 0, to: doc.length, insert: value }, annotations: given.of(true) })
  }, [value])
  useEffect(() => {
    const { state } = view.current!
    view.current!.dispatch(setDiagnostics(state, refused === null ? [] : [diagnosticOf(refused, state.doc)]))
  }, [refused])
  return <div ref={host} class="filter-editor" />
}

/** Marks what came from outside, which need not be told there. */
const given = Annotation.define<boolean>()
const isGiven = (update: ViewUpdate): boolean => update.transactions.some(one => one.annotation(given) === true)

/** From the place to the end of the word there, one character at least. */
function diagnosticOf({ line, column, reason }: FilterPlace, doc: Text): Diagnostic {
  const at = doc.line(Math.min(Math.max(line, 1), doc.lines))
  const from = Math.min(at.from + column - 1, at.to)
  const length = /^[\w$]+/.exec(doc.sliceString(from, at.to))?.[0].length ?? 1
  const to = Math.min(from + length, at.to)
  return { from: to === from ? Math.max(at.from, from - 1) : from, to, severity: 'error', message: reason }
}
