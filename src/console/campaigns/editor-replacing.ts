import { EditorView } from '@codemirror/view'

/**
 * Puts what is typed in place of what is selected. The browser by itself would keep the colours of what was there in a
 * style attribute, which the Content-Security-Policy refuses.
 */
export const ownReplacing = EditorView.domEventHandlers({
  beforeinput: ({ inputType, data }, view) => {
    const { from, to, empty } = view.state.selection.main
    if (inputType !== 'insertText' || data === null || empty || view.composing) return false
    const replacing = () =>
      view.state.update(view.state.replaceSelection(data), { userEvent: 'input.type', scrollIntoView: true })
    const isHandled = view.state.facet(EditorView.inputHandler).some(handle => handle(view, from, to, data, replacing))
    if (!isHandled) view.dispatch(replacing())
    return true
  },
})
